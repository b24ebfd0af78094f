# Logins by SASL, for tests of several kinds.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Users and qemu.conf are in the test's own directory.
import os
import struct
import subprocess
import tempfile

import harness
import rfb
import users
from harness import GVNC
from rfb import DEADLINE


def text(data):
    return struct.pack('>I', len(data)) + data


class SaslTest(harness.WireTest):
    MECHANISMS = 'DIGEST-MD5 SCRAM-SHA-256 PLAIN ANONYMOUS'

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix='vnc-sasl-')
        self.addCleanup(temporary.cleanup)
        self.directory = temporary.name
        users.make(self.directory, self.MECHANISMS)
        before = os.environ.get('SASL_CONF_PATH')
        os.environ['SASL_CONF_PATH'] = self.directory
        self.addCleanup(os.environ.update if before else os.environ.pop,
                        *([{'SASL_CONF_PATH': before}] if before else ['SASL_CONF_PATH']))

    def gvnc(self, address, user, password, *arguments):
        """What gtk-vnc sees: (exit code, lines)."""
        where = ['unix:' + address] if isinstance(address, str) else list(map(str, address))
        done = subprocess.run([GVNC, '--user', user, '--password', password, *arguments, *where],
                              capture_output=True, timeout=2 * DEADLINE, check=False)
        if done.stderr:
            print('# gvnc.py: ' + done.stderr.decode().replace('\n', '\n# '))
        return done.returncode, done.stdout.decode().splitlines()

    def admitted(self, demo, address=None):
        """Log in and see what the server shows."""
        path = os.path.join(self.directory, 'seen.ppm')
        code, lines = self.gvnc(address or demo.address, 'fred', 'sesame', '--type', '20',
                                '--picture', path)
        self.assertEqual(code, 0, lines)
        self.assertIn('asked username password', lines)
        self.assertEqual(harness.Picture.load(path).rgb, demo.dump().rgb)
        return lines

    def choose(self, demo):
        """A viewer of the test's own, and the list of mechanisms."""
        viewer = rfb.Viewer(demo.address)
        self.addCleanup(viewer.close)
        viewer.read_version()
        viewer.send(b'RFB 003.008\n')
        offered = viewer.take(viewer.take(1)[0])
        self.assertIn(20, offered)
        viewer.send(b'\x14')
        return viewer, viewer.take(struct.unpack('>I', viewer.take(4))[0])

    def refused(self, demo, viewer, match, reason=None):
        self.assertEqual(viewer.take(4), b'\0\0\0\1')
        self.assertRegex(viewer.read_reason(), reason or match)
        viewer.wait_closed()
        demo.wait_event('log', match=match)
