# Logins by password, for tests of several kinds.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# libvncclient's own function computes the answers to challenges.
import ctypes
import struct

import harness
import rfb

libvncclient = ctypes.CDLL('libvncclient.so.1')

NO_DELAY = 'login-delay-ms=0'
PATIENT = 'login-failures=0'


def answer_to(challenge, password):
    answer = ctypes.create_string_buffer(challenge, 16)
    libvncclient.rfbClientEncryptBytes(answer, ctypes.c_char_p(password))
    return answer.raw[:16]


class LoginTest(harness.WireTest):
    def connect_to(self, demo):
        viewer = rfb.Viewer(demo.address)
        self.addCleanup(viewer.close)
        return viewer

    def log_in(self, demo, password, minor=8):
        """The viewer, and None or the reason why it is not let in (3.8; else True)."""
        viewer = self.connect_to(demo)
        viewer.read_version()
        viewer.send(b'RFB 003.%03d\n' % minor)
        if minor == 3:
            self.assertEqual(viewer.take(4), b'\0\0\0\2')
        else:
            self.assertEqual(viewer.take(2), b'\1\2')
            viewer.send(b'\2')
        viewer.send(answer_to(viewer.take(16), password))
        result, = struct.unpack('>I', viewer.take(4))
        if result == 0:
            return viewer, None
        self.assertEqual(result, 1)
        reason = viewer.read_reason() if minor >= 8 else True
        viewer.wait_closed()
        return viewer, reason

    def refused(self, demo, password, match, **kwargs):
        mark = demo.mark()
        _, reason = self.log_in(demo, password, **kwargs)
        self.assertIsNotNone(reason)
        if reason is not True:
            self.assertRegex(reason, match)
        demo.wait_event('log', mark, match=match)
        self.assertFalse(any('initialized' in event.line
                             for event in demo.events('viewer', mark)))

    def admitted(self, demo, password, **kwargs):
        viewer, reason = self.log_in(demo, password, **kwargs)
        self.assertIsNone(reason)
        viewer.client_init()
        self.full_update(viewer, demo)
        return viewer
