#!/usr/bin/env python3
# ui/host-qemu/derive-sources: the entries that it makes from apt's source files, and how apt reads
# them.
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

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / 'ui/host-qemu/derive-sources'

KEY = """-----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEXEcE6RYJKwYBBAHaRw8BAQdArjWwk3FAqyiFbFBKT4TzXcVBqPTB3gmzlC/U
 =abcd
 -----END PGP PUBLIC KEY BLOCK-----"""

DEB822 = """# Types: deb
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm
Components: main
Enabled: No
Trusted: yes

Types: deb
# a comment within
URIs: http://mirror.example/debian http://other.example/debian/
Suites: bookworm bookworm-updates
Components: main contrib
Architectures: amd64
Enabled: yes
Signed-By: /usr/share/keyrings/some.gpg
Check-Valid-Until: no

Types: deb deb-src
URIs: http://security.example/
Suites: bookworm-security
Components: main
signed-by:
 %s
""" % KEY

ONE_LINE = """# deb [signed-by=/not/this.gpg] http://mirror.example/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/a.gpg,/usr/share/keyrings/b.gpg allow-weak=no] \
http://mirror.example/debian bookworm main non-free
deb http://plain.example/debian/ bookworm-updates main # a comment
deb [ lang+=de trusted=yes ] http://trusted.example/debian bookworm main
"""


class Sources(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)
        self.deb822 = self.write('debian.sources', DEB822)
        self.one_line = self.write('debian.list', ONE_LINE)

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return '%s:1' % path

    def derive(self, *rows, wanted='trixie', kinds=('deb-src',), status=0):
        """The two files, or what is said."""
        out = self.directory / 'out'
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        done = subprocess.run([SCRIPT, 'bookworm', wanted, out, *kinds], text=True,
                              input=''.join('|'.join(row) + '\n' for row in rows),
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        if status:
            self.assertEqual(os.listdir(out), [])
            return done.stderr
        return (out / 'derived.list').read_text(), (out / 'derived.sources').read_text()

    def row(self, source, suite, uri, component='main', origin='Debian'):
        return component, origin, suite, suite, uri, source

    def test_deb822(self):
        lines, stanzas = self.derive(
            self.row(self.deb822, 'bookworm', 'http://mirror.example/debian/'),
            self.row(self.deb822, 'bookworm', 'http://mirror.example/debian/', 'contrib'),
            self.row(self.deb822, 'bookworm-updates', 'http://other.example/debian/'))
        self.assertEqual(lines, '')
        self.assertEqual(stanzas, ''.join("""types: deb-src
uris: http://%s.example/debian/
suites: %s
components: main
signed-by: /usr/share/keyrings/some.gpg
check-valid-until: no

""" % each for each in (('mirror', 'trixie'), ('other', 'trixie-updates'))))

    def test_key_within(self):
        _, stanzas = self.derive(self.row(self.deb822, 'bookworm-security', 'http://security.example/'))
        self.assertTrue(stanzas.endswith('suites: trixie-security\ncomponents: main\nsigned-by: \n %s\n\n' % KEY),
                        stanzas)

    def test_one_line(self):
        lines, stanzas = self.derive(
            self.row(self.one_line, 'bookworm', 'http://mirror.example/debian/'),
            self.row(self.one_line, 'bookworm-updates', 'http://plain.example/debian/'),
            self.row(self.one_line, 'bookworm', 'http://trusted.example/debian/'),
            kinds=('deb-src', 'deb'))
        self.assertEqual(stanzas, '')
        mirror = ('[signed-by=/usr/share/keyrings/a.gpg,/usr/share/keyrings/b.gpg allow-weak=no] '
                  'http://mirror.example/debian/ trixie main\n')
        plain = 'http://plain.example/debian/ trixie-updates main\n'
        trusted = '[trusted=yes] http://trusted.example/debian/ trixie main\n'
        self.assertEqual(lines, ''.join('%s %s' % (kind, each) for each in (mirror, plain, trusted)
                                        for kind in ('deb-src', 'deb')))

    def test_debians_alone(self):
        """Once apt can tell which they are; a release by another name than its own."""
        rows = [self.row(self.one_line, 'bookworm', 'http://mirror.example/debian/', origin='Other'),
                ('main', 'Debian', 'bookworm', 'stable', 'http://named.example/debian/',
                 self.write('named.list', 'deb http://named.example/debian stable main\n'))]
        self.assertEqual(self.derive(*rows)[0], 'deb-src http://named.example/debian/ trixie main\n')
        self.assertEqual(self.derive(*rows[:1])[0].count('deb-src'), 1)

    def test_none(self):
        self.assertIn('no Debian archive', self.derive(status=1))
        self.assertIn('no Debian archive', self.derive(
            self.row(self.deb822, 'bookworm', 'http://mirror.example/debian/', 'contrib'),
            self.row(self.deb822, 'bookworm', 'cdrom:[Debian]/'), status=1))

    def test_not_found(self):
        """Whom the user trusts is not guessed."""
        for source, uri in ((self.deb822, 'http://elsewhere.example/debian/'),
                            (self.one_line, 'http://elsewhere.example/debian/'),
                            (str(self.directory / 'missing.list:1'), 'http://mirror.example/debian/')):
            self.assertIn(source.rpartition(':')[0],
                          self.derive(self.row(source, 'bookworm', uri), status=1))

    @unittest.skipUnless(shutil.which('apt-get'), 'a machine without apt')
    def test_apt_reads_it(self):
        self.derive(self.row(self.deb822, 'bookworm', 'http://mirror.example/debian/'),
                    self.row(self.deb822, 'bookworm-security', 'http://security.example/'),
                    self.row(self.one_line, 'bookworm', 'http://trusted.example/debian/'),
                    kinds=('deb-src', 'deb'))
        (self.directory / 'lists').mkdir()
        done = subprocess.run(
            ['apt-get', 'update', '--print-uris', '-o', 'Dir::Etc::sourcelist=/dev/null',
             '-o', 'Dir::Etc::sourceparts=%s/out' % self.directory,
             '-o', 'Dir::State::lists=%s/lists' % self.directory],
            text=True, capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        uris = [line.split("'")[1] for line in done.stdout.splitlines()]
        self.assertEqual(sorted(uri for uri in uris if uri.endswith('/InRelease')),
                         ['http://mirror.example/debian/dists/trixie/InRelease',
                          'http://security.example/dists/trixie-security/InRelease',
                          'http://trusted.example/debian/dists/trixie/InRelease'])


if __name__ == '__main__':
    sys.exit(unittest.main(verbosity=2))
