# Websockets over TLS.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import ssl
import struct
import types

import harness
import rfb
import websocket
from login import answer_to
from tls import WssTest


class Wss(WssTest):
    def test_session(self):
        demo = self.serve(size='1280x720')
        demo.command('noise 0 0 1280 720 5')
        viewer = self.begin_wss(demo, self.x509())
        self.choose_type(viewer, [1], 1)
        self.enjoy(demo, viewer)
        mark = demo.mark()
        viewer.key(True, 0x61)
        demo.wait_event('key', mark, match='^down 61')

    def test_password(self):
        demo = self.serve('password=on')
        demo.command('password secret')
        for password, result in ((b'secret', 0), (b'guess', 1)):
            viewer = self.begin_wss(demo, self.x509())
            self.choose_type(viewer, [2], 2)
            viewer.send(answer_to(viewer.take(16), password))
            self.assertEqual(struct.unpack('>I', viewer.take(4)), (result,))

    def test_certificates(self):
        good, bad = self.ca.sign('good', 'client'), self.ca.sign('bad', 'client')
        demo = self.serve('tls-authz=names', verify='on',
                          objects=['authz-simple,id=names,identity=O=Tests,,CN=good'])
        viewer = self.begin_wss(demo, self.x509(good))
        self.choose_type(viewer, [1], 1)
        self.enjoy(demo, viewer)
        mark = demo.mark()
        viewer = self.begin_wss(demo, self.x509(bad))
        self.assertEqual(self.told(demo, viewer, mark, "CN=bad.*tls-authz 'names'"),
                         'Not authorized')
        mark = demo.mark()
        viewer = self.begin_wss(demo, self.x509())
        self.assertIn('no certificate', self.told(demo, viewer, mark, 'no certificate'))

    def test_plain_websocket(self):
        """Without TLS a websocket is not spoken there."""
        demo = self.serve()
        mark = demo.mark()
        viewer = websocket.Viewer(demo.websockets[0])
        self.addCleanup(viewer.close)
        viewer.send(viewer.upgrade_request())
        viewer.wait_closed()
        demo.wait_disconnected(mark)
        self.assertRegex(demo.events('log', mark)[0].text, 'TLS')

    def test_origin(self):
        demo = self.serve('websocket-origin=https://good.example')
        self.begin_wss(demo, self.x509(), Origin='https://good.example')
        with self.assertRaises(websocket.Refused) as caught:
            self.begin_wss(demo, self.x509(), Origin='https://bad.example')
        self.assertEqual(caught.exception.status, 403)

    def test_status(self):
        demo = self.serve('password=on')
        mark = demo.mark()
        demo.command('info')
        lines = [event.text for event in demo.events('info', mark)]
        self.assertIn('auth vencrypt x509-vnc', lines)
        self.assertTrue(any(line.endswith(' vnc websocket') for line in lines), lines)

    def test_timeout(self):
        """Its time runs from the connection on."""
        demo = self.serve('login-timeout=1')
        mark = demo.mark()
        viewer = rfb.Viewer(demo.websockets[0])
        self.addCleanup(viewer.close)
        viewer.wait_closed()
        demo.wait_event('log', mark, match='login-timeout')


class Piecewise:
    """TLS over @connection, with @send for what goes out; like a socket, as far as a viewer needs one."""

    def __init__(self, connection, context, send):
        self.connection, self.send = connection, send
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname='localhost')
        self._through(self.tls.do_handshake)

    def _through(self, function, *arguments):
        while True:
            try:
                result = function(*arguments)
            except ssl.SSLWantReadError:
                self.send(self.outgoing.read())
                data = self.connection.recv(65536)
                if not data:
                    raise rfb.Closed('closed') from None
                self.incoming.write(data)
            else:
                self.send(self.outgoing.read())
                return result

    def sendall(self, data):
        self._through(self.tls.write, data)

    def recv(self, count):
        return self._through(self.tls.read, count)

    def close(self):
        self.connection.close()


class Cuts(WssTest):
    """A whole session, cut at each byte that a viewer sends: of TLS, of HTTP, of frames and messages within them."""

    def setUp(self):
        super().setUp()
        self.demo = self.serve('half-open=1000')
        self.context = self.x509()

    def talk(self, wrap):
        """@wrap: what sends, from what sends to the socket."""
        viewer = websocket.Viewer(self.demo.websockets[0])
        connection = viewer.socket
        try:
            viewer.socket = Piecewise(connection, self.context, wrap(connection.sendall))
            viewer.upgrade()
            self.choose_type(viewer, [1], 1)
            self.assertEqual(viewer.take(4), b'\0\0\0\0')
            viewer.send(b'\1')
            viewer.read_server_init()
            viewer.set_encodings(rfb.RAW)
            viewer.request(False, 0, 0, 8, 8)
            viewer.read_update()
            viewer.key(True, 0x61)
            viewer.send_frame(websocket.PING, b'still there?')
            self.assertEqual(viewer.wait_control(), (websocket.PONG, b'still there?'))
        finally:
            connection.close()

    def test_in_two(self):
        """Each byte comes by itself, when the one before has been read: all is understood."""
        def wrap(send):
            def bytewise(data):
                for at in range(len(data)):
                    send(data[at:at + 1])
                    self.demo.sync()
            return bytewise

        mark = self.demo.mark()
        self.talk(wrap)
        self.demo.wait_event('key', mark, match='^down 61')

    def test_hello_in_records(self):
        """Its first message is in many records, and they come at once."""
        def wrap(send):
            def split(data):
                if data[:1] == b'\x16':
                    parts = [data[at:at + 50] for at in range(5, len(data), 50)]
                    data = b''.join(data[:3] + struct.pack('>H', len(part)) + part for part in parts)
                send(data)
            return split

        mark = self.demo.mark()
        self.talk(wrap)
        self.demo.wait_event('key', mark, match='^down 61')

    def test_off(self):
        """The viewer goes before each byte: nothing is left of it, and nobody else notices."""
        def play(budget):
            def wrap(send):
                nonlocal cut
                cut = rfb.CutSender(types.SimpleNamespace(send=send), budget)
                return cut

            cut = None
            try:
                self.talk(wrap)
            except EOFError:
                pass
            return cut.sent

        mark = self.demo.mark()
        total = play(None)
        self.demo.wait_disconnected(mark)
        self.assertEqual(len(self.demo.events('key', mark, match='^down 61')), 1)
        mark = self.demo.mark()
        for budget in range(total):
            play(budget)
        self.demo.wait_disconnected(mark, count=total)
        self.enjoy(self.demo, self.admitted())

    def admitted(self):
        viewer = self.begin_wss(self.demo, self.context)
        self.choose_type(viewer, [1], 1)
        return viewer


if __name__ == '__main__':
    harness.main()
