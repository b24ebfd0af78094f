#!/usr/bin/python3
# Logs into a VNC server by gtk-vnc, without a screen.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""gvnc.py [OPTIONS] HOST PORT, or gvnc.py [OPTIONS] unix:PATH

Prints what happens, a line each: `offered TYPE...`, `offered-subtypes SUBTYPE...`, `asked CREDENTIAL...`,
`refused REASON`, `error TEXT`, and at last `initialized WIDTH HEIGHT NAME` or `disconnected`. Exit code 0 if it
has logged in (and has the picture, with --picture, or has heard enough, with --hear), 1 if not, 2 if nothing has come for --deadline seconds.
"""
import argparse
import ctypes
import os
import socket
import subprocess
import sys
import tempfile
import traceback

import gi
gi.require_version('GVnc', '1.0')
from gi.repository import GLib, GObject, GVnc  # noqa: E402

# Where Python's binding does not do. The hash of a GObject, and of a boxed value, is its address.
LIBRARY = ctypes.CDLL('libgvnc-1.0.so.0')
ENCODINGS = {'raw': 0, 'rre': 2, 'hextile': 5, 'tight': 7, 'zrle': 16}
CREDENTIAL_NAMES = {
    GVnc.ConnectionCredential.PASSWORD: 'password',
    GVnc.ConnectionCredential.USERNAME: 'username',
    GVnc.ConnectionCredential.CLIENTNAME: 'clientname',
}
AUDIO = -259
CLIENT_NAME = 'gvnc'


class ValueArray(ctypes.Structure):
    """GLib's GValueArray of enums, which its Python binding cannot read."""
    class Value(ctypes.Structure):
        _fields_ = [('type', ctypes.c_size_t), ('number', ctypes.c_int), ('rest', ctypes.c_uint64)]

    _fields_ = [('count', ctypes.c_uint), ('values', ctypes.POINTER(Value))]

    @classmethod
    def numbers(cls, array):
        array = cls.from_address(hash(array))
        return [array.values[i].number for i in range(array.count)]


def say(*words):
    print(*words, flush=True)


def lay_out_certificates(directory, args):
    """The files where gtk-vnc looks for them: below the home directory, of which getpwuid() tells. Returns
    the environment where that is @directory."""
    for path, source in (('CA/cacert.pem', args.ca), ('CA/cacrl.pem', args.crl),
                         (CLIENT_NAME + '/clientcert.pem', args.certificate),
                         (CLIENT_NAME + '/private/clientkey.pem', args.key)):
        if source:
            target = os.path.join(directory, '.pki', path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.symlink(os.path.abspath(source), target)
    passwd, group = os.path.join(directory, 'passwd'), os.path.join(directory, 'group')
    with open(passwd, 'w') as file:
        file.write('viewer:x:%d:%d::%s:/bin/false\n' % (os.getuid(), os.getgid(), directory))
    with open(group, 'w') as file:
        file.write('viewer:x:%d:\n' % os.getgid())
    return dict(os.environ, LD_PRELOAD='libnss_wrapper.so', NSS_WRAPPER_PASSWD=passwd,
                NSS_WRAPPER_GROUP=group)


def fail(*what):
    """What goes wrong in a handler ends the program."""
    traceback.print_exception(*what)
    sys.stderr.flush()
    os._exit(3)


class Speaker(GObject.Object, GVnc.Audio):
    """Takes what is to be heard."""

    def __init__(self, viewer):
        super().__init__()
        self.viewer = viewer

    def do_playback_start(self, _):
        say('begin')

    def do_playback_stop(self):
        say('end')

    def do_playback_data(self, sample):
        self.viewer.heard(ctypes.string_at(AudioSample.from_address(hash(sample)).data,
                                           sample.length))


class AudioSample(ctypes.Structure):
    """GVnc.AudioSample, whose data its Python binding takes for a single byte."""
    _fields_ = [('data', ctypes.c_void_p), ('length', ctypes.c_uint), ('capacity', ctypes.c_uint)]


class Viewer:
    def __init__(self, args):
        self.args = args
        self.status = 1
        self.loop = GLib.MainLoop()
        self.pixels = None
        self.seen = set()
        self.connection = GVnc.Connection.new()
        for signal, handler in (
                ('vnc-auth-choose-type', self.choose_type),
                ('vnc-auth-choose-subtype', self.choose_subtype),
                ('vnc-auth-credential', self.give_credentials),
                ('vnc-auth-failure', lambda _, reason: say('refused', reason)),
                ('vnc-auth-unsupported', lambda _, number: say('unsupported', number)),
                ('vnc-error', lambda _, text: say('error', text)),
                ('vnc-initialized', self.initialized),
                ('vnc-framebuffer-update', self.updated),
                ('vnc-server-cut-text', self.copied),
                ('vnc-disconnected', self.disconnected)):
            self.connection.connect(signal, handler)

    def run(self):
        address = self.args.address
        if address[0].startswith('unix:'):
            peer = socket.socket(socket.AF_UNIX)
            peer.connect(address[0][len('unix:'):])
            self.connection.open_fd_with_hostname(peer.detach(), 'localhost')
        else:
            self.connection.open_host(*address)
        GLib.timeout_add_seconds(self.args.deadline, self.out_of_time)
        self.loop.run()
        return self.status

    def out_of_time(self):
        say('timeout')
        self.status = 2
        self.loop.quit()

    def choose(self, what, numbers, wanted, choose):
        numbers = ValueArray.numbers(numbers)
        say(what, *numbers)
        choose(numbers[0] if wanted is None else wanted)

    def choose_type(self, connection, numbers):
        self.choose('offered', numbers, self.args.type, connection.set_auth_type)

    def choose_subtype(self, connection, _, numbers):
        self.choose('offered-subtypes', numbers, self.args.subtype, connection.set_auth_subtype)

    def give_credentials(self, connection, wanted):
        wanted = [GVnc.ConnectionCredential(number) for number in ValueArray.numbers(wanted)]
        say('asked', *(CREDENTIAL_NAMES[number] for number in wanted))
        values = {
            GVnc.ConnectionCredential.PASSWORD: self.args.password,
            GVnc.ConnectionCredential.USERNAME: self.args.user,
            GVnc.ConnectionCredential.CLIENTNAME: CLIENT_NAME,
        }
        for number in wanted:
            connection.set_credential(number, values[number] or '')

    def initialized(self, connection):
        if not connection.get_name():
            return  # it says so, too, when a server has no security type for us
        say('initialized', connection.get_width(), connection.get_height(), connection.get_name())
        if self.args.paste is not None:
            text = self.args.paste.encode('latin-1')
            send = LIBRARY.vnc_connection_client_cut_text
            send.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
            send(hash(connection), text, len(text))
            return
        if self.args.hear:
            self.listen(connection)
            return
        if not self.args.picture:
            self.succeed()
            return
        self.show()
        connection.set_encodings([ENCODINGS[self.args.encoding]])
        connection.framebuffer_update_request(False, 0, 0, self.width, self.height)

    def copied(self, _, text):
        say('text', ascii(text))
        if self.args.paste is not None:
            self.succeed()

    def listen(self, connection):
        self.show()  # there is no way without one
        self.sound = b''
        self.speaker = Speaker(self)
        connection.set_audio(self.speaker)
        connection.set_encodings([ENCODINGS[self.args.encoding], AUDIO])
        connection.audio_enable()
        connection.framebuffer_update_request(False, 0, 0, 1, 1)

    def heard(self, data):
        self.sound += data
        if len(self.sound) >= self.args.seconds * 44100 * 4 and self.status:
            with open(self.args.hear, 'wb') as file:
                file.write(self.sound)
            self.succeed()

    def show(self):
        """A framebuffer of 32 bits, whose memory is ours: Python's binding would copy it."""
        self.width, self.height = self.connection.get_width(), self.connection.get_height()
        self.pixels = (ctypes.c_uint8 * (self.width * self.height * 4))()
        local = GVnc.PixelFormat()
        local.depth, local.bits_per_pixel, local.byte_order = 24, 32, 1234
        local.red_max = local.green_max = local.blue_max = 255
        local.red_shift, local.green_shift, local.blue_shift = 16, 8, 0
        local.true_color_flag = 1
        self.connection.set_pixel_format(local)
        new, use = LIBRARY.vnc_base_framebuffer_new, LIBRARY.vnc_connection_set_framebuffer
        new.restype = ctypes.c_void_p
        new.argtypes = [ctypes.c_void_p] + [ctypes.c_uint16] * 2 + [ctypes.c_int] + \
            [ctypes.c_void_p] * 2
        use.argtypes = [ctypes.c_void_p] * 2
        self.framebuffer = new(self.pixels, self.width, self.height, self.width * 4,
                               hash(local), hash(local))
        use(hash(self.connection), self.framebuffer)

    def updated(self, connection, x, y, width, height):
        if self.pixels is None or self.args.hear:
            return
        self.seen.update((x + i, y + j) for j in range(height) for i in range(width))
        if len(self.seen) == self.width * self.height:
            self.save()
            self.succeed()
        else:
            connection.framebuffer_update_request(True, 0, 0, self.width, self.height)

    def save(self):
        with open(self.args.picture, 'wb') as file:
            data = bytes(self.pixels)
            rgb = bytearray(self.width * self.height * 3)
            rgb[0::3], rgb[1::3], rgb[2::3] = data[2::4], data[1::4], data[0::4]
            file.write(b'P6\n%d %d\n255\n' % (self.width, self.height) + rgb)

    def succeed(self):
        self.status = 0
        self.pixels = None
        self.connection.shutdown()
        self.loop.quit()

    def disconnected(self, _):
        if self.status:
            say('disconnected')
        self.loop.quit()


def main():
    sys.excepthook = fail
    parser = argparse.ArgumentParser(description=__doc__.partition('\n\n')[2],
                                     usage=__doc__.partition('\n\n')[0])
    parser.add_argument('address', nargs='+')
    parser.add_argument('--type', type=int, help='of security; else the first on offer')
    parser.add_argument('--subtype', type=int, help="VeNCrypt's; else the first on offer")
    parser.add_argument('--user')
    parser.add_argument('--password')
    parser.add_argument('--ca', help='PEM files: of the CA,')
    parser.add_argument('--crl', help='what it has revoked,')
    parser.add_argument('--certificate', help='our certificate')
    parser.add_argument('--key', help='and its key')
    parser.add_argument('--picture', help='wait for the whole screen, and save it as PPM')
    parser.add_argument('--hear', help="listen, and save what is heard, in the server's own format")
    parser.add_argument('--seconds', type=float, default=0.5, help='of it')
    parser.add_argument('--encoding', choices=sorted(ENCODINGS), default='raw')
    parser.add_argument('--paste', metavar='TEXT', help='send it, wait for one from the server, and print both '
                        'as Python does: `text TEXT`')
    parser.add_argument('--deadline', type=int, default=60)
    parser.add_argument('--debug', action='store_true', help="gtk-vnc's own log")
    args = parser.parse_args()
    if len(args.address) != (1 if args.address[0].startswith('unix:') else 2):
        parser.error('HOST PORT or unix:PATH')
    GVnc.util_set_debug(args.debug)
    if 'NSS_WRAPPER_PASSWD' in os.environ:
        return Viewer(args).run()
    with tempfile.TemporaryDirectory(prefix='gvnc-') as home:
        return subprocess.call([sys.executable] + sys.argv, env=lay_out_certificates(home, args))


if __name__ == '__main__':
    sys.exit(main())
