# The log: the lines that strangers and viewers can cause.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import socket

import harness


class Log(harness.WireTest):
    def knock(self, times, source='127.0.0.1'):
        mark = self.demo.mark()
        for _ in range(times):
            with socket.socket() as stranger:
                stranger.bind((source, 0))
                stranger.connect(self.demo.address)
        self.demo.wait_disconnected(mark, times)
        self.demo.sync()
        # One for each that has gone.
        return len(self.demo.events('log', mark, '^viewer '))

    def test_strangers(self):
        """A minute has 60 lines, one address half of them; the test may take longer than one."""
        self.assertLess(self.knock(300), 300)
        self.assertEqual(self.knock(1, '127.0.0.2'), 1)
        viewer = self.viewer()
        mark = self.demo.mark()
        viewer.send(b'\xff\xff\xff\xff')
        viewer.wait_closed()
        self.demo.wait_event('log', mark, 'viewer')
        # Opening it anew changes the rule, not what has been counted.
        host, port = self.demo.address
        self.demo.command('open %s:%d,log-lines=0' % (host, port - 5900))
        self.assertEqual(self.knock(100), 100)

    def test_no_limit(self):
        self.demo = self.start('log-lines=0')
        self.assertEqual(self.knock(200), 200)


if __name__ == '__main__':
    harness.main()
