# Servers with TLS, with and without websockets, and viewers that use TLS.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The viewer's TLS is OpenSSL's.
import os
import ssl
import struct
import tempfile

import certs
import harness
import rfb
import websocket
from login import NO_DELAY, PATIENT

TLS_NONE, TLS_VNC, X509_NONE, X509_VNC = 257, 258, 260, 261


def anonymous():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers('aNULL:@SECLEVEL=0')
    return context


class TlsTest(harness.WireTest):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix='vnc-certs-')
        cls.ca = certs.Authority(cls.path('ca'))
        cls.ca.serve(cls.path('server'))
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.temporary.cleanup()

    @classmethod
    def path(cls, name):
        return os.path.join(cls.temporary.name, name)

    def x509(self, certificate=None):
        """A viewer's context, which believes in our CA."""
        context = ssl.create_default_context(cafile=self.ca.certificate)
        if certificate:
            context.load_cert_chain(*certificate)
        return context

    def serve_anonymous(self, *options):
        return self.start('tls-creds=tls', NO_DELAY, PATIENT, *options,
                          objects=['tls-creds-anon,id=tls'])

    def serve_x509(self, *options, verify='off', directory='server', objects=(), **keywords):
        return self.start('tls-creds=tls', NO_DELAY, PATIENT, *options,
                          objects=['tls-creds-x509,id=tls,dir=%s,verify-peer=%s' %
                                   (self.path(directory), verify), *objects], **keywords)

    def connect_to(self, demo):
        viewer = rfb.Viewer(demo.address)
        self.addCleanup(viewer.close)
        return viewer

    def choose(self, viewer, wanted):
        """Up to where VeNCrypt's subtype is due; what is offered must be @wanted."""
        viewer.read_version()
        viewer.send(b'RFB 003.008\n')
        self.assertEqual(viewer.take(2), b'\1\x13')
        viewer.send(b'\x13')
        self.assertEqual(viewer.take(2), b'\0\2')
        viewer.send(b'\0\2')
        self.assertEqual(viewer.take(1), b'\0')
        count, = viewer.take(1)
        self.assertEqual(list(struct.unpack('>%dI' % count, viewer.take(4 * count))), wanted)

    def encrypt(self, viewer, context):
        viewer.socket = context.wrap_socket(viewer.socket, server_hostname='localhost')

    def begin(self, demo, subtype, context):
        """A viewer whose TLS is open."""
        viewer = self.connect_to(demo)
        self.choose(viewer, [subtype])
        viewer.send(struct.pack('>I', subtype))
        self.assertEqual(viewer.take(1), b'\1')
        self.encrypt(viewer, context)
        return viewer

    def result(self, viewer):
        """None, or the reason why it is not let in."""
        result, = struct.unpack('>I', viewer.take(4))
        if result == 0:
            return None
        self.assertEqual(result, 1)
        reason = viewer.read_reason()
        viewer.wait_closed()
        return reason

    def enjoy(self, demo, viewer):
        """It is let in, and sees the screen."""
        self.assertIsNone(self.result(viewer))
        viewer.client_init()
        viewer.set_encodings(rfb.ZRLE)
        self.full_update(viewer, demo)
        return viewer

    def refused(self, demo, viewer, mark, match):
        reason = self.result(viewer)
        self.assertIsNotNone(reason)
        demo.wait_disconnected(mark)
        demo.sync()
        logs = demo.events('log', mark)
        self.assertEqual(len(logs), 1, logs)
        self.assertRegex(logs[0].text, match)
        self.assertRegex(logs[0].text, '%s:%d' % viewer.name())
        return reason


class WssTest(TlsTest):
    def serve(self, *options, **keywords):
        return self.serve_x509('websocket', *options, **keywords)

    def begin_wss(self, demo, context, **headers):
        """A viewer whose websocket is open."""
        viewer = websocket.Viewer(demo.websockets[0])
        self.addCleanup(viewer.close)
        self.encrypt(viewer, context)
        viewer.upgrade(**headers)
        return viewer

    def choose_type(self, viewer, wanted, chosen):
        viewer.read_version()
        viewer.send(b'RFB 003.008\n')
        self.assertEqual(list(viewer.take(viewer.take(1)[0])), wanted)
        viewer.send(bytes([chosen]))

    def told(self, demo, viewer, mark, match):
        """It is told by RFB why it gets nothing, and so is the log."""
        viewer.read_version()
        viewer.send(b'RFB 003.008\n')
        self.assertEqual(viewer.take(1), b'\0')
        reason = viewer.read_reason()
        viewer.wait_closed()
        demo.wait_disconnected(mark)
        demo.sync()
        logs = demo.events('log', mark)
        self.assertEqual(len(logs), 1, logs)
        self.assertRegex(logs[0].text, match)
        return reason
