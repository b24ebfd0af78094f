#!/usr/bin/env python3
# tests/run runs its parts side by side; and how tests/run and tools/step end.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import contextlib
import importlib.machinery
import importlib.util
import io
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
DEADLINE = 60  # seconds; ends a hang

# A program that ignores Ctrl-C, as Meson does while it has tests, and has a child; says so, and stays.
STUBBORN = '''trap '' INT
sleep 1000 &
trap 'kill $!; exit 1' TERM
echo $$ $! >"$1.part"
mv "$1.part" "$1"
wait
'''


def load():
    loader = importlib.machinery.SourceFileLoader('run', str(TOP / 'tests/run'))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader('run', loader))
    loader.exec_module(module)
    return module


run = load()


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open('/proc/%d/stat' % pid, encoding='ascii') as file:
        return file.read().rpartition(')')[2].split()[0] != 'Z'


class Case(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)

    def run_tasks(self, *tasks):
        """What is shown meanwhile."""
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            run.Runner(tasks).run()
        return shown.getvalue()

    def stubborn(self):
        """A program's arguments, and a function that waits for the ids of its processes."""
        fifo = self.directory / 'fifo'
        os.mkfifo(fifo)
        script = STUBBORN.replace('mv "$1.part" "$1"', 'cat "$1.part" >"$1"')
        return ['sh', '-c', script, 'stubborn', str(fifo)], lambda: list(map(int, fifo.read_text().split()))


class Tasks(Case):
    def test_two_at_a_time(self):
        """Neither ends before the other has begun; the third begins when one has ended."""
        both = threading.Barrier(2)
        order = []

        def meet(task):
            both.wait(DEADLINE)
            order.append('met')
            return True

        def third(task):
            order.append(task.name)
            return True

        self.run_tasks(run.Task('a', meet), run.Task('b', meet), run.Task('c', third))
        self.assertEqual(sorted(order), ['c', 'met', 'met'])
        self.assertIn('met', order[:1])

    def test_needs(self):
        order = []

        def note(good):
            def work(task):
                order.append(task.name)
                return good
            return work

        tests = run.Task('tests', note(None), needs=['build'])
        last = run.Task('last', note(None), after=['tests', 'broken'])
        lost = run.Task('lost', note(True), needs=['broken'])
        self.run_tasks(last, tests, lost, run.Task('build', note(True)), run.Task('broken', note(False)))
        self.assertEqual(order[-1], 'last')
        self.assertLess(order.index('build'), order.index('tests'))
        self.assertNotIn('lost', order)
        self.assertEqual(lost.results.failed, ['lost: not run, as this has failed: broken'])

    def test_a_fault_in_a_task(self):
        def fault(task):
            raise ValueError('what')

        task = run.Task('task', fault)
        self.run_tasks(task)
        self.assertEqual(task.results.failed, ["task: ValueError('what')"])

    def test_names_before_lines(self):
        good = []
        shown = self.run_tasks(
            run.Task('long-name', lambda task: good.append(task.call('echo', 'one\ntwo'))),
            run.Task('short', lambda task: good.append(task.call('false'))))
        self.assertEqual(sorted(shown.splitlines()), ['long-name  one', 'long-name  two'])
        self.assertEqual(sorted(good), [False, True])

    def test_all_parts(self):
        """Each part that is asked for has a task, whose needs are there."""
        parts = [*run.BUILDS, *run.PROGRAMS]
        run.fetch_novnc = lambda: None
        tasks = run.tasks_for(parts)
        names = [task.name for task in tasks]
        self.assertLess(set(parts), set(names))
        for task in tasks:
            self.assertLessEqual({*task.needs, *task.after}, set(names))
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual([task.name for task in run.tasks_for(['clang'])], ['build-clang', 'clang'])


class Interrupt(Case):
    def test_step(self):
        command, wait_pids = self.stubborn()
        step = subprocess.Popen([TOP / 'tools/step', 'Waiting', self.directory / 'log', *command],
                                stdout=subprocess.PIPE, text=True)
        pids = wait_pids()
        step.send_signal(signal.SIGINT)
        said, _ = step.communicate(timeout=DEADLINE)
        self.assertEqual(step.returncode, 130)
        self.assertIn('Waiting: interrupted', said)
        self.assertEqual([pid for pid in pids if is_there(pid)], [])

    def test_run(self):
        command, wait_pids = self.stubborn()
        pids = []
        later = []
        runner = run.Runner([run.Task('task', lambda task: task.step('Waiting', self.directory / 'log', *command)),
                             run.Task('later', later.append, needs=['task'])])

        def interrupt():
            pids.extend(wait_pids())
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with contextlib.redirect_stdout(io.StringIO()), self.assertRaises(KeyboardInterrupt):
            runner.run()
        thread.join()
        self.assertEqual((len(pids), [pid for pid in pids if is_there(pid)]), (2, []))
        self.assertEqual(later, [])


if __name__ == '__main__':
    sys.exit(unittest.main())
