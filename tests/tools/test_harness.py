# The harness's output for a test that fails.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import contextlib
import io
import sys
import unittest

from harness import TapResult


class Harness(unittest.TestCase):
    def run_one(self, body):
        """The first line that is printed of a test that does this."""
        class Failing(unittest.TestCase):
            def test(self):
                body(self)

        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            Failing('test').run(TapResult())
        return said.getvalue().splitlines()[0]

    def test_a_row_is_named(self):
        def body(case):
            for number, (word, _) in enumerate((('one', 1), ('#two', 2))):
                for inner in (5, 6):
                    case.assertNotEqual((word, inner), ('#two', 6))

        self.assertRegex(self.run_one(body), r"^not ok 1 - .*test \(.*number=1.*word='two'.*inner=6\)$")

    def test_an_error_names_its_row(self):
        def body(_case):
            for divisor in (1, 0):
                print(end=str(1 // divisor)[:0])

        self.assertRegex(self.run_one(body), r'^not ok 1 - .*test \(.*divisor=0\)$')

    def test_no_loop(self):
        self.assertRegex(self.run_one(lambda case: case.fail('what')), r'^not ok 1 - .*\.test$')


if __name__ == '__main__':
    sys.exit(unittest.main())
