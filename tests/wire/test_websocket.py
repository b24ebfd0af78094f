# RFB through websockets, as browsers use it.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import socket
import struct
import tempfile

import harness
import rfb
import websocket
from harness import free_display, run_demo
from websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT


class WebsocketTest(harness.WireTest):
    DEMO_OPTIONS = ('websocket',)

    def connect(self, demo=None, **kwargs):
        viewer = websocket.Viewer((demo or self.demo).websockets[0], **kwargs)
        self.addCleanup(viewer.close)
        return viewer

    def refused(self, status, demo=None, **headers):
        with self.assertRaises(websocket.Refused) as caught:
            self.connect(demo).upgrade(**headers)
        self.assertEqual(caught.exception.status, status, caught.exception)
        self.assertEqual(int(caught.exception.headers['content-length']),
                         len(caught.exception.body))
        return caught.exception


class Session(WebsocketTest):
    SHARED_DEMO = True

    def test_updates_in_each_encoding(self):
        viewer = self.connect().upgrade().handshake()
        for encoding in rfb.PIXEL_ENCODINGS:
            with self.subTest(encoding=rfb.PIXEL_ENCODINGS[encoding]):
                if encoding == rfb.ZYWRLE:
                    continue
                self.settle(viewer, encoding)
                self.demo.command('rect 10 10 50 30 123456')
                self.converge(viewer, self.demo.dump(), incremental=True)

    def test_a_large_picture(self):
        """An update of many frames, for a viewer that takes little at a time."""
        self.demo.command('size 1920 1080')
        self.demo.command('noise 0 0 1920 1080 3')
        viewer = self.connect(receive_buffer=8192).upgrade().handshake()
        self.full_update(viewer)
        longest = max(map(len, viewer.frames))
        self.assertTrue(4096 < longest <= 65535, longest)
        self.demo.command('size 320 240')

    def test_acknowledgements_have_frames_of_their_own(self):
        """noVNC 1.0.0 looks at nothing that stands behind -258 in its frame."""
        acks = (rfb.EXTENDED_KEY_EVENT, rfb.EXTENDED_MOUSE_BUTTONS, rfb.AUDIO)
        expected = sorted(struct.pack('>BxHHHHHi', 0, 1, 0, 0, 0, 0, encoding) for encoding in acks)
        self.demo.command('size 1920 1080')
        self.addCleanup(self.demo.command, 'size 320 240')
        for busy in False, True:
            with self.subTest(busy=busy):
                viewer = self.connect(receive_buffer=8192).upgrade().handshake()
                if busy:  # with a picture that the viewer has not read
                    viewer.request(False)
                greetings = len(viewer.frames)
                viewer.send(rfb.pack_encodings([rfb.RAW, rfb.DESKTOP_NAME, *acks]) +
                            rfb.pack_request(False, 0, 0, 1920, 1080))
                viewer.features = {rfb.RAW, rfb.DESKTOP_NAME, *acks}
                while not viewer.read_update().pseudo(rfb.DESKTOP_NAME):
                    pass
                self.assertEqual(sorted(f for f in viewer.frames[greetings:] if len(f) == 16),
                                 expected)
                for frame in viewer.frames[greetings:]:
                    self.assertTrue(frame in expected or not any(x in frame for x in expected))
                self.converge(viewer, self.demo.dump(), incremental=True)

    def test_keys_and_pointer(self):
        viewer = self.connect().upgrade().handshake()
        mark = self.demo.mark()
        viewer.key(True, ord('a'))
        viewer.pointer(1, 11, 12)
        self.demo.wait_event('key', mark, '^down 61 ')
        self.demo.wait_event('pointer', mark, '^abs 11 12 1')

    def test_requests_in_fragments(self):
        """Messages have nothing to do with frames; pings may stand between these."""
        viewer = self.connect().upgrade()
        greeting = b'RFB 003.008\n\1\1'
        for i, byte in enumerate(greeting):
            viewer.send_frame(CONTINUATION if i else BINARY, bytes([byte]),
                              final=i == len(greeting) - 1)
            viewer.send_frame(PING, bytes([i]))
        viewer.read_version()
        self.assertEqual(viewer.take(6), b'\1\1\0\0\0\0')
        viewer.read_server_init()
        self.full_update(viewer)
        self.assertEqual(viewer.controls[-1], (PONG, bytes([len(greeting) - 1])))

    def test_a_refusal_of_all_in_one_piece(self):
        """It is told why, though it is refused before the answer to its request has gone."""
        viewer = self.connect()
        viewer.send(viewer.upgrade_request() +
                    websocket.frame(BINARY, b'RFB 003.008\n') + websocket.frame(BINARY, b'\x77'))
        viewer.read_upgrade()
        viewer.read_version()
        self.assertEqual(viewer.take(2), b'\1\1')
        self.assertEqual(viewer.take(4), bytes([0, 0, 0, 1]))
        self.assertIn(b'not offered', viewer.take(struct.unpack('>I', viewer.take(4))[0]))

    def test_all_in_one_piece(self):
        """A viewer may speak before it has read the answer to its request."""
        viewer = self.connect()
        viewer.send(viewer.upgrade_request() +
                    websocket.frame(BINARY, b'RFB 003.008\n') + websocket.frame(BINARY, b'\1\1'))
        viewer.read_upgrade()
        viewer.read_version()
        self.assertEqual(viewer.take(6), b'\1\1\0\0\0\0')
        viewer.read_server_init()
        self.full_update(viewer)

    def test_ping(self):
        viewer = self.connect().upgrade().handshake()
        for payload in (b'', b'a', b'x' * 125):
            viewer.send_frame(PING, payload)
            self.assertEqual(viewer.wait_control(), (PONG, payload))
        viewer.send_frame(PONG, b'nobody asked')
        self.full_update(viewer)
        self.assertEqual(viewer.controls, [])

    def test_pings_amid_updates(self):
        self.demo.command('noise 0 0 320 240 5')
        viewer = self.connect().upgrade().handshake()
        viewer.set_encodings(rfb.RAW)
        for i in range(20):
            viewer.request(incremental=False)
            viewer.send_frame(PING, b'%d' % i)
            viewer.read_update()
        while viewer.wait_control() != (PONG, b'19'):
            pass
        self.full_update(viewer)

    def test_close(self):
        for payload in (b'', b'\x03\xe8', b'\x03\xe9because'):
            viewer = self.connect().upgrade().handshake()
            mark = self.demo.mark()
            viewer.send_frame(CLOSE, payload)
            self.assertEqual(viewer.wait_control(), (CLOSE, payload[:2]))
            viewer.wait_closed()
            self.demo.wait_disconnected(mark)
            self.assertEqual(self.demo.events('log', mark), [])

    def test_wrong_frames(self):
        for data, code in ((websocket.frame(TEXT, b'text'), 1003),
                           (b'\x82\x01x', 1002),
                           (websocket.frame(CONTINUATION, b'x'), 1002),
                           (b'\x82\xff' + (1 << 24 | 1).to_bytes(8, 'big') + b'mask', 1009)):
            viewer = self.connect().upgrade().handshake()
            mark = self.demo.mark()
            viewer.send_raw(data)
            self.assertEqual(viewer.wait_control(), (CLOSE, code.to_bytes(2, 'big')))
            self.assert_dropped(viewer, mark, 'websocket: ')

    def test_told_apart(self):
        viewer = self.connect().upgrade().handshake()
        plain = self.viewer()
        mark = self.demo.mark()
        self.demo.command('info')
        self.assertTrue(self.demo.events('info', mark, '^listener .* %d none websocket$' %
                                         self.demo.websockets[0][1]))
        self.assertTrue(self.demo.events('info', mark, '^listener .* %d none$' %
                                         self.demo.address[1]))
        self.assertTrue(self.demo.events('info', mark, '^viewer .* %d 1 1 websocket$' %
                                         viewer.name()[1]))
        self.assertTrue(self.demo.events('info', mark, '^viewer .* %d 1 1$' % plain.name()[1]))


class Request(WebsocketTest):
    SHARED_DEMO = True
    DEMO_OPTIONS = ('websocket', 'log-lines=0')

    def test_refusals(self):
        self.assertEqual(self.refused(426, Upgrade='h2c').headers['upgrade'], 'websocket')
        self.assertEqual(
            self.refused(426, Sec_WebSocket_Version='8').headers['sec-websocket-version'], '13')
        self.refused(400, Sec_WebSocket_Key='short')
        self.refused(431, X='x' * 16384)
        mark = self.demo.mark()
        viewer = self.connect()
        viewer.send(b'POST / HTTP/1.1\r\nHost: x\r\n\r\n')
        with self.assertRaises(websocket.Refused) as caught:
            viewer.read_upgrade()
        self.assertEqual(caught.exception.status, 405)
        self.assert_dropped(viewer, mark, 'no websocket: .* by GET')

    def test_protocols(self):
        viewer = self.connect()
        viewer.send(viewer.upgrade_request(Sec_WebSocket_Protocol='chat, binary'))
        self.assertEqual(viewer.read_upgrade()['sec-websocket-protocol'], 'binary')
        viewer = self.connect()
        viewer.send(viewer.upgrade_request(Sec_WebSocket_Protocol='chat'))
        self.assertNotIn('sec-websocket-protocol', viewer.read_upgrade())

    def test_gone_at_each_byte(self):
        viewer = self.connect()
        speech = [viewer.upgrade_request(), websocket.frame(BINARY, b'RFB 003.008\n'),
                  websocket.frame(BINARY, b'\1'), websocket.frame(BINARY, b'\1')]
        viewer.close()
        whole = b''.join(speech)
        for cut in range(len(whole)):
            with rfb.Connection(self.demo.websockets[0]) as connection:
                connection.send(whole[:cut])
                if cut % 2:
                    connection.say_no_more()
        self.demo.sync()
        self.full_update(self.connect().upgrade().handshake())


class Rules(WebsocketTest):
    def test_origins(self):
        demo = self.start('websocket', 'websocket-origin=https://example.org',
                          'websocket-origin=http://localhost:8000')
        mark = demo.mark()
        self.refused(403, demo, Origin='https://example.com')
        demo.wait_event('log', mark, "'https://example.com' are not let in")
        for origin in ('https://example.org', 'HTTPS://Example.org', 'http://localhost:8000'):
            self.full_update(self.connect(demo).upgrade(Origin=origin).handshake(), demo)
        self.full_update(self.connect(demo).upgrade().handshake(), demo)

    def test_time_runs_from_the_connection(self):
        demo = self.start('websocket', 'login-timeout=1')
        for say in (b'', b'GET / HTTP'):
            mark = demo.mark()
            viewer = self.connect(demo)
            viewer.send(say)
            viewer.wait_closed()
            demo.wait_event('log', mark, 'login-timeout')
        mark = demo.mark()
        self.connect(demo).upgrade().wait_closed()
        demo.wait_event('log', mark, 'login-timeout')

    def test_half_open(self):
        demo = self.start('websocket', 'half-open=1')
        first = self.connect(demo)
        demo.sync()
        self.connect(demo)
        first.wait_closed()


class Listening(WebsocketTest):
    def refuses(self, *argv):
        status, out, err = run_demo(*argv)
        self.assertEqual((status, out), (1, ''), err)
        return err

    def free_port(self):
        with socket.socket() as s:
            s.bind(('127.0.0.1', 0))
            return s.getsockname()[1]

    def serves(self, demo, address):
        with websocket.Viewer(address) as viewer:
            self.full_update(viewer.upgrade().handshake(), demo)

    def test_display(self):
        """Ports 5700 + display, as many of them as `to` allows."""
        (host, port), = self.demo.websockets
        self.assertEqual(host, '127.0.0.1')
        self.assertTrue(free_display() <= port - 5700 <= free_display() + 999)
        self.serves(self.demo, (host, port))

    def test_ports_and_hosts(self):
        port = self.free_port()
        demo = self.start('websocket=%d' % port)
        self.assertEqual(demo.websockets, [('127.0.0.1', port)])
        self.serves(demo, ('127.0.0.1', port))
        taken = self.refuses('127.0.0.1:%d,to=%d,websocket=%d' %
                             (free_display(), free_display() + 999, port))
        self.assertIn("'127.0.0.1:%d': " % port, taken)
        self.assertIn('in use', taken)
        port = self.free_port()
        demo = self.start(address='none,websocket=127.0.0.1:%d' % port)
        self.assertEqual((demo.addresses, demo.websockets), ([], [('127.0.0.1', port)]))
        self.serves(demo, ('127.0.0.1', port))

    def test_several_and_unix(self):
        with tempfile.TemporaryDirectory(prefix='vnc-wire-') as directory:
            path = os.path.join(directory, 'websocket')
            demo = self.start('websocket', 'websocket=unix:' + path)
            self.assertEqual(demo.websockets[1], path)
            for address in demo.websockets:
                self.serves(demo, address)
            demo.command('open none')
            self.assertFalse(os.path.exists(path))

    def test_explicit_port_needed(self):
        for addresses in ('none', 'unix:/tmp/never-made', '127.0.0.1:1,vnc=127.0.0.1:2'):
            self.assertIn('websocket=PORT', self.refuses(addresses + ',websocket'))
        self.assertIn('expected on, PORT', self.refuses('127.0.0.1:0,websocket=off'))

    def test_other_options_while_it_runs(self):
        """What is asked for again is kept, the rest opened and closed; viewers stay."""
        demo = self.demo
        viewer = self.connect().upgrade().handshake()
        (host, port), plain = self.demo.websockets[0], self.demo.address[1]
        same = '127.0.0.1:%d' % (plain - 5900)
        demo.command('open %s,websocket=%d' % (same, port))
        self.serves(demo, (host, port))
        demo.command('open %s' % same)
        with self.assertRaises(ConnectionRefusedError):
            rfb.Connection((host, port))
        # The same port for the other purpose.
        demo.command('open 127.0.0.1:%d' % (port - 5900))
        with rfb.Viewer((host, port)) as other:
            self.full_update(other.handshake(), demo)
        demo.command('open none,websocket=127.0.0.1:%d' % port)
        self.serves(demo, (host, port))
        self.full_update(viewer)

    def test_origins_while_it_runs(self):
        demo = self.demo
        port = demo.websockets[0][1]
        demo.command('open none,websocket=127.0.0.1:%d,websocket-origin=https://a.test' % port)
        self.refused(403, Origin='https://b.test')
        self.connect().upgrade(Origin='https://a.test')


if __name__ == '__main__':
    harness.main()
