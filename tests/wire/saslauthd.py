# A slow password server, with the protocol of saslauthd.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import socket
import struct
import threading

from rfb import DEADLINE

RIGHT = b'sesame'


class Server:
    """Says yes to RIGHT at once; a no it holds back until release()."""

    def __init__(self, directory):
        """Fills @directory with what SASL reads if it is SASL_CONF_PATH."""
        with open(os.path.join(directory, 'qemu.conf'), 'w', encoding='ascii') as file:
            file.write('mech_list: plain\npwcheck_method: saslauthd\nsaslauthd_path: %s/mux\n' % directory)
        self.asked = 0  # for a wrong password, until now
        self.changed = threading.Condition()
        self.released = False
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(os.path.join(directory, 'mux'))
        self.socket.listen(100)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        def read():
            length, = struct.unpack('>H', connection.recv(2, socket.MSG_WAITALL))
            return connection.recv(length, socket.MSG_WAITALL) if length else b''

        with connection:
            _user, password, _service, _realm = read(), read(), read(), read()
            right = password == RIGHT
            with self.changed:
                self.asked += not right
                self.changed.notify_all()
                self.changed.wait_for(lambda: right or self.released)
            connection.sendall(struct.pack('>H', 2) + (b'OK' if right else b'NO'))

    def wait_asked(self, count):
        with self.changed:
            if not self.changed.wait_for(lambda: self.asked >= count, DEADLINE):
                raise AssertionError('%d in place of %d wrong passwords came' % (self.asked, count))

    def release(self):
        with self.changed:
            self.released = True
            self.changed.notify_all()

    def close(self):
        self.release()
        self.socket.close()
