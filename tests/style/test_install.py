#!/usr/bin/env python3
# The files that `meson install` installs: headers, library, vnc-demo, manual pages.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# test_install.py BUILD VERSION
#
# Environment: CC: the compiler's command; PREFIX: where things are installed; MAN: not empty if there are manual pages.

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent.parent

HOST = '''
#include <ui/vnc-server.h>
#include <ui/vnc-version.h>
#include <stdio.h>
#if !VNC_CHECK_VERSION(VNC_VERSION_MAJOR, VNC_VERSION_MINOR, VNC_VERSION_MICRO)
#error "not even its own version"
#endif
#if VNC_CHECK_VERSION(VNC_VERSION_MAJOR, VNC_VERSION_MINOR, VNC_VERSION_MICRO + 1)
#error "a later version than its own"
#endif
#if VNC_CHECK_VERSION(VNC_VERSION_MAJOR, VNC_VERSION_MINOR + 1, 0)
#error "a later version than its own"
#endif
#if VNC_CHECK_VERSION(VNC_VERSION_MAJOR + 1, 0, 0)
#error "a later version than its own"
#endif
int main(void)
{
    VncOptions *options = vnc_options_parse("unix:/nowhere", NULL);
    printf("%s %d.%d.%d %s\\n", VNC_VERSION, VNC_VERSION_MAJOR, VNC_VERSION_MINOR, VNC_VERSION_MICRO,
           (char *)options->addresses->pdata[0]);
    vnc_options_unref(options);
    return 0;
}
'''


class Install(unittest.TestCase):
    build = version = None

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.destination = pathlib.Path(directory.name)
        subprocess.run(['meson', 'install', '-C', cls.build, '--no-rebuild', '--destdir', directory.name],
                       check=True, capture_output=True)
        cls.prefix = cls.destination / os.environ['PREFIX'].lstrip('/')

    def test_demo(self):
        done = subprocess.run([self.prefix / 'bin/vnc-demo', '--version'], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, f'vnc-demo {self.version}\n', ''))

    def test_headers(self):
        installed = {path.name for path in (self.prefix / 'include/threaded-vnc/ui').iterdir()}
        self.assertEqual(installed, {path.name for path in (TOP / 'include/ui').glob('*.h')})

    def test_a_host(self):
        """It is compiled and linked by what pkg-config says alone."""
        [package] = self.prefix.rglob('threaded-vnc.pc')
        package.write_text(re.sub('^prefix=.*', f'prefix={self.prefix}', package.read_text(), flags=re.M))
        flags = subprocess.run(['pkg-config', '--cflags', '--libs', f'threaded-vnc = {self.version}'],
                               check=True, capture_output=True, text=True,
                               env={**os.environ, 'PKG_CONFIG_PATH': str(package.parent)}).stdout
        source, program = self.destination / 'host.c', self.destination / 'host'
        source.write_text(HOST)
        subprocess.run([*shlex.split(os.environ.get('CC', 'cc')), '-o', program, source, *shlex.split(flags)],
                       check=True)
        done = subprocess.run([program], check=True, capture_output=True, text=True)
        self.assertEqual(done.stdout, f'{self.version} {self.version} unix:/nowhere\n')

    def read_manual(self, name):
        if not os.environ.get('MAN'):
            self.skipTest('rst2man is not there')
        page = self.prefix / f'share/man/man{name[-1]}' / name
        self.assertTrue(page.exists(), page)
        if not shutil.which('man'):
            self.skipTest('man is not there')
        done = subprocess.run(['man', '-l', page], check=True, capture_output=True, text=True,
                              env={**os.environ, 'LC_ALL': 'C.UTF-8', 'MANWIDTH': '400', 'MANPAGER': 'cat',
                                   'MAN_KEEP_FORMATTING': ''})
        return done.stdout

    def test_demo_manual(self):
        """It names each option that --help does."""
        page = self.read_manual('vnc-demo.1')
        self.assertRegex(page, r'NAME\n +vnc-demo - a VNC server')
        said = subprocess.run([self.prefix / 'bin/vnc-demo', '--help'], check=True, capture_output=True,
                              text=True).stdout
        options = re.findall(r'^ +(?:-\w, )?(--[\w-]+)', said.partition('ADDRESS and')[0], re.M)
        self.assertGreater(len(options), 6)
        for option in options:
            self.assertRegex(page, rf'\n +{option}\b')

    def test_options_manual(self):
        """It has a paragraph for each option of the table, outside of what is said of changes."""
        page = self.read_manual('threaded-vnc.7')
        self.assertRegex(page, r'NAME\n +threaded-vnc - options')
        table = (TOP / 'ui/base/options.c').read_text(encoding='utf-8')
        options = re.findall(r'^    \{"([\w-]+)", SPEC', table, re.M)
        self.assertGreater(len(options), 30)
        page = page.partition('OTHER OPTIONS WHILE')[0]
        for option in options:
            self.assertTrue(re.search(rf'\n +([\w-]+, )*{option}(=| \(|,|\n)', page), option)


if __name__ == '__main__':
    Install.build, Install.version = sys.argv[1:3]
    sys.exit(unittest.main(argv=sys.argv[:1], verbosity=2))
