# Trace events: each comes with its cause, the host chooses them, and they reveal no secret.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import re
import subprocess
import time

import harness
import rfb
import websocket
from harness import free_display
from login import NO_DELAY, PATIENT, LoginTest
from rfb import CAPS, DEADLINE, NOTIFY, PEEK, PROVIDE, REQUEST, TEXT
from tls import TLS_VNC, TlsTest

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

LINE = re.compile(r'(\d+\.\d{6}) (main|worker) (vnc_[a-z_]+) (.*)$')


def listed():
    """{name: what it tells} of VNC_TRACE=list"""
    done = run('list')
    assert done.returncode == 0 and done.stderr == b'', done
    return dict(line.split(None, 1) for line in done.stdout.decode().splitlines())


def run(patterns, *arguments):
    return subprocess.run([harness.DEMO, *arguments], stdin=subprocess.DEVNULL,
                          env=dict(os.environ, VNC_TRACE=patterns), capture_output=True,
                          timeout=DEADLINE, check=False)


def traced(demo):
    """(thread, name, text) of each line on stderr; whatever else is there is a fault."""
    events = []
    said = demo.complaints()
    for line in said[:said.rfind('\n') + 1].splitlines():  # the last one may be on its way
        match = LINE.match(line)
        assert match, line
        events.append(match.groups()[1:])
    return events


class TraceTest(harness.WireTest):
    DEMO_ARGUMENTS = {'trace': 'vnc_*'}

    def wait_trace(self, name, match='', thread=None, demo=None):
        """The first such event's text, once it is there."""
        end = time.monotonic() + DEADLINE
        while True:
            events = traced(demo or self.demo)
            for found in events:
                if found[1] == name and re.search(match, found[2]):
                    self.assertEqual(found[0], thread or found[0])
                    return found[2]
            if time.monotonic() > end:
                self.fail('no %s %r among %r' % (name, match, events[-50:]))
            time.sleep(0.02)


class Choice(TraceTest):
    DEMO_ARGUMENTS = {}

    def chosen(self, patterns):
        """The events that come of a viewer's visit."""
        demo = self.start(trace=patterns)
        with demo.viewer() as viewer:
            self.full_update(viewer, demo)
        demo.wait_disconnected()
        demo.sync()
        return {name for _, name, _ in traced(demo)}

    def test_none(self):
        self.assertEqual(self.chosen(''), set())

    def test_patterns(self):
        some = self.chosen('vnc_client_*')
        self.assertIn('vnc_client_connect', some)
        self.assertIn('vnc_client_disconnect_finish', some)
        self.assertTrue(all(name.startswith('vnc_client_') for name in some), some)
        self.assertEqual(self.chosen('vnc_client_init'), {'vnc_client_init'})
        self.assertEqual(self.chosen('vnc_client_ini?, vnc_auth_p*'),
                         {'vnc_client_init', 'vnc_auth_pass'})

    def test_minus(self):
        some = self.chosen('vnc_*,-vnc_job_*,vnc_job_push')
        self.assertIn('vnc_auth_start', some)
        self.assertEqual({name for name in some if name.startswith('vnc_job_')}, {'vnc_job_push'})
        # In order: what is taken out first comes in again.
        self.assertIn('vnc_job_push', self.chosen('-vnc_job_push,vnc_job*'))
        self.assertEqual(self.chosen('vnc_auth_*,-vnc_*'), set())

    def test_list(self):
        names = listed()
        self.assertGreater(len(names), 40)
        self.assertIn('vnc_client_connect', names)
        self.assertTrue(all(names.values()))
        self.assertEqual(run('help').stdout, run('list').stdout)

    def test_unknown(self):
        for patterns, bad in (('vnc_foo', 'vnc_foo'), ('vnc_*,vnc_jobs_*', 'vnc_jobs_*'),
                              ('vnc_*,-bar', 'bar'), ('vnc_*,', ''), ('list,vnc_*', 'list')):
            with self.subTest(patterns=patterns):
                done = run(patterns, '127.0.0.1:%d,to=%d' % (free_display(), free_display() + 999))
                self.assertEqual((done.returncode, done.stdout), (1, b''))
                self.assertIn("no trace event is called '%s'" % bad, done.stderr.decode())
                self.assertIn('VNC_TRACE=list', done.stderr.decode())


class Events(TraceTest):

    def test_all_are_there(self):
        """Each name of the list stands at a trace point."""
        sources = ''
        for folder in ('base', 'net', 'auth', 'jobs', 'client', 'server'):
            folder = os.path.join(SOURCE, 'ui', folder)
            for name in sorted(os.listdir(folder)):
                if name.endswith('.c'):
                    with open(os.path.join(folder, name)) as f:
                        sources += f.read()
        points = set(re.findall(r'VNC_TRACE(?:_VIEWER)?\(\s*[^;,]*,\s*([A-Z_]+),', sources))
        points |= set(re.findall(r'vnc_trace\(\s*[^;,]*,\s*VNC_TRACE_([A-Z_]+),', sources))
        self.assertEqual(points, {name[len('vnc_'):].upper() for name in listed()})

    def test_a_visit(self):
        """From the first to the last, in order."""
        viewer = self.viewer()
        viewer.set_encodings(rfb.ZRLE, rfb.LAST_RECT, rfb.compress_level(3))
        viewer.set_pixel_format(rfb.PixelFormat(16, 16, False, (31, 63, 31), (11, 5, 0)))
        self.demo.command('noise 0 0 320 240 1')
        self.full_update(viewer)
        self.wait_trace('vnc_job_done', thread='worker')
        viewer.close()
        self.wait_trace('vnc_client_disconnect_finish')
        events = traced(self.demo)
        place = 0
        for thread, name, text in (
                ('main', 'vnc_server_listen', r'^address=127\.0\.0\.1:%d ' % self.demo.address[1]),
                ('main', 'vnc_auth_init', '^auth=none '),
                ('main', 'vnc_client_connect', r'^viewer=0 peer=127\.0\.0\.1:\d+ local=127.*:\d+'),
                ('main', 'vnc_auth_start', r'^viewer=0 method=1 \(none\) rfb=3\.8'),
                ('main', 'vnc_auth_pass', '^viewer=0 method=1'),
                ('main', 'vnc_client_init', '^viewer=0 shared=1 view_only=0 size=320x240'),
                ('main', 'vnc_msg_client_set_encodings',
                 '^viewer=0 listed=3 encoding=ZRLE compress=3 quality=-1 last_rect=1'),
                ('main', 'vnc_msg_client_set_pixel_format', '^viewer=0 bits=16 depth=16 .*31,63,31'),
                ('main', 'vnc_msg_client_update_request',
                 '^viewer=0 incremental=0 offset=0,0 size=320x240'),
                ('main', 'vnc_job_add_rect', r'^viewer=0 offset=0,0 size=\d+x\d+'),
                ('main', 'vnc_job_push', r'^viewer=0 rects=\d+ written=0 encoding=ZRLE'),
                ('worker', 'vnc_job_start', r'^viewer=0 rects=\d+'),
                ('worker', 'vnc_job_append', r'^viewer=0 bytes=\d+'),
                ('worker', 'vnc_job_done', r'^viewer=0 bytes=\d+ us=\d+'),
                ('main', 'vnc_client_eof', '^viewer=0 unread=0'),
                ('main', 'vnc_client_disconnect_start', '^viewer=0 why=no fault'),
                ('main', 'vnc_client_disconnect_finish', '^viewer=0 initialized=1')):
            while not (events[place][:2] == (thread, name) and re.search(text, events[place][2])):
                place += 1
                self.assertLess(place, len(events), (name, text, events))

    def test_refused(self):
        viewer = self.connect()
        viewer.read_version()
        viewer.send(b'RFB 009.009\n')
        self.wait_trace('vnc_auth_reject', r'^viewer=0 why=.*9\.9')
        self.wait_trace('vnc_client_disconnect_start', r'^viewer=0 why=.*9\.9')
        viewer.wait_closed()
        self.assertNotIn('vnc_auth_start', [name for _, name, _ in traced(self.demo)])

    def test_broken(self):
        """A connection that is reset, and one that ends in a message."""
        viewer = self.viewer()
        viewer.send(b'\x03')
        viewer.close()
        self.wait_trace('vnc_client_disconnect_start', '^viewer=0 why=.*within a message')
        viewer = self.viewer()
        # What is not read when it closes makes TCP reset the connection.
        viewer.request(False)
        viewer.socket.recv(1)
        viewer.close()
        self.wait_trace('vnc_client_io_error', '^viewer=1 error=.+')

    def test_screen(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.RAW, rfb.EXTENDED_DESKTOP_SIZE)
        other = self.viewer()
        other.set_encodings(rfb.RAW, rfb.DESKTOP_SIZE)
        for one in (viewer, other):
            self.full_update(one)
        self.demo.command('flip')
        self.wait_trace('vnc_server_dpy_pageflip', '^size=320x240')
        viewer.set_desktop_size(400, 300)
        self.wait_trace('vnc_msg_client_set_desktop_size', '^viewer=0 size=400x300 screens=1')
        self.wait_trace('vnc_server_dpy_recreate', '^size=400x300')
        self.wait_trace('vnc_msg_server_ext_desktop_resize',
                        '^viewer=0 size=400x300 reason=1 status=0')
        other.request(True)
        self.wait_trace('vnc_msg_server_desktop_resize', '^viewer=1 size=400x300')
        self.wait_trace('vnc_server_interval', r'^ms=\d+')
        self.demo.command('rect 0 0 8 8 ff0000')
        self.wait_trace('vnc_server_refresh', r'^cells=\d+ of=1900 ')

    def test_a_viewer_that_does_not_read(self):
        demo = self.start(size='1024x1024', trace='vnc_client*throttle*')
        viewer = rfb.Viewer(demo.address, 4096).handshake()
        self.addCleanup(viewer.close)
        viewer.set_encodings(rfb.RAW, rfb.AUDIO)
        viewer.audio_enable()
        for seed in range(4):
            demo.command('noise 0 0 1024 1024 %d' % seed)
            viewer.request(False)
        demo.command('tone on')
        self.wait_trace('vnc_client_throttle', r'^viewer=0 backlog=\d+', demo=demo)
        self.wait_trace('vnc_client_throttle_audio', r'^viewer=0 dropped=\d+', demo=demo)
        # What the socket takes may have been enough for a moment, but not in the end.
        throttles = [name for _, name, _ in traced(demo) if not name.endswith('_audio')]
        self.assertEqual(throttles[-1], 'vnc_client_throttle')
        demo.command('tone off')
        self.full_update(viewer, demo)
        self.wait_trace('vnc_client_unthrottle', r'^viewer=0 backlog=\d+', demo=demo)

    def test_sound(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.AUDIO)
        viewer.audio_format(3, 1, 22050)
        viewer.audio_enable()
        self.wait_trace('vnc_msg_server_audio_data', r'^viewer=0 bytes=\d+')
        viewer.audio_enable(False)
        for name, text in (('vnc_msg_client_audio_format', 'fmt=3 channels=1 freq=22050'),
                           ('vnc_msg_client_audio_enable', 'listening=0'),
                           ('vnc_msg_server_audio_begin', r'waiting=\d+'),
                           ('vnc_msg_client_audio_disable', 'listening=1'),
                           ('vnc_msg_server_audio_end', r'waiting=\d+')):
            self.wait_trace(name, '^viewer=0 ' + text)

    def test_power(self):
        demo = self.start('power-control=on', trace='vnc_msg_client_xvp')
        with demo.viewer() as viewer:
            viewer.set_encodings(rfb.XVP)
            viewer.xvp(3)
            self.wait_trace('vnc_msg_client_xvp', '^viewer=0 version=1 code=3', demo=demo)

    def test_exact_pixels_follow(self):
        demo = self.start('lossy=on', 'lossless-refresh-ms=100', trace='vnc_job_*')
        demo.command('rect 0 0 320 240 204060')
        demo.command('noise 0 0 320 192 1')
        with demo.viewer() as viewer:
            viewer.set_encodings(rfb.TIGHT, rfb.quality_level(5))
            picture = demo.dump()
            viewer.request(False)
            viewer.read_update()
            self.converge(viewer, picture, incremental=True)
        self.wait_trace('vnc_job_lossless', r'^viewer=0 pixels=\d+', demo=demo)
        self.wait_trace('vnc_job_add_rect', ' lossless$', demo=demo)

    def test_websocket(self):
        demo = self.start('websocket', trace='vnc_client_*')
        viewer = websocket.Viewer(demo.websockets[0])
        self.addCleanup(viewer.close)
        viewer.upgrade().handshake()
        self.wait_trace('vnc_client_connect', ' websocket=1', demo=demo)
        self.wait_trace('vnc_client_io_wrap', '^viewer=0 type=websocket', demo=demo)


class Secrets(TraceTest, LoginTest):

    def assert_untold(self, demo, *secrets):
        said = demo.complaints()
        for secret in secrets:
            self.assertNotIn(secret, said)

    def test_passwords(self):
        demo = self.start('password=on', NO_DELAY, PATIENT, trace='vnc_*')
        demo.command('password Ses4me!!')
        self.log_in(demo, b'gu3ss-it')
        self.wait_trace('vnc_auth_fail', '^viewer=0 method=2 why=Wrong password', demo=demo)
        _, reason = self.log_in(demo, b'Ses4me!!')
        self.assertIsNone(reason)
        self.wait_trace('vnc_auth_pass', '^viewer=1 method=2', demo=demo)
        self.assert_untold(demo, 'Ses4me', 'gu3ss', b'Ses4me!!'.hex(), b'gu3ss-it'.hex())

    def test_clipboard(self):
        mark = self.demo.mark()
        viewer = self.viewer()
        viewer.cut_text(b'my-s3cret')
        self.demo.wait_event('clipboard', mark, 'text my-s3cret')
        self.wait_trace('vnc_msg_client_cut_text', '^viewer=0 bytes=9')
        self.wait_trace('vnc_server_clipboard', '^source=viewer')
        self.demo.command('clipboard your-s3cret')
        self.wait_trace('vnc_server_clipboard', '^source=host given=1')
        self.wait_trace('vnc_msg_server_clipboard', r'^viewer=0 bytes=\d+')
        extended = self.viewer()
        extended.set_encodings(rfb.EXTENDED_CLIPBOARD)
        extended.clipboard(CAPS | TEXT | REQUEST | PEEK | NOTIFY | PROVIDE, b'\0\0\0\0')
        extended.provide(b'her-s3cret\0')
        self.demo.wait_event('clipboard', mark, 'text her-s3cret')
        self.wait_trace('vnc_msg_client_clipboard', r'^viewer=1 flags=0x10000001 bytes=\d+')
        self.assert_untold(self.demo, 's3cret')

    def test_keys(self):
        """What is typed may be a password, too."""
        viewer = self.viewer()
        for letter in b'hunter2':
            viewer.key(True, letter)
            viewer.key(False, letter)
        self.demo.wait_event('key', match='^up 32 ')
        self.assertFalse([name for _, name, _ in traced(self.demo) if 'key' in name])


class Vencrypt(TraceTest, TlsTest):

    def serve(self):
        return self.start('tls-creds=tls', 'password=on', NO_DELAY, PATIENT, trace='vnc_*',
                          objects=['tls-creds-anon,id=tls'])

    def test_subtype(self):
        demo = self.serve()
        viewer = self.connect_to(demo)
        self.choose(viewer, [TLS_VNC])
        viewer.send(TLS_VNC.to_bytes(4, 'big'))
        self.wait_trace('vnc_auth_init', '^auth=vencrypt subauth=tls-vnc', demo=demo)
        self.wait_trace('vnc_auth_vencrypt_version', '^viewer=0 major=0 minor=2', demo=demo)
        self.wait_trace('vnc_auth_vencrypt_subauth', r'^viewer=0 auth=258 \(tls-vnc\)', demo=demo)
        self.wait_trace('vnc_client_io_wrap', '^viewer=0 type=tls', demo=demo)

    def test_another_subtype(self):
        demo = self.serve()
        viewer = self.connect_to(demo)
        self.choose(viewer, [TLS_VNC])
        viewer.send((999).to_bytes(4, 'big'))
        self.wait_trace('vnc_auth_vencrypt_subauth', r'^viewer=0 auth=999 \(not offered\)',
                        demo=demo)
        self.wait_trace('vnc_auth_fail', '^viewer=0 method=19 why=.*999', demo=demo)


if __name__ == '__main__':
    harness.main()
