# A viewer's end of a websocket, RFC 6455.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import base64
import hashlib
import os
import struct

import rfb

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def mask(payload, key):
    repeated = key * (len(payload) // 4 + 1)
    return (int.from_bytes(payload, 'big') ^
            int.from_bytes(repeated[:len(payload)], 'big')).to_bytes(len(payload), 'big')


def frame(opcode, payload=b'', final=True):
    """One frame of a client."""
    if len(payload) < 126:
        length = bytes([0x80 | len(payload)])
    elif len(payload) < 65536:
        length = struct.pack('>BH', 0x80 | 126, len(payload))
    else:
        length = struct.pack('>BQ', 0x80 | 127, len(payload))
    key = os.urandom(4)
    return bytes([0x80 * final | opcode]) + length + key + mask(payload, key)


class Refused(Exception):
    """The server has answered by plain HTTP: its status, its headers, its text."""

    def __init__(self, status, headers, body):
        super().__init__('%d: %s' % (status, body))
        self.status, self.headers, self.body = status, headers, body


class Viewer(rfb.Viewer):
    """A viewer whose bytes go through a websocket once upgrade() has been called."""

    def __init__(self, address, receive_buffer=None):
        super().__init__(address, receive_buffer)
        self.open = False
        self.nonce = base64.b64encode(os.urandom(16)).decode()
        self.wire = bytearray()  # not taken apart yet
        self.controls = []       # (opcode, payload), in the order they came
        self.frames = []         # payloads of those with bytes for the viewer

    def upgrade_request(self, path='/websockify', **headers):
        fields = {'Host': 'localhost', 'Upgrade': 'websocket', 'Connection': 'Upgrade',
                  'Sec-WebSocket-Key': self.nonce, 'Sec-WebSocket-Version': '13'}
        fields.update((name.replace('_', '-'), value) for name, value in headers.items())
        return ('GET %s HTTP/1.1\r\n' % path +
                ''.join('%s: %s\r\n' % field for field in fields.items()) + '\r\n').encode()

    def read_upgrade(self):
        """The headers of the server's answer; raises Refused."""
        while b'\r\n\r\n' not in self.input:
            self._fill()
        head, _, rest = bytes(self.input).partition(b'\r\n\r\n')
        self.input.clear()
        first, *lines = head.decode('ascii').split('\r\n')
        headers = {name.lower(): value for name, value in (x.split(': ', 1) for x in lines)}
        if not first.startswith('HTTP/1.1 101 '):
            self.input += rest
            raise Refused(int(first.split()[1]), headers, self.read_to_end().decode())
        digest = hashlib.sha1((self.nonce + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').encode())
        if headers.get('sec-websocket-accept') != base64.b64encode(digest.digest()).decode():
            raise rfb.ProtocolError('Sec-WebSocket-Accept: %r' % headers)
        if (headers.get('upgrade', '').lower() != 'websocket' or
                headers.get('connection', '').lower() != 'upgrade'):
            raise rfb.ProtocolError('the answer upgrades nothing: %r' % headers)
        self.open = True
        self.wire += rest
        return headers

    def upgrade(self, **headers):
        self.send(self.upgrade_request(**headers))
        self.read_upgrade()
        return self

    def send(self, data):
        super().send(frame(BINARY, data) if self.open else data)

    def send_frame(self, *arguments, **keywords):
        super().send(frame(*arguments, **keywords))

    def send_raw(self, data):
        super().send(data)

    def _fill(self):
        """At least one more frame."""
        if not self.open:
            super()._fill()
            return
        plain = self.input
        self.input = self.wire
        try:
            while not self._take_frame(plain):
                super()._fill()
        finally:
            self.input = plain

    def _take_frame(self, plain):
        wire = self.wire
        if len(wire) < 2:
            return False
        if wire[0] & 0x70 or not wire[0] & 0x80 or wire[1] & 0x80:
            raise rfb.ProtocolError('a frame begins with %02x %02x' % (wire[0], wire[1]))
        opcode, length, head = wire[0] & 15, wire[1], 2
        if length >= 126:
            head = 4 if length == 126 else 10
            if len(wire) < head:
                return False
            length = int.from_bytes(wire[2:head], 'big')
            if length < 126 or (head == 10 and length < 65536):
                raise rfb.ProtocolError('a length of %d in %d bytes' % (length, head))
        if len(wire) < head + length:
            return False
        payload = bytes(wire[head:head + length])
        del wire[:head + length]
        if opcode == BINARY:
            plain += payload
            self.frames.append(payload)
        elif opcode in (CLOSE, PING, PONG) and length < 126:
            self.controls.append((opcode, payload))
        else:
            raise rfb.ProtocolError('a frame of kind %d, %d bytes' % (opcode, length))
        return True

    def wait_control(self):
        """The next control frame; what else comes is kept."""
        while not self.controls:
            self._fill()
        return self.controls.pop(0)
