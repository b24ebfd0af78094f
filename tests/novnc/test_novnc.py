# noVNC in Chromium: what its canvas shows is what the host shows, pixel for pixel.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Called as `test_novnc.py PATH-OF-VNC-DEMO DIRECTORY-OF-ALL-NOVNCS SCREENSHOT [tests]`; prints TAP.
import base64
import http.server
import json
import math
import os
import sys
import tempfile
import threading
import time

import certs
import harness
from chromium import Chromium
from harness import Picture, escaped
from rfb import DEADLINE, TIGHT

HERE = os.path.dirname(os.path.abspath(__file__))

NOVNCS = SCREENSHOT = None  # paths

# 1.0.0 is in Debian 11 and in Ubuntu 20.04 and 22.04.
OLD = ['1.0.0', '1.1.0', '1.4.0']
NEWEST = '1.7.0'

RAW_AND_THE_LIKE = [0, 1, 5, 6, 16]
EXTENDED_CLIPBOARD = 0xc0a1e5ce  # as noVNC lists it

TEXT = 'gr\u00fc\u00df \u20ac \U0001f600\n\n  "quoted\\"\tend\n'


class Handler(http.server.SimpleHTTPRequestHandler):
    """The page, and noVNC's files."""

    extensions_map = {'.html': 'text/html', '.js': 'text/javascript', '': 'text/plain'}

    def translate_path(self, path):
        path = path.partition('?')[0]
        if path.startswith('/novnc-') and '..' not in path:
            return NOVNCS + path
        return os.path.join(HERE, 'page.html')

    def log_message(self, *_):
        pass


class BrowserTest(harness.WireTest):
    @classmethod
    def setUpClass(cls):
        cls.web = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        thread = threading.Thread(target=cls.web.serve_forever)
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(cls.web.server_close)
        cls.addClassCleanup(cls.web.shutdown)
        cls.origin = 'http://127.0.0.1:%d' % cls.web.server_port
        cls.browser = Chromium()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.serve()
        self.open()

    def open(self, version=NEWEST):
        self.browser.open('%s/?%s' % (self.origin, version))

    def serve(self, *options, objects=()):
        self.demo = self.start('websocket', 'websocket-origin=' + self.origin, 'password=on',
                               'login-delay-ms=0', *options, size='640x480', objects=objects)
        self.demo.command('password secret')

    def connect(self, password='secret', without=(), scheme='ws', **credentials):
        url = scheme + '://%s:%d/websockify' % self.demo.websockets[0]
        return self.browser.evaluate('connect(%s, %s, %s)' % (
            json.dumps(url), json.dumps(dict(credentials, password=password)),
            json.dumps(list(without))))

    def look(self):
        seen = self.browser.evaluate('look()')
        rgba = base64.b64decode(seen['rgba'])
        rgb = bytearray(len(rgba) // 4 * 3)
        for i in range(3):
            rgb[i::3] = rgba[i::4]
        return Picture(seen['width'], seen['height'], bytes(rgb)), (seen['left'], seen['top'])

    def await_picture(self):
        """Until the canvas shows what vnc-demo does. Returns where on the page it is."""
        want = self.demo.dump()
        end = time.monotonic() + DEADLINE
        while True:
            seen, place = self.look()
            if (seen.width, seen.height, seen.rgb) == (want.width, want.height, want.rgb):
                return place
            if time.monotonic() > end:
                self.browser.screenshot(SCREENSHOT)
                differ = sum(a != b for a, b in zip(seen.rgb, want.rgb))
                self.fail('the canvas is %dx%d, the screen %dx%d, %d bytes differ; see %s' % (
                    seen.width, seen.height, want.width, want.height, differ, SCREENSHOT))

    def methods(self):
        """What rectangles have been encoded by."""
        mark = self.demo.mark()
        self.demo.command('stats')
        return {event.words[0] for event in self.demo.events('stats', mark)}

    def type_and_point(self, place):
        mark = self.demo.mark()
        self.browser.evaluate('focus()')
        self.browser.key('keyDown', 'a', 'KeyA')
        self.browser.key('keyUp', 'a', 'KeyA')
        self.demo.wait_event('key', mark, '^down 61 1e ')
        self.demo.wait_event('key', mark, '^up 61 1e ')
        # It may stand half way between pixels of the page.
        x, y = math.ceil(place[0]) + 123, math.ceil(place[1]) + 45
        self.browser.mouse('mouseMoved', x, y)
        self.browser.mouse('mousePressed', x, y, 1)
        self.browser.mouse('mouseReleased', x, y)
        self.demo.wait_event('pointer', mark, '^abs 123 45 0$')
        self.demo.wait_event('pointer', mark, '^abs 123 45 1$')

    def test_session(self):
        self.assertRegex(self.connect('wrong'), '^refused: Wrong password')
        self.assertEqual(self.connect(), 'connect')
        place = self.await_picture()
        self.browser.screenshot(SCREENSHOT)
        self.go_on(place)

    def test_session_with_old_ones(self):
        for version in OLD:
            with self.subTest(version=version):
                self.open(version)
                self.assertEqual(self.connect(), 'connect')
                place = self.await_picture()
                self.browser.screenshot(SCREENSHOT.replace('.png', '-%s.png' % version))
                self.go_on(place)

    def go_on(self, place):
        """What a session consists of once there is a picture, up to its end."""
        self.type_and_point(place)
        for command in ('rect 30 40 200 100 336699', 'noise 300 200 64 64 7', 'size 501 333',
                        'paint 3', 'cursor alpha'):
            self.demo.command(command)
            self.await_picture()
        self.assertIn('websocket', self.viewer_line())
        mark = self.demo.mark()
        self.assertIs(self.browser.evaluate('disconnect()'), True)
        self.demo.wait_disconnected(mark)
        self.assertEqual(self.browser.console, [])

    def viewer_line(self):
        mark = self.demo.mark()
        self.demo.command('info')
        return self.demo.events('info', mark, '^viewer ')[0].text

    def test_tight_png(self):
        """noVNC lists Tight and TightPNG; without the first it gets the second."""
        self.assertEqual(self.connect(without=[TIGHT] + RAW_AND_THE_LIKE), 'connect')
        self.await_picture()
        for command in ('paint 3', 'noise 300 200 64 64 7', 'rect 30 40 200 100 336699'):
            self.demo.command(command)
            self.await_picture()
        self.assertTrue(any('png' in method for method in self.methods()), self.methods())
        self.assertEqual(self.browser.console, [])

    def test_tls(self):
        """By wss, with a certificate that certtool has made."""
        with tempfile.TemporaryDirectory(prefix='vnc-certs-') as directory:
            ca = certs.Authority(os.path.join(directory, 'ca'))
            self.serve('tls-creds=tls', objects=[
                'tls-creds-x509,id=tls,verify-peer=off,dir=' +
                ca.serve(os.path.join(directory, 'server'))])
        self.assertEqual(self.connect(scheme='wss'), 'disconnect: false')
        self.browser.call('Security.setIgnoreCertificateErrors', ignore=True)
        self.addCleanup(self.browser.call, 'Security.setIgnoreCertificateErrors', ignore=False)
        self.assertEqual(self.connect(scheme='ws'), 'disconnect: false')
        self.assertRegex(self.connect('wrong', scheme='wss'), '^refused: Wrong password')
        self.assertEqual(self.connect(scheme='wss'), 'connect')
        place = self.await_picture()
        self.browser.screenshot(SCREENSHOT.replace('.png', '-tls.png'))
        self.type_and_point(place)

    def test_rsa_aes(self):
        """noVNC knows RA2ne: the login is encrypted under the server's key."""
        with tempfile.TemporaryDirectory(prefix='vnc-key-') as directory:
            key = os.path.join(directory, 'key.pem')
            certs.certtool('--generate-privkey', '--key-type', 'rsa', '--bits', '2048',
                           '--no-text', '--outfile', key)
            self.serve('rsa-key=' + key)
        told = self.demo.events('log', match='fingerprint of the RSA key')[0].text
        self.assertRegex(self.connect('wrong'), '^refused: Wrong password')
        self.assertIn(self.browser.evaluate('fingerprint'), told)
        self.assertEqual(self.connect(), 'connect')
        self.await_picture()

    def test_clipboard(self):
        """UTF-8 both ways, again and again; and Latin-1 without the extended clipboard."""
        self.assertEqual(self.connect(), 'connect')
        self.await_picture()
        for text in TEXT, '\u20ac', TEXT * 1000:
            self.copy_and_paste(text, text)
        self.open()
        self.assertEqual(self.connect(without=[EXTENDED_CLIPBOARD]), 'connect')
        self.await_picture()
        self.copy_and_paste(TEXT, TEXT.encode('latin-1', 'replace').decode('latin-1'))
        self.assertEqual(self.browser.console, [])

    def copy_and_paste(self, text, expected):
        mark = self.demo.mark()
        self.browser.evaluate('paste(%s)' % json.dumps(text))
        event = self.demo.wait_event('clipboard', mark, '^text ')
        self.assertEqual(event.text[len('text '):], escaped(expected))
        self.demo.command('clipboard ' + text.replace('\\', '\\\\').replace('\n', '\\n'))
        end = time.monotonic() + DEADLINE
        while not (texts := self.browser.evaluate('clipboardTexts.splice(0)')):
            self.assertLess(time.monotonic(), end, 'no clipboard event')
        self.assertEqual(texts, [expected])

    def test_another_origin(self):
        """A page that is not in websocket-origin= does not get in."""
        mark = self.demo.mark()
        self.browser.open(self.origin.replace('127.0.0.1', 'localhost') + '/?' + NEWEST)
        self.assertEqual(self.connect(), 'disconnect: false')
        self.demo.wait_event('log', mark, 'http://localhost:%d' % self.web.server_port)


def main():
    global NOVNCS, SCREENSHOT
    harness.DEMO, NOVNCS, SCREENSHOT = [os.path.abspath(path) for path in sys.argv[1:4]]
    harness.run_tests(sys.argv[4:])


if __name__ == '__main__':
    main()
