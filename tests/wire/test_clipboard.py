# The clipboard: between host and viewers, and from viewer to viewer.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import itertools
import random
import struct
import subprocess
import zlib

import harness
import rfb
from harness import GVNC, escaped
from rfb import CAPS, NOTIFY, PEEK, PROVIDE, REQUEST, TEXT

ALL = TEXT | CAPS | REQUEST | PEEK | NOTIFY | PROVIDE
MIB = 1 << 20


class ClipboardTest(harness.WireTest):
    def messages(self, viewer):
        """What has come besides updates, up to the answer to a request for an update."""
        self.demo.sync()
        self.demo.sync()  # what a thread has made is sent by now, or a later message is
        viewer.request(False, 0, 0, 1, 1)
        found = []
        while True:
            message = viewer.read_message()
            if isinstance(message, rfb.Update):
                return found
            found.append(message)

    def next(self, viewer):
        """The next message that is no update."""
        while True:
            message = viewer.read_message()
            if not isinstance(message, rfb.Update):
                return message

    def assert_flags(self, viewer, flags):
        message = self.next(viewer)
        self.assertIsInstance(message, rfb.Clipboard)
        self.assertEqual('%x' % message.flags, '%x' % flags)
        return message

    def assert_text(self, viewer, text):
        """The next message is this text, whichever way."""
        message = self.next(viewer)
        if isinstance(message, rfb.ServerCutText):
            self.assertEqual(message.text, text.encode('latin-1', 'replace'))
        else:
            self.assertEqual('%x' % message.flags, '%x' % (PROVIDE | TEXT))
            self.assertEqual(message.text, text.replace('\n', '\r\n').encode() + b'\0')

    def assert_quiet(self, *viewers):
        for viewer in viewers:
            self.assertEqual(self.messages(viewer), [])

    def extended(self, size=0, flags=ALL):
        """A viewer with the extended clipboard, which has said so; @size: unsolicited, or None for no word."""
        viewer = self.viewer()
        viewer.set_encodings(rfb.EXTENDED_CLIPBOARD)
        self.assertEqual(self.assert_flags(viewer, ALL).data, b'\0\0\0\0')
        if size is not None:
            viewer.clipboard(flags, struct.pack('>I', size))
            self.demo.sync()
        return viewer

    def assert_host_gets(self, text, mark):
        event = self.demo.wait_event('clipboard', mark, '^text ')
        self.assertEqual(event.text[len('text '):], escaped(text))


class FromHost(ClipboardTest):
    SHARED_DEMO = True

    def test_latin_1(self):
        viewer = self.viewer()
        self.demo.command('clipboard gr\u00fc\u00df \u20ac \U0001f600\\nline\\r\\nend')
        self.assert_text(viewer, 'gr\u00fc\u00df ? ?\nline\nend')
        self.assert_quiet(viewer)

    def test_on_request(self):
        """A viewer that takes nothing unasked is told, and asks."""
        viewer = self.extended()
        for text in ('\u20ac\U0001f600\n\nx', 'a', ''):
            self.demo.command('clipboard ' + text.replace('\n', '\\n'))
            self.assert_flags(viewer, NOTIFY | TEXT)
            self.assert_quiet(viewer)
            for _ in range(2):
                viewer.clipboard(REQUEST | TEXT)
                self.assert_text(viewer, text)
        self.assert_quiet(viewer)

    def test_unasked(self):
        """A viewer that does not say what it takes is one that takes 20 MiB."""
        viewer = self.extended(None)
        self.demo.command('clipboard a\\nb')
        self.assert_text(viewer, 'a\nb')
        self.assert_quiet(viewer)

    def test_limit(self):
        """It takes what is shorter than it says: "abc", CR, LF, "d" and a NUL are 7 bytes."""
        over, under = self.extended(7), self.extended(8)
        self.demo.command('clipboard abc\\nd')
        self.assert_flags(over, NOTIFY | TEXT)
        self.assert_text(under, 'abc\nd')
        over.clipboard(REQUEST | TEXT)
        self.assert_text(over, 'abc\nd')

    def test_what_a_viewer_does_not_take(self):
        deaf = self.extended(0, CAPS)
        no_text = self.extended(0, ALL & ~TEXT | 2)
        no_provide = self.extended(100, ALL & ~PROVIDE)
        self.demo.command('clipboard x')
        self.assert_flags(no_provide, NOTIFY | TEXT)
        self.assert_quiet(deaf, no_text, no_provide)

    def test_offer(self):
        """The host is asked once, for all who want the text."""
        mark = self.demo.mark()
        first, second = self.extended(), self.extended()
        self.demo.command('offer later')
        for viewer in first, second:
            self.assert_flags(viewer, NOTIFY | TEXT)
        self.assert_quiet(first, second)
        self.assertEqual(self.demo.events('clipboard', mark), [])
        for viewer in first, second:
            viewer.clipboard(REQUEST | TEXT)
            self.assert_text(viewer, 'later')
        legacy = self.viewer()
        self.demo.command('offer at once')
        self.assert_text(legacy, 'at once')
        self.assertEqual([e.text for e in self.demo.events('clipboard', mark)], ['wanted'] * 2)

    def test_nothing(self):
        viewer, legacy = self.extended(), self.viewer()
        self.demo.command('clipboard x')
        self.assert_flags(viewer, NOTIFY | TEXT)
        self.assert_text(legacy, 'x')
        self.demo.command('clipboard')
        self.assert_flags(viewer, NOTIFY)
        viewer.clipboard(REQUEST | TEXT)
        self.assert_flags(viewer, NOTIFY)
        viewer.clipboard(PEEK)
        self.assert_flags(viewer, NOTIFY)
        self.assert_quiet(viewer, legacy)

    def test_a_viewer_that_comes_later(self):
        """Its user's own clipboard is left alone, until it asks."""
        self.demo.command('clipboard before')
        legacy, viewer = self.viewer(), self.extended(None)
        self.assert_quiet(legacy, viewer)
        viewer.clipboard(PEEK)
        self.assert_flags(viewer, NOTIFY | TEXT)
        viewer.clipboard(REQUEST | TEXT)
        self.assert_text(viewer, 'before')

    def test_caps_again(self):
        """Each SetEncodings is answered; a viewer may change its mind."""
        viewer = self.extended()
        viewer.set_encodings(rfb.EXTENDED_CLIPBOARD, rfb.RAW)
        self.assert_flags(viewer, ALL)
        viewer.set_encodings(rfb.RAW)
        self.assert_quiet(viewer)
        self.demo.command('clipboard x')
        self.assertIsInstance(self.next(viewer), rfb.ServerCutText)

    def test_other_formats(self):
        """RTF, HTML and pictures are passed over, and so are actions to come."""
        viewer = self.extended()
        mark = self.demo.mark()
        for flags in (REQUEST | 2, NOTIFY | 6, PROVIDE | 2, 1 << 29 | TEXT, TEXT, REQUEST | NOTIFY | TEXT):
            viewer.clipboard(flags, zlib.compress(b'\0\0\0\1x'))
        self.assert_quiet(viewer)
        self.assertEqual(self.demo.events('clipboard', mark), [])
        viewer.clipboard(ALL | 0x3e, b'\0\0\0\1' * 6)
        self.demo.command('clipboard x')
        self.assert_flags(viewer, NOTIFY | TEXT)

    def test_a_viewer_that_does_not_read(self):
        """It asks and asks, and is answered when it reads: not once for each."""
        viewer = self.viewer(receive_buffer=4096)
        viewer.set_encodings(rfb.EXTENDED_CLIPBOARD)
        text = ''.join(random.Random(1).choices('abcdefghijklmnop', k=60000))
        self.demo.command('clipboard ' + text)
        for _ in range(2000):
            viewer.clipboard(REQUEST | TEXT)
            viewer.clipboard(PEEK)
        answers = []
        while not answers:  # a thread has to pack the text first
            answers = [m.text for m in self.messages(viewer) if m.flags == PROVIDE | TEXT]
        self.assertEqual(set(answers), {text.encode() + b'\0'})
        self.assertLess(len(answers), 400)
        viewer.clipboard(REQUEST | TEXT)
        self.assert_text(viewer, text)


class FromViewer(ClipboardTest):
    SHARED_DEMO = True

    def setUp(self):
        super().setUp()
        self.demo.command('clipboard')
        self.place = self.demo.mark()

    def test_latin_1(self):
        viewer = self.viewer()
        viewer.cut_text('gr\u00fc\u00df\r\n"\\'.encode('latin-1') + b'\x80')
        self.assert_host_gets('gr\u00fc\u00df\n"\\\x80', self.place)
        self.assert_quiet(viewer)

    def test_an_extended_viewer_may_send_latin_1(self):
        viewer = self.extended()
        viewer.cut_text(b'\xe4')
        self.assert_host_gets('\u00e4', self.place)
        self.assert_quiet(viewer)

    def test_on_request(self):
        viewer = self.extended()
        viewer.clipboard(NOTIFY | TEXT)
        self.assert_flags(viewer, REQUEST | TEXT)
        viewer.provide('\u20ac\U0001f600\r\n\r\nx'.encode() + b'\0')
        self.assert_host_gets('\u20ac\U0001f600\n\nx', self.place)
        self.assert_quiet(viewer)

    def test_unasked(self):
        viewer = self.extended()
        for text in 'first', 'second':
            place = self.demo.mark()
            viewer.provide(text.encode() + b'\0')
            self.assert_host_gets(text, place)
        self.assert_quiet(viewer)

    def test_it_is_asked_once(self):
        """However often it says that it has something."""
        viewer = self.extended()
        for _ in range(1000):
            viewer.clipboard(NOTIFY | TEXT)
        self.assert_flags(viewer, REQUEST | TEXT)
        self.assert_quiet(viewer)
        viewer.provide(b'x\0')
        self.assert_host_gets('x', self.place)
        self.assertEqual(len(self.demo.events('clipboard', self.place, '^offered')), 1)

    def test_it_has_nothing_any_more(self):
        viewer, other = self.extended(), self.extended()
        viewer.clipboard(NOTIFY | TEXT)
        self.assert_flags(other, NOTIFY | TEXT)
        viewer.clipboard(NOTIFY)
        self.demo.wait_event('clipboard', self.place, '^withdrawn')
        self.assert_flags(other, NOTIFY)
        other.clipboard(NOTIFY)  # it never had
        self.assert_quiet(other)
        self.assertEqual(len(self.demo.events('clipboard', self.place, '^withdrawn')), 1)

    def test_every_byte_apart(self):
        viewer = self.extended()
        data = zlib.compress(b'\0\0\0\6split\0')
        message = struct.pack('>BxxxiI', 6, -4 - len(data), PROVIDE | TEXT) + data
        for at in range(1, len(message)):
            place = self.demo.mark()
            viewer.send(message[:at])
            self.demo.sync()
            viewer.send(message[at:])
            self.assert_host_gets('split', place)

    def test_too_long(self):
        """A text of 1 MiB comes through; a longer one is refused, and so is a bomb; the viewer stays."""
        viewer, other = self.extended(), self.extended()
        viewer.provide(b'x' * MIB + b'\0')
        self.assertEqual(len(self.demo.wait_event('clipboard', self.place, '^text ').text), MIB + 5)
        for wire, size in ((b'x' * (MIB + 1), None), (bytes(64 * MIB), None), (b'x', 0xffffffff),
                           (b'x', 2), (b'', 0xffff)):
            place = self.demo.mark()
            self.messages(other)
            viewer.provide(wire, size)
            self.demo.wait_event('clipboard', place, '^withdrawn')
            self.assertEqual(self.demo.events('clipboard', place, '^text'), [])
            self.assertEqual([m.flags for m in self.messages(other)][-1:], [NOTIFY])
        place = self.demo.mark()
        viewer.clipboard(PROVIDE | TEXT, b'no zlib at all')
        self.demo.wait_event('clipboard', place, '^withdrawn')
        viewer.provide(b'good\0')
        self.assert_host_gets('good', place)
        logs = self.demo.events('log', self.place)
        self.assertEqual(len(logs), 1, logs)
        self.assertRegex(logs[0].text, 'refused: it is a text longer than 1 MiB')

    def test_bad_lengths(self):
        for length, why in ((MIB + 1, 'length 1048577'), (0x7fffffff, 'length 2147483647')):
            viewer = self.viewer()
            mark = self.demo.mark()
            viewer.send(struct.pack('>BxxxI', 6, length))
            self.assert_dropped(viewer, mark, why)
        for length in (-1, -3, -MIB - 1, -1 << 31):
            viewer = self.extended()
            mark = self.demo.mark()
            viewer.send(struct.pack('>Bxxxi', 6, length))
            self.assert_dropped(viewer, mark, 'length %d of the extended' % length)
        viewer = self.viewer()
        mark = self.demo.mark()
        viewer.send(struct.pack('>BxxxiI', 6, -4, PEEK))
        self.assert_dropped(viewer, mark, 'was not offered')


class FromViewerToViewer(ClipboardTest):
    SHARED_DEMO = True

    def setUp(self):
        super().setUp()
        self.demo.command('clipboard')

    def test_all_kinds(self):
        """It goes to all others, and not back."""
        legacy, lazy, eager = self.viewer(), self.extended(), self.extended(None)
        legacy.cut_text(b'\xe4\n')
        self.assert_flags(lazy, NOTIFY | TEXT)
        self.assert_text(eager, '\u00e4\n')
        lazy.clipboard(REQUEST | TEXT)
        self.assert_text(lazy, '\u00e4\n')
        self.assert_quiet(legacy, lazy, eager)

        lazy.clipboard(NOTIFY | TEXT)
        self.assert_flags(lazy, REQUEST | TEXT)
        lazy.provide('\u20ac\0'.encode())
        self.assert_text(legacy, '\u20ac')
        self.assert_text(eager, '\u20ac')
        self.assert_quiet(legacy, lazy, eager)

    def test_it_does_not_get_its_own(self):
        viewer = self.extended()
        viewer.provide(b'mine\0')
        viewer.clipboard(REQUEST | TEXT)
        self.assert_flags(viewer, NOTIFY)
        self.demo.command('clipboard yours')
        self.assert_flags(viewer, NOTIFY | TEXT)
        viewer.clipboard(REQUEST | TEXT)
        self.assert_text(viewer, 'yours')

    def test_the_viewer_leaves(self):
        """What it has said stays; what it had only offered is gone."""
        leaves, stays = self.extended(), self.extended()
        leaves.provide(b'last words\0')
        self.assert_flags(stays, NOTIFY | TEXT)
        mark = self.demo.mark()
        leaves.close()
        self.demo.wait_disconnected(mark)
        stays.clipboard(REQUEST | TEXT)
        self.assert_text(stays, 'last words')

        leaves = self.extended()
        leaves.clipboard(NOTIFY | TEXT)
        self.assert_flags(stays, NOTIFY | TEXT)
        stays.clipboard(REQUEST | TEXT)
        mark = self.demo.mark()
        leaves.close()
        self.demo.wait_event('clipboard', mark, '^withdrawn')
        self.assert_flags(stays, NOTIFY)
        self.assert_quiet(stays)


class AnyOrder(ClipboardTest):
    """What viewers say of their clipboards, in whatever order: who spoke last has the text, whoever asks gets it, and
    nobody gets his own."""

    SHARED_DEMO = True
    KINDS = 'caps', 'request', 'peek', 'notify', 'provide', 'cut'

    def setUp(self):
        super().setUp()
        self.speakers = self.extended(), self.extended()
        self.observer = self.extended()
        self.texts = 0

    def say(self, speaker, kind):
        """Returns what the clipboard is then: unchanged, or (whose, text; None: to be asked for), or nobody's."""
        viewer = self.speakers[speaker]
        self.texts += 1
        text = 'text %d' % self.texts
        if kind == 'caps':
            viewer.clipboard(ALL, struct.pack('>I', self.texts % 2 * 1000))
        elif kind == 'request':
            viewer.clipboard(REQUEST | TEXT)
        elif kind == 'peek':
            viewer.clipboard(PEEK)
        elif kind == 'notify':
            viewer.clipboard(NOTIFY | TEXT)
            return speaker, None
        elif kind == 'withdraw':
            viewer.clipboard(NOTIFY)
            if self.owner[0] == speaker:
                return None, None
        elif kind == 'provide':
            viewer.provide(text.encode() + b'\0')
            return speaker, text
        else:
            viewer.cut_text(text.encode())
            return speaker, text
        return self.owner

    def converse(self, sequence):
        """@sequence: of (speaker, kind)."""
        self.demo.command('clipboard')
        self.owner = None, None
        said = [set(), set()]
        place = self.demo.mark()
        for speaker, kind in sequence:
            # What one says is read before the other speaks.
            self.owner = self.say(speaker, kind)
            said[speaker].add(self.owner[1] if self.owner[0] == speaker else None)
            self.demo.sync()
        owner, text = self.owner
        self.messages(self.observer)
        self.observer.clipboard(REQUEST | TEXT)
        if owner is None:
            self.assert_flags(self.observer, NOTIFY)
        else:
            if text is None:
                self.demo.sync()
                text = 'late'
                self.speakers[owner].provide(b'late\0')
            self.assert_observer_gets(text)
            self.assert_host_last(text, place)
        for speaker, viewer in enumerate(self.speakers):
            for message in self.messages(viewer):
                self.assertIsInstance(message, rfb.Clipboard)
                self.assertIn(message.flags, (REQUEST | TEXT, NOTIFY, NOTIFY | TEXT, PROVIDE | TEXT))
                if message.text is not None:
                    self.assertNotIn(message.text[:-1].decode(), said[speaker])

    def assert_observer_gets(self, text):
        """It may hear first that there is another text: one that comes before it could be asked for."""
        message = self.next(self.observer)
        while message.flags == NOTIFY | TEXT:
            message = self.next(self.observer)
        self.assertEqual((message.flags, message.text), (PROVIDE | TEXT, text.encode() + b'\0'))

    def assert_host_last(self, text, place):
        self.demo.wait_event('clipboard', place, '^text %s$' % text)
        self.demo.sync()
        last = self.demo.events('clipboard', place)[-1].text
        self.assertEqual(last, 'text ' + text)

    def test_of_one(self):
        """All orders of one of each kind."""
        for kinds in itertools.permutations(self.KINDS):
            with self.subTest(' '.join(kinds)):
                self.converse([(0, kind) for kind in kinds])

    def test_of_two(self):
        """Some orders of several of each kind."""
        generator = random.Random(2)
        for number in range(300):
            sequence = [(generator.randrange(2), generator.choice(self.KINDS + ('withdraw',)))
                        for _ in range(generator.randrange(2, 12))]
            with self.subTest(number=number, sequence=sequence):
                self.converse(sequence)


class GtkVnc(ClipboardTest):
    def test_both_ways(self):
        """A viewer that we did not write, without the extended clipboard."""
        viewer = subprocess.Popen([GVNC, '--paste', 'gr\u00fc\u00df\n"', *map(str, self.demo.address)],
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(viewer.stdout.close)
        self.assert_host_gets('gr\u00fc\u00df\n"', 0)
        self.demo.command('clipboard a\\n\u20ac')  # gtk-vnc takes what comes for UTF-8
        self.assertEqual(viewer.wait(2 * rfb.DEADLINE), 0)
        self.assertIn('text ' + ascii('a\n?'), viewer.stdout.read().splitlines())


class ViewOnly(ClipboardTest):
    DEMO_OPTIONS = ('view-only=on',)

    def test_no_part_in_it(self):
        """Neither to it nor from it: what is copied need not be on the screen."""
        legacy, viewer = self.viewer(), self.viewer()
        viewer.set_encodings(rfb.EXTENDED_CLIPBOARD)
        self.assertEqual(self.assert_flags(viewer, CAPS).data, b'')
        mark = self.demo.mark()
        viewer.clipboard(ALL, b'\0\0\xff\xff')
        self.demo.command('clipboard x')
        legacy.cut_text(b'a')
        viewer.provide(b'b\0')
        viewer.clipboard(NOTIFY | TEXT)
        viewer.clipboard(REQUEST | TEXT)
        viewer.clipboard(PEEK)
        self.assert_quiet(legacy, viewer)
        self.assertEqual(self.demo.events('clipboard', mark), [])

    def test_opened_again(self):
        """Who is in has a part in it, and none any more, at once."""
        where = 'open %s:%d' % (self.demo.address[0], self.demo.address[1] - 5900)
        legacy, viewer = self.viewer(), self.viewer()
        viewer.set_encodings(rfb.EXTENDED_CLIPBOARD)
        self.assert_flags(viewer, CAPS)
        self.demo.command('clipboard host')
        self.assert_quiet(legacy, viewer)
        self.demo.command(where)
        self.assert_flags(viewer, ALL)
        self.assert_text(viewer, 'host')
        self.assert_text(legacy, 'host')
        mark = self.demo.mark()
        viewer.clipboard(NOTIFY | TEXT)
        self.assert_flags(viewer, REQUEST | TEXT)
        self.demo.command(where + ',view-only=on')
        self.demo.wait_event('clipboard', mark, 'withdrawn')
        self.assertEqual(self.assert_flags(viewer, CAPS).data, b'')
        self.demo.command('clipboard x')
        viewer.provide(b'b\0')
        self.assert_quiet(legacy, viewer)
        self.assertEqual(self.demo.events('clipboard', mark, 'text'), [])


if __name__ == '__main__':
    harness.main()
