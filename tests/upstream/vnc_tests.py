# Runs the VNC tests in Python of a QEMU's source: vnc_tests.py DIRECTORY, where build-qemu built it.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# QEMU 7.2's are written for the Avocado framework, which Debian does not have, QEMU 10.0's for
# unittest with the help of pycotap, which Debian 12 does not have. Of both they use little: it stands here.
# Prints TAP.
import fcntl
import importlib
import logging
import os
import re
import socket
import struct
import sys
import tempfile
import types
import unittest

from harness import TapResult

# Where a QEMU has them: the folder, and the module in it.
PLACES = [('tests/functional', 'test_vnc'), ('tests/avocado', 'vnc')]

# Of linux/sockios.h and linux/if.h.
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def raise_loopback():
    """In a network of one's own it is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = fcntl.ioctl(sock, SIOCGIFFLAGS, struct.pack('16sH22x', b'lo', 0))
        flags, = struct.unpack_from('16xH', request)
        if not flags & IFF_UP:
            fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack('16sH22x', b'lo', flags | IFF_UP))


class Parameters:
    """Avocado's parameters of a run."""

    def __init__(self, values):
        self.values = values

    def get(self, name, default=None):
        return self.values.get(name, default)


def avocado(qemu, directory):
    """The Avocado that a test sees: its modules, by name."""

    class Test(unittest.TestCase):
        params = Parameters({'qemu_bin': qemu})
        workdir = logdir = directory
        log = logging.getLogger('avocado.test')

        @property
        def tags(self):
            """`:avocado: tags=flag,name:value` of the class's documentation."""
            tags = {}
            for words in re.findall(r':avocado: tags=(\S+)', type(self).__doc__ or ''):
                for word in words.split(','):
                    name, _, value = word.partition(':')
                    tags.setdefault(name, set()).add(value)
            return tags

        def cancel(self, message):
            self.skipTest(message)

    modules = {name: types.ModuleType(name) for name in ('avocado', 'avocado.utils', 'avocado.utils.path')}
    modules['avocado'].Test = Test
    for name in ('cloudinit', 'datadrainer', 'process', 'ssh', 'vmimage'):
        # Of other tests'.
        setattr(modules['avocado.utils'], name, None)
    modules['avocado.utils.path'].find_command = None
    return modules


def load(source, qemu, directory):
    """The module with the tests."""
    sys.path.insert(0, os.path.join(source, 'python'))
    sys.modules.update(avocado(qemu, directory))
    # It prints TAP when a test is run as a program.
    sys.modules['pycotap'] = types.ModuleType('pycotap')
    os.environ['QEMU_TEST_QEMU_BINARY'] = qemu
    os.environ['QEMU_BUILD_ROOT'] = directory
    os.makedirs(os.path.join(directory, 'tests', 'functional'))
    for folder, name in PLACES:
        if os.path.exists(os.path.join(source, folder, name + '.py')):
            sys.path.insert(0, os.path.join(source, folder))
            return importlib.import_module(name)
    raise FileNotFoundError('no VNC tests in ' + source)


def main():
    build = os.path.abspath(sys.argv[1])
    raise_loopback()
    with tempfile.TemporaryDirectory(prefix='vnc-upstream-') as directory:
        module = load(os.path.join(build, 'src'), os.path.join(build, 'qemu-system-x86_64'), directory)
        result = TapResult()
        unittest.defaultTestLoader.loadTestsFromModule(module).run(result)
    print('1..%d' % result.count)
    return 0 if result.count and result.wasSuccessful() else 1


if __name__ == '__main__':
    sys.exit(main())
