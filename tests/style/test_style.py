#!/usr/bin/env python3
# Each check can fail: those of tests/check-floors, tests/check-headers, tests/check-hardening and
# tools/lint.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Environment: CC, CXX (may be empty): the compilers' commands.

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

TESTS = pathlib.Path(__file__).resolve().parent.parent

GOOD = {
    'ui/meson.build': """
floors = {
  'base': [0, ['glib-2.0']],
  'rfb': [1, []],
  'enc': [2, []],
  'net': [2, []],
}
""",
    'include/ui/vnc-types.h': 'typedef int VncType;\n',
    'include/ui/vnc-server.h': '#include "ui/vnc-types.h"\n#include <stddef.h>\n',
    'ui/base/rect.h': '#include "ui/vnc-types.h"\nVncType vnc_rect(void);\n',
    'ui/base/rect.c': '#include "ui/base/rect.h"\nVncType vnc_rect(void)\n{\n    return 1;\n}\n',
    'ui/rfb/read.h': '#include "ui/base/rect.h"\nint vnc_read(void);\n',
    'ui/rfb/read.c': '#include "ui/rfb/read.h"\n'
                     'int vnc_read(void)\n{\n    return vnc_rect();\n}\n',
    'ui/enc/raw.c': 'int vnc_raw(void);\nint vnc_raw(void)\n{\n    return 2;\n}\n',
    'ui/enc/raw.h': 'int vnc_raw(void);\n',
    'ui/net/stream.c': '#include "ui/rfb/read.h"\n'
                       'int vnc_stream(void);\n'
                       'int vnc_stream(void)\n{\n    return vnc_read();\n}\n',
    'ui/host-demo/main.c': '#include "ui/vnc-server.h"\n#include "ui/host-demo/draw.h"\n',
    'ui/host-demo/draw.h': 'int draw(void);\n',
    'ui/host-qemu/glue.c': '#include "qemu/osdep.h"\n#include "ui/console.h"\n'
                           '#include "ui/vnc-server.h"\n',
}


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.source = pathlib.Path(directory.name) / 'source'
        self.build = pathlib.Path(directory.name) / 'build'
        for name, text in GOOD.items():
            self.write(name, text)

    def write(self, name, text):
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def append(self, name, text):
        self.write(name, GOOD[name] + text)

    def run_check(self, name, *args):
        result = subprocess.run([str(TESTS / name), '--source', str(self.source), *args],
                                capture_output=True, text=True)
        self.assertEqual(result.stderr, '')
        return result.returncode, result.stdout

    def assert_clean(self, name, *args):
        code, output = self.run_check(name, *args)
        self.assertEqual(code, 0, output)
        self.assertIn(' 0 faults', output)

    def assert_fault(self, expected, name, *args):
        code, output = self.run_check(name, *args)
        self.assertEqual(code, 1, output)
        self.assertIn(expected, output)
        self.assertIn(' 1 faults', output)


class Includes(Case):
    def test_good(self):
        self.assert_clean('check-floors')

    def test_upwards(self):
        self.append('ui/base/rect.h', '#include "ui/rfb/write.h"\n')
        self.write('ui/rfb/write.h', '')
        self.assert_fault('ui/base/rect.h:3: includes ui/rfb/write.h: base is floor 0, '
                          'rfb is floor 1', 'check-floors')

    def test_sideways(self):
        self.append('ui/net/stream.c', '#include "ui/enc/raw.h"\n')
        self.assert_fault('ui/net/stream.c:7: includes ui/enc/raw.h: net is floor 2, '
                          'enc is floor 2', 'check-floors')

    def test_in_angle_brackets(self):
        self.append('ui/net/stream.c', '  #  include <ui/enc/raw.h>\n')
        self.assert_fault('includes ui/enc/raw.h', 'check-floors')

    def test_the_number_decides(self):
        self.append('ui/net/stream.c', '#include "ui/enc/raw.h"\n')
        self.write('ui/meson.build',
                   GOOD['ui/meson.build'].replace("'net': [2", "'net': [3"))
        self.assert_clean('check-floors')

    def test_host_inside(self):
        for host in ('ui/host-demo/main.c', 'ui/host-qemu/glue.c'):
            self.append(host, '#include "ui/base/rect.h"\n')
            self.assert_fault(f'{host}:{GOOD[host].count(chr(10)) + 1}: includes ui/base/rect.h: '
                              'a host includes public headers only', 'check-floors')
            self.write(host, GOOD[host])

    def test_floor_of_host(self):
        self.append('ui/net/stream.c', '#include "ui/host-demo/draw.h"\n')
        self.assert_fault('ui/host-demo/draw.h: is on no floor', 'check-floors')

    def test_not_public(self):
        self.append('include/ui/vnc-server.h', '#include "ui/base/rect.h"\n')
        self.assert_fault('includes ui/base/rect.h: is no public header', 'check-floors')

    def test_unknown_public(self):
        self.append('ui/net/stream.c', '#include "ui/console.h"\n')
        self.assert_fault('includes ui/console.h: is no public header', 'check-floors')

    def test_relative(self):
        self.append('ui/net/stream.c', '#include "../enc/raw.h"\n')
        self.assert_fault('includes ../enc/raw.h: includes start from the root',
                          'check-floors')

    def test_beside(self):
        self.append('ui/net/stream.c', '#include "stream.h"\n')
        self.assert_fault("includes stream.h: is not named from the tree's root", 'check-floors')

    def test_circle(self):
        self.append('ui/base/rect.h', '#include "ui/base/damage.h"\n')
        self.write('ui/base/damage.h', '#include "ui/base/rect.h"\n')
        self.assert_fault('ui/base: a circle of damage, rect: damage (includes ui/base/rect.h) -> '
                          'rect (includes ui/base/damage.h) -> damage', 'check-floors')

    def test_circle_of_a_file_and_its_header(self):
        self.append('ui/base/rect.c', '#include "ui/base/damage.h"\n')
        self.write('ui/base/damage.h', '#include "ui/base/map.h"\n')
        self.write('ui/base/map.h', '')
        self.write('ui/base/map.c', '#include "ui/base/rect.h"\n')
        self.assert_fault('ui/base: a circle of damage, map, rect: ', 'check-floors')

    def test_itself(self):
        self.append('ui/base/rect.h', '#include "ui/base/rect.h"\n')
        self.assert_fault('ui/base/rect.h: includes itself', 'check-floors')

    def test_public_circle(self):
        self.append('include/ui/vnc-types.h', '#include "ui/vnc-server.h"\n')
        self.assert_fault('include/ui: a circle of vnc-server, vnc-types: ', 'check-floors')

    def test_circle_in_host(self):
        self.append('ui/host-demo/draw.h', '#include "ui/host-demo/main.h"\n')
        self.write('ui/host-demo/main.h', '')
        self.assert_fault('ui/host-demo: a circle of draw, main: ', 'check-floors')

    def test_private(self):
        self.write('ui/meson.build', GOOD['ui/meson.build'].replace("'net'", "'client': [2, []],\n  'net'"))
        self.write('ui/client/client-private.h', '')
        self.write('ui/client/client.c', '#include "ui/client/client-private.h"\n')
        self.assert_clean('check-floors')
        self.write('ui/client/audio.c', '#include "ui/client/client-private.h"\n')
        self.assert_fault('ui/client/audio.c:1: includes ui/client/client-private.h: that is for '
                          'ui/client/client.c, ui/client/messages.c, ui/client/notices.c, ui/client/update.c alone', 'check-floors')

    def test_unknown_folder(self):
        self.write('ui/attic/old.c', '#include "ui/net/stream.h"\n')
        self.assert_fault('ui/attic: neither a floor', 'check-floors')

    def test_no_folder(self):
        self.write('ui/stray.c', '')
        self.assert_fault('ui/stray.c: stands on no floor', 'check-floors')


class Threads(Case):
    def test_bare(self):
        for text, name in (('static GMutex m;\n', 'GMutex'),
                           ('int f(void);\nint f(void)\n{\n    g_mutex_lock(0);\n}\n',
                            'g_mutex_lock'),
                           ('#define A pthread_self()\n', 'pthread_self'),
                           ('#define A send(1, 2)\n', 'send')):
            self.append('ui/enc/raw.c', text)
            self.assert_fault(f'{name}: use VncLock', 'check-floors')

    def test_comment_and_home(self):
        self.append('ui/enc/raw.c', '/* a GMutex\n * is not used */\nint send_all;\n')
        self.write('ui/base/thread.c', 'static GMutex m;\n')
        self.assert_clean('check-floors')


class Lengths(Case):
    @staticmethod
    def function(lines, head='static int f(int a,\n             int b)\n'):
        body = lines - head.count('\n') - 2
        return head + '{\n' + '    a();\n' * body + '}\n'

    def test_file(self):
        self.write('ui/base/long.c', '/* */\n' * 600)
        self.assert_clean('check-floors')
        self.write('ui/base/long.c', '/* */\n' * 601)
        self.assert_fault('ui/base/long.c: has 601 lines; at most 600', 'check-floors')

    def test_function(self):
        self.write('ui/base/long.c', self.function(60) + self.function(60))
        self.assert_clean('check-floors')
        self.write('ui/base/long.c', '\n' + self.function(61) + self.function(60))
        self.assert_fault('ui/base/long.c:2: f() has 61 lines; at most 60', 'check-floors')

    def test_blocks_inside(self):
        body = '    if (a) {\n' + '        b();\n' * 70 + '    }\n'
        self.write('ui/host-demo/main.c', 'void vnc_main(void)\n{\n' + body + '}\n')
        self.assert_fault('ui/host-demo/main.c:1: vnc_main() has 75 lines', 'check-floors')

    def test_table(self):
        self.write('ui/base/table.c', 'static const int t[] = {\n' + '    1,\n' * 100 + '};\n')
        self.assert_clean('check-floors')


class Calls(Case):
    def compile_file(self, path, target):
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([*shlex.split(os.environ.get('CC', 'cc')), f'-I{self.source}',
                        f'-I{self.source}/include', '-c', str(path), '-o', str(target)], check=True)
        return str(target)

    def compile_tree(self, leave_out=None):
        for floor in ('base', 'rfb', 'enc', 'net'):
            library = self.build / f'ui/libvnc-{floor}.a'
            library.unlink(missing_ok=True)
            if floor == leave_out:
                continue
            objects = [self.compile_file(path, self.build / f'ui/{floor}.p/{floor}_{path.name}.o')
                       for path in (self.source / 'ui' / floor).glob('*.c')]
            subprocess.run(['ar', 'rc', str(library), *objects], check=True)

    def test_good(self):
        self.compile_tree()
        self.assert_clean('check-floors', str(self.build))
        _, output = self.run_check('check-floors', str(self.build))
        self.assertIn(' 2 calls between floors', output)

    def test_upwards(self):
        self.append('ui/base/rect.c', 'int vnc_read(void);\nint vnc_up(void);\n'
                                      'int vnc_up(void)\n{\n    return vnc_read();\n}\n')
        self.compile_tree()
        self.assert_fault('libvnc-base.a: needs vnc_read of rfb: base is floor 0, rfb is floor 1',
                          'check-floors', str(self.build))

    def test_sideways(self):
        self.append('ui/net/stream.c', 'int vnc_raw(void);\nint vnc_side(void);\n'
                                       'int vnc_side(void)\n{\n    return vnc_raw();\n}\n')
        self.compile_tree()
        self.assert_fault('libvnc-net.a: needs vnc_raw of enc: net is floor 2, enc is floor 2',
                          'check-floors', str(self.build))

    def test_data(self):
        self.append('ui/enc/raw.c', 'extern const int vnc_table;\nconst int vnc_table = 1;\n')
        self.append('ui/base/rect.c', 'extern const int vnc_table;\nint vnc_up(void);\n'
                                      'int vnc_up(void)\n{\n    return vnc_table;\n}\n')
        self.compile_tree()
        self.assert_fault('libvnc-base.a: needs vnc_table of enc', 'check-floors', str(self.build))

    def test_nowhere(self):
        self.append('ui/base/rect.c', 'int vnc_gone(void);\nint vnc_up(void);\n'
                                      'int vnc_up(void)\n{\n    return vnc_gone();\n}\n')
        self.compile_tree()
        self.assert_fault('libvnc-base.a: needs vnc_gone, which is on no floor', 'check-floors',
                          str(self.build))

    def test_not_built(self):
        self.compile_tree(leave_out='enc')
        self.assert_fault('libvnc-enc.a: is not built', 'check-floors', str(self.build))

    # Two files, each of which calls the other one.
    LEAP = 'int vnc_hop(void);\nint vnc_leap(void);\nint vnc_leap(void)\n{\n    return vnc_hop();\n}\n'
    HOP = 'int vnc_leap(void);\nint vnc_hop(void);\nint vnc_hop(void)\n{\n    return vnc_leap();\n}\n'
    CIRCLE = 'a circle of hop, leap: hop (calls vnc_leap) -> leap (calls vnc_hop) -> hop'

    def test_circle(self):
        self.write('ui/rfb/leap.c', self.LEAP)
        self.write('ui/rfb/hop.c', self.HOP)
        self.compile_tree()
        self.assert_fault('ui/rfb: ' + self.CIRCLE, 'check-floors', str(self.build))

    def test_long_circle(self):
        for here, there in (('a', 'b'), ('b', 'c'), ('c', 'd'), ('d', 'b')):
            self.write(f'ui/rfb/{here}.c', f'int vnc_{there}(void);\nint vnc_{here}(void);\n'
                       f'int vnc_{here}(void)\n{{\n    return vnc_{there}();\n}}\n')
        self.compile_tree()
        self.assert_fault('ui/rfb: a circle of b, c, d: ', 'check-floors', str(self.build))

    def test_circle_of_data(self):
        self.write('ui/rfb/leap.c', 'extern const int vnc_leap[];\nconst int vnc_leap[] = {1};\n'
                                    + self.HOP.replace('hop', 'hip').replace('leap', 'hop'))
        self.write('ui/rfb/hop.c', 'extern const int vnc_leap[];\nint vnc_hop(void);\n'
                                   'int vnc_hop(void)\n{\n    return vnc_leap[0];\n}\n')
        self.compile_tree()
        self.assert_fault('ui/rfb: a circle of hop, leap: ', 'check-floors', str(self.build))

    def test_circle_in_demo(self):
        self.compile_tree()
        for name, text in (('leap', self.LEAP), ('hop', self.HOP)):
            self.write(f'ui/host-demo/{name}.c', text)
            self.compile_file(self.source / f'ui/host-demo/{name}.c',
                              self.build / f'vnc-demo.p/ui_host-demo_{name}.c.o')
        self.assert_fault('ui/host-demo: ' + self.CIRCLE, 'check-floors', str(self.build))

    def test_circle_read(self):
        """QEMU's host has no objects here."""
        self.compile_tree()
        self.write('ui/host-qemu/leap.c', 'int\nvnc_no(void);\n\n' + self.LEAP)
        self.write('ui/host-qemu/hop.c', self.HOP.replace('(void)\n{', '(int a,\n  int b)\n{'))
        self.assert_fault('ui/host-qemu: ' + self.CIRCLE, 'check-floors', str(self.build))

    def test_circle_of_data_read(self):
        self.write('ui/host-qemu/leap.c', self.LEAP + 'const struct VncTable vnc_table = {\n    1\n};\n')
        self.write('ui/host-qemu/hop.c',
                   'int vnc_hop(void)\n{\n    return vnc_look(&vnc_table);\n}\n')
        self.assert_fault('ui/host-qemu: a circle of hop, leap: ', 'check-floors')

    def test_no_circle_read(self):
        self.write('ui/host-qemu/leap.c', self.LEAP)
        for text in ('int vnc_hop(void)\n{\n    return a->vnc_leap + b.vnc_leap; /* vnc_leap */\n}\n',
                     'int vnc_hop(void)\n{\n    return f("vnc_leap \\" vnc_leap");\n}\n',
                     'static int vnc_hop(void)\n{\n    return vnc_leap();\n}\n'):
            self.write('ui/host-qemu/hop.c', text)
            self.assert_clean('check-floors')


class Headers(Case):
    def args(self):
        cxx = os.environ.get('CXX', '')
        return [*(['--cxx', cxx] if cxx else []), *shlex.split(os.environ.get('CC', 'cc'))]

    def test_good(self):
        self.assert_clean('check-headers', *self.args())

    def test_public(self):
        self.write('include/ui/vnc-server.h', 'VncType vnc_needs_types(void);\n')
        self.assert_fault('vnc-server.h', 'check-headers', *self.args()[-1:])

    def test_public_sees_public_only(self):
        self.append('include/ui/vnc-server.h', '#include "ui/base/rect.h"\n')
        self.assert_fault('vnc-server.h', 'check-headers', *self.args()[-1:])

    def test_own(self):
        self.write('ui/rfb/read.h', 'VncType vnc_needs_types(void);\n')
        self.assert_fault('ui/rfb/read.h', 'check-headers', *self.args()[-1:])

    def test_cxx(self):
        if not os.environ.get('CXX'):
            self.skipTest('there is no C++ compiler')
        self.write('include/ui/vnc-types.h', 'typedef struct VncType { int class; } VncType;\n')
        code, output = self.run_check('check-headers', *self.args())
        self.assertEqual(code, 1, output)
        self.assertIn(' 2 faults', output)

    def test_qemu_is_left_out(self):
        self.write('ui/host-qemu/glue.h', 'VncType vnc_needs_types(void);\n')
        self.assert_clean('check-headers', *self.args())


class Lint(Case):
    LINT = '../tools/lint'
    DOTFILES = ('.clang-format', '.clang-tidy', '.codespellrc', '.editorconfig')

    def setUp(self):
        super().setUp()
        for name in self.DOTFILES:
            self.write(name, (TESTS.parent / name).read_text())

    def need(self, *tools):
        for tool in tools:
            if not shutil.which(tool):
                self.skipTest(f'there is no {tool}')

    def compile_commands(self, *names):
        self.write('build/compile_commands.json', json.dumps([
            {'directory': str(self.source), 'file': name,
             'command': f'cc -I. -Iinclude -c {name}'} for name in names]))
        return '--build', str(self.source / 'build')

    def test_format(self):
        self.need('clang-format-14')
        self.assert_clean(self.LINT, 'format')
        self.append('ui/enc/raw.h', 'int  vnc_wide (void);\n')
        self.assert_fault('ui/enc/raw.h:2: not as clang-format leaves it', self.LINT, 'format')

    def test_fix(self):
        self.need('clang-format-14')
        self.append('ui/enc/raw.h', 'int  vnc_wide(void);\n')
        self.assert_clean(self.LINT, '--fix', 'format')
        self.assertEqual((self.source / 'ui/enc/raw.h').read_text(),
                         GOOD['ui/enc/raw.h'] + 'int vnc_wide(void);\n')

    def test_width(self):
        self.append('ui/enc/raw.h', '/* ' + 'ä' * 94 + ' */\n')
        self.assert_clean(self.LINT, 'width')
        self.append('ui/enc/raw.h', '/* ' + 'ä' * 95 + ' */\n')
        self.assert_fault('ui/enc/raw.h:2: 101 columns; at most 100', self.LINT, 'width')

    def test_width_where_nothing_is_formatted(self):
        self.append('ui/enc/raw.h', '/* clang-format off */\n/* ' + 'a' * 95 + ' */\n/* clang-format on */\n')
        self.assert_clean(self.LINT, 'width')
        self.append('ui/enc/raw.h', '/* clang-format off */\n/* clang-format on */\n/* ' + 'a' * 95 + ' */\n')
        self.assert_fault('ui/enc/raw.h:4: 101 columns', self.LINT, 'width')

    def test_width_is_the_editors(self):
        self.append('ui/enc/raw.h', '/* ' + 'a' * 95 + ' */\n')
        self.write('.editorconfig', '[*.{c,h}]\nmax_line_length = 101\n')
        self.assert_clean(self.LINT, 'width')

    def test_spelling(self):
        self.need('codespell')
        self.assert_clean(self.LINT, 'spelling')
        self.write('docs/a.rst', 'What is\nrecie' + 'ved?\n')
        self.assert_fault('docs/a.rst:2: recie' + 'ved ==> ', self.LINT, 'spelling')

    def test_spelling_in_a_script(self):
        self.need('codespell')
        self.write('tools/run', '#!/bin/sh\n# rec' + 'ieve\n')
        self.assert_fault('tools/run:2: rec' + 'ieve', self.LINT, 'spelling')

    def test_paths(self):
        self.write('docs/a.rst', 'See ``ui/enc/raw.c``, ``ui/enc/``, ``ui/vnc-types.h``, ``ui/net/stream``\n'
                                 'and ``ui/trace-events``, but not ``net/gone.c`` or ``ui/gone*.c``.\n')
        self.assert_clean(self.LINT, 'paths')
        self.write('docs/a.rst', 'See\n``ui/enc/gone.c``.\n')
        self.assert_fault('docs/a.rst:2: names ui/enc/gone.c, which is not there', self.LINT, 'paths')

    def test_tidy(self):
        self.need('clang-tidy-14')
        build = self.compile_commands('ui/enc/raw.c', 'ui/rfb/read.c')
        self.assert_clean(self.LINT, *build, 'tidy')
        self.append('ui/rfb/read.c', 'int vnc_same(int a);\nint vnc_same(int a)\n{\n'
                                     '    return a == a;\n}\n')
        self.assert_fault('ui/rfb/read.c:9: both sides of operator are equivalent', self.LINT, *build,
                          'tidy')

    def test_tidy_in_a_header(self):
        self.need('clang-tidy-14')
        build = self.compile_commands('ui/rfb/read.c')
        self.append('ui/base/rect.h', 'static inline int vnc_same(int a)\n{\n'
                                      '    if (a) return 1;\n    return 2;\n}\n')
        self.assert_fault('ui/base/rect.h:5: statement should be inside braces', self.LINT, *build, 'tidy')

    def test_nothing_to_look_at(self):
        self.need('clang-tidy-14')
        code, output = self.run_check(self.LINT, *self.compile_commands(), 'tidy')
        self.assertEqual(code, 77, output)


@unittest.skipUnless(sys.platform == 'linux', 'no ELF')
class Hardening(Case):
    COMPILE = ['-O2', '-fPIE', '-fstack-protector-strong', '-fcf-protection', '-U_FORTIFY_SOURCE',
               '-D_FORTIFY_SOURCE=2']
    LINK = ['-pie', '-Wl,-z,relro', '-Wl,-z,now', '-Wl,-z,noexecstack']

    def check(self, *more):
        cc = shlex.split(os.environ.get('CC', 'cc'))
        source, library, program = (self.source / name for name in ('a.c', 'a.a', 'a'))
        self.write('a.c', '#include <string.h>\n'
                          'int main(int n, char **v)\n{\n    char text[8];\n'
                          '    memcpy(text, v[0], n);\n    return text[n];\n}\n')
        subprocess.run([*cc, *self.COMPILE, *more, '-c', source, '-o', self.source / 'a.o'],
                       check=True)
        library.unlink(missing_ok=True)
        subprocess.run(['ar', 'rc', library, self.source / 'a.o'], check=True)
        subprocess.run([*cc, *self.COMPILE, *self.LINK, *more, source, '-o', program], check=True)
        done = subprocess.run([TESTS / 'check-hardening', '--fortified', library, program],
                              capture_output=True, text=True)
        self.assertEqual(done.stderr, '')
        return done.returncode, done.stdout

    def test_good(self):
        code, output = self.check()
        self.assertEqual(code, 0, output)
        self.assertIn(' 0 faults', output)

    def test_each(self):
        wanted = {'-fno-stack-protector': 'a.a: no object has a canary',
                  '-U_FORTIFY_SOURCE': 'a.a: no call is fortified',
                  '-no-pie': 'a: no position-independent program',
                  '-Wl,-z,norelro': 'a: no RELRO',
                  '-Wl,-z,lazy': 'a: relocations are not done at the start',
                  '-Wl,-z,execstack': 'a: the stack can hold code'}
        if os.uname().machine == 'x86_64':
            wanted['-fcf-protection=none'] = 'a.a(a.o): no -fcf-protection'
        for flag, fault in wanted.items():
            with self.subTest(flag):
                code, output = self.check(flag)
                self.assertEqual(code, 1, output)
                self.assertIn(fault, output)
                self.assertIn(' 1 faults', output)


if __name__ == '__main__':
    sys.exit(unittest.main(verbosity=2))
