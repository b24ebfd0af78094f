#!/usr/bin/env python3
# The output of tools/install-packages, with the test's own apt and dpkg.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / 'tools'

# `installed` has a line for each package that is there, `calls` one for each call of apt-get.
DPKG_QUERY = 'sed "s/$/ installed/" "$STATE/installed"\n'
APT_CACHE = 'grep -q "^known$" "$STATE/index"\n'
APT_GET = '''echo "$*" >>"$STATE/calls"
case "$*" in
*update*)
    echo known >"$STATE/index"
    exit 0
esac
for percent in 0 50 99; do echo "dlstatus:1:$percent.5:Retrieving"; done
for percent in 0 50 99; do echo "pmstatus:some-package:$percent.0:Unpacking"; done
echo 'Setting up what is missing ...'
if [ -e "$STATE/broken" ]; then
    echo 'E: the disk is full' >&2
    exit 100
fi
for word; do
    case $word in
    some-package | other-package | python3) echo "$word" >>"$STATE/installed"
    esac
done
'''


class InstallPackages(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.top = pathlib.Path(temporary.name)
        self.bin = self.top / 'bin'
        self.log = self.top / 'build/packages.log'
        (self.top / 'tools').mkdir()
        self.bin.mkdir()
        for name in ('install-packages', 'step'):
            shutil.copy(TOOLS / name, self.top / 'tools' / name)
        self.write('tools/packages', 'build some-package what\nbuild other-package for\n'
                                     'test never-wanted here\n')
        self.write('installed', 'other-package\n')
        self.write('index', 'known\n')
        self.write('calls', '')
        self.program('dpkg-query', DPKG_QUERY)
        self.program('apt-cache', APT_CACHE)
        self.program('apt-get', APT_GET)
        self.program('id', 'echo 0\n')

    def write(self, name, text):
        (self.top / name).write_text(text)

    def read(self, name):
        return (self.top / name).read_text()

    def program(self, name, text):
        path = self.bin / name
        path.write_text('#!/bin/sh\n' + text)
        path.chmod(0o755)

    def install(self, path=None):
        """(exit code, lines on standard output, lines on standard error)"""
        path = path or '%s:%s' % (self.bin, os.environ['PATH'])
        done = subprocess.run([self.top / 'tools/install-packages', 'build'], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              env=dict(os.environ, PATH=path, STATE=str(self.top)))
        return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()

    def test_nothing_is_missing(self):
        self.write('installed', 'other-package\nsome-package\n')
        self.assertEqual(self.install(), (0, [], []))
        self.assertEqual(self.read('calls'), '')
        self.assertFalse(self.log.exists())

    def test_one_step(self):
        code, said, complaints = self.install()
        self.assertEqual((code, complaints), (0, []))
        self.assertEqual(said[0], 'Installing Debian packages (1) ...')
        self.assertRegex(said[-1], r'^Installing Debian packages \(1\): done \(\d+:\d\d\)$')
        # How far it was, in hundredths of fetching and of installing.
        self.assertEqual([line.split('[')[1].split(']')[0] for line in said[1:-1]],
                         ['50/200', '99/200', '150/200', '199/200'])
        self.assertIn('Setting up what is missing', self.log.read_text())
        self.assertEqual(self.read('installed'), 'other-package\nsome-package\n')

    def test_an_old_index(self):
        self.write('index', '')
        self.assertEqual(self.install()[0], 0)
        self.assertEqual(len(self.read('calls').splitlines()), 2)
        self.assertIn('update', self.read('calls').splitlines()[0])

    def test_a_failure(self):
        self.write('broken', '')
        code, said, complaints = self.install()
        self.assertNotEqual(code, 0)
        self.assertIn('    E: the disk is full', said)
        self.assertEqual(said[-1], 'The whole output: %s' % self.log)
        self.assertNotIn('status:', '\n'.join(said))
        self.assertEqual(complaints[-1],
                         'As root: apt-get install --no-install-recommends some-package ')

    def test_python_is_missing(self):
        """It comes first, as the step is written in it."""
        self.write('tools/packages', 'build some-package what\nbuild python3 for\n')
        for name in ('sh', 'env', 'awk', 'tr', 'sed', 'grep', 'dirname', 'mkdir', 'tail'):
            (self.bin / name).symlink_to(shutil.which(name))
        code, said, complaints = self.install(path=str(self.bin))
        self.assertEqual((code, complaints), (0, []))
        self.assertEqual(said[:2], ['Installing Python ...', 'Installing Debian packages (1) ...'])
        self.assertEqual(self.read('installed'), 'other-package\npython3\nsome-package\n')

    def test_not_root(self):
        self.program('id', 'echo 1000\n')
        self.program('sudo', 'exit 1\n')
        code, said, complaints = self.install()
        self.assertEqual((code, said), (1, []))
        self.assertIn('sudo wants a password', complaints[0])
        self.assertEqual(self.read('calls'), '')


if __name__ == '__main__':
    sys.exit(unittest.main())
