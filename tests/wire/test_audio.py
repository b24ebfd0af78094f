# QEMU's audio: vnc-demo's tone, sample by sample.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import math
import os
import struct
import subprocess

import harness
import rfb
from harness import GVNC


U8, S8, U16, S16, U32, S32 = range(6)
FORMATS = {U8: 'B', S8: 'b', U16: '<H', S16: '<h', U32: '<I', S32: '<i'}
PEAK, HZ = 8000, 440


def round_half_away(x):
    return int(math.copysign(math.floor(abs(x) + 0.5), x))


def tone(sample, channels, frequency, first, frames):
    """As bytes: what ui/host-demo/tone.h says."""
    out = []
    bits = 8 << sample // 2
    for n in range(first, first + frames):
        for channel in range(channels):
            phase = n * (HZ << channel) % frequency / frequency
            value = round_half_away(PEAK * math.sin(2 * math.pi * phase))
            value = value << 16 >> (32 - bits)
            out.append(value if sample % 2 else value + (1 << bits - 1))
    return struct.pack('<%d%s' % (len(out), FORMATS[sample][-1]), *out)


class AudioTest(harness.WireTest):

    def listener(self, *encodings, **keywords):
        """A viewer that has been told that there is sound."""
        viewer = self.viewer(**keywords)
        viewer.set_encodings(rfb.AUDIO, *encodings)
        update = viewer.read_update()
        self.assertEqual(len(update.pseudo(rfb.AUDIO)), 1, update)
        return viewer

    def hear(self, viewer, size):
        """So many bytes of sound, or a few more; updates on the way are taken in."""
        heard = b''
        while len(heard) < size:
            message = viewer.read_message()
            if isinstance(message, rfb.AudioData):
                heard += message.data
            elif not isinstance(message, (rfb.AudioBegin, rfb.Update)):
                self.fail('%r' % message)
        return heard

    def assert_tone(self, heard, sample=S16, channels=2, frequency=44100):
        size = (1 << sample // 2) * channels
        self.assertEqual(len(heard) % size, 0)
        want = tone(sample, channels, frequency, 0, len(heard) // size)
        if heard != want:
            at = next(i for i in range(len(heard)) if heard[i] != want[i])
            self.fail('byte %d of %d is %d, not %d' % (at, len(heard), heard[at], want[at]))


class Tone(AudioTest):
    SHARED_DEMO = True

    def test_default_format(self):
        viewer, mark = self.listener(), self.demo.mark()
        viewer.audio_enable()
        self.assertIsInstance(viewer.read_message(), rfb.AudioBegin)
        self.assert_tone(self.hear(viewer, 20000))
        self.assertRegex(self.demo.wait_event('audio', mark).text, r'^start \d+ 3 2 44100$')

    def test_every_format(self):
        for sample in FORMATS:
            for channels in (1, 2):
                for frequency in (8000, 22050, 48000):
                    with self.subTest(sample=sample, channels=channels, frequency=frequency):
                        with self.demo.viewer() as viewer:
                            viewer.set_encodings(rfb.AUDIO)
                            viewer.audio_format(sample, channels, frequency)
                            viewer.audio_enable()
                            self.assert_tone(self.hear(viewer, 3000), sample, channels, frequency)

    def test_lowest_frequency(self):
        viewer = self.listener()
        viewer.audio_format(S32, 2, 1)
        viewer.audio_enable()
        self.assert_tone(self.hear(viewer, 8), S32, 2, 1)

    def test_pictures_in_between(self):
        """Updates and sound, each whole."""
        viewer = self.listener(rfb.ZRLE)
        viewer.audio_enable()
        heard = b''
        for seed in range(30):
            self.demo.command('noise 0 0 320 240 %d' % seed)
            viewer.request(True)
            heard += self.hear(viewer, 1)
        self.assert_tone(heard)
        self.full_update(viewer)

    def test_updates_in_many_parts(self):
        """Sound does not come in the middle of an update that is appended part by part."""
        demo = self.start(size='1024x1024', still=True)
        with demo.viewer() as viewer:
            viewer.set_encodings(rfb.RAW, rfb.AUDIO)
            viewer.audio_enable()
            for seed in range(12):
                demo.command('noise 0 0 1024 1024 %d' % seed)
                viewer.request(False)
                viewer.read_update()
                self.hear(viewer, 1)
            demo.command('tone off')
            self.full_update(viewer, demo)

    def test_disable_and_enable(self):
        viewer, mark = self.listener(), self.demo.mark()
        for _ in range(3):
            viewer.audio_enable()
            self.assert_tone(self.hear(viewer, 1000))
            viewer.audio_enable(False)
            while not isinstance(viewer.read_message(), rfb.AudioEnd):
                pass
            viewer.request(False)
            self.assertIsInstance(viewer.read_message(), rfb.Update)
        self.assertEqual([e.words[0] for e in self.demo.events('audio', mark)],
                         ['start', 'stop'] * 3)

    def test_enabled_twice(self):
        viewer, mark = self.listener(), self.demo.mark()
        viewer.audio_enable(False)
        viewer.audio_enable()
        viewer.audio_enable()
        self.assert_tone(self.hear(viewer, 10000))
        self.assertEqual(len(self.demo.events('audio', mark)), 1)

    def test_another_format_while_listening(self):
        """The stream ends, and another begins in the new format."""
        viewer, mark = self.listener(), self.demo.mark()
        viewer.audio_enable()
        self.hear(viewer, 1000)
        viewer.audio_format(U8, 1, 8000)
        while not isinstance(viewer.read_message(), rfb.AudioEnd):
            pass
        self.assertIsInstance(viewer.read_message(), rfb.AudioBegin)
        self.assert_tone(self.hear(viewer, 1000), U8, 1, 8000)
        self.assertEqual([e.words[0] for e in self.demo.events('audio', mark)],
                         ['start', 'stop', 'start'])

    def test_pause_of_the_host(self):
        viewer = self.listener()
        viewer.audio_enable()
        heard = self.hear(viewer, 1000)
        self.demo.command('tone off')
        while True:
            message = viewer.read_message()
            if isinstance(message, rfb.AudioEnd):
                break
            heard += message.data
        self.demo.command('tone on')
        self.assertIsInstance(viewer.read_message(), rfb.AudioBegin)
        self.assert_tone(heard + self.hear(viewer, 1000))

    def test_several_viewers(self):
        viewers = [self.listener() for _ in range(4)]
        for viewer, sample in zip(viewers, (U8, S16, S16, S32)):
            viewer.audio_format(sample, 2, 44100)
            viewer.audio_enable()
        for viewer, sample in zip(viewers, (U8, S16, S16, S32)):
            self.assert_tone(self.hear(viewer, 20000), sample)

    def test_leaving_stops_it(self):
        viewer, mark = self.listener(), self.demo.mark()
        viewer.audio_enable()
        self.hear(viewer, 1)
        viewer.close()
        self.assertRegex(self.demo.wait_event('audio', mark, count=2).text, '^stop ')
        gone = self.demo.wait_disconnected(mark)
        self.assertLess(self.demo.events('audio', mark)[1].number, gone.number)

    def test_not_listed_any_more(self):
        viewer, mark = self.listener(), self.demo.mark()
        viewer.audio_enable()
        self.hear(viewer, 1)
        viewer.set_encodings(rfb.RAW)
        while not isinstance(viewer.read_message(), rfb.AudioEnd):
            pass
        self.assertRegex(self.demo.wait_event('audio', mark, count=2).text, '^stop ')
        viewer.audio_enable()
        self.assert_dropped(viewer, mark, 'message type 255')

    def test_not_listed(self):
        viewer, mark = self.viewer(), self.demo.mark()
        viewer.set_encodings(rfb.EXTENDED_KEY_EVENT)
        viewer.audio_enable()
        self.assert_dropped(viewer, mark, 'submessage-type 1')

    def test_bad_formats(self):
        for sample, channels, frequency in ((6, 2, 44100), (3, 0, 44100), (3, 3, 44100),
                                            (3, 2, 0), (3, 2, 48001), (3, 2, 0xffffffff)):
            with self.subTest(sample=sample, channels=channels, frequency=frequency):
                viewer, mark = self.listener(), self.demo.mark()
                viewer.audio_format(sample, channels, frequency)
                self.assert_dropped(viewer, mark, 'QEMU audio message: .*, allowed are')

    def test_view_only(self):
        demo = self.start('view-only=on')
        with demo.viewer() as viewer:
            viewer.set_encodings(rfb.AUDIO)
            viewer.audio_enable()
            self.assert_tone(self.hear(viewer, 1000))


class GtkVnc(AudioTest):

    def test_hears_it(self):
        path = os.path.join(self.demo.directory, 'heard')
        done = subprocess.run(
            [GVNC, '--hear', path, self.demo.address[0],
             str(self.demo.address[1])],
            capture_output=True, timeout=2 * harness.DEADLINE, check=False)
        self.assertEqual(done.returncode, 0, (done.stdout, done.stderr))
        self.assertEqual(done.stdout.decode().splitlines()[-1], 'begin')
        with open(path, 'rb') as file:
            self.assert_tone(file.read())


class Availability(AudioTest):

    def test_without_sound_it_is_not_offered(self):
        self.demo.command('audio off')
        viewer, mark = self.viewer(), self.demo.mark()
        viewer.set_encodings(rfb.AUDIO)
        self.full_update(viewer)
        viewer.audio_enable()
        self.assert_dropped(viewer, mark, 'message type 255.*not been told')

    def test_it_goes_and_comes(self):
        viewer, mark = self.listener(), self.demo.mark()
        viewer.audio_enable()
        self.hear(viewer, 1)
        self.demo.command('audio off')
        while not isinstance(viewer.read_message(), rfb.AudioEnd):
            pass
        viewer.audio_enable()  # too late, and no fault of its
        viewer.request(False)
        self.assertIsInstance(viewer.read_message(), rfb.Update)
        self.demo.command('audio on')
        self.assertEqual(len(viewer.read_update().pseudo(rfb.AUDIO)), 1)
        viewer.audio_enable()
        self.assert_tone(self.hear(viewer, 1000))
        self.assertEqual([e.words[0] for e in self.demo.events('audio', mark)],
                         ['start', 'stop', 'start'])


class Slow(AudioTest):

    def test_who_does_not_read_loses_sound_alone(self):
        path = os.path.join(self.demo.directory, 'socket')
        demo = self.start(address='unix:' + path)  # whose sockets hold little
        with demo.viewer() as sleeper, demo.viewer() as reader:
            mark = demo.mark()
            for viewer in sleeper, reader:
                viewer.set_encodings(rfb.AUDIO)
            sleeper.audio_format(S32, 2, 48000)
            sleeper.audio_enable()
            reader.audio_enable()
            self.assert_tone(self.hear(reader, 44100 * 4 * 4))
            self.full_update(reader, demo)
            demo.command('tone off')
            demo.sync()
            self.assertEqual(demo.events('viewer', mark, 'disconnected'), [])
            # It hears the beginning, and less than there was.
            heard = b''
            while True:
                message = sleeper.read_message()
                if isinstance(message, rfb.AudioEnd):
                    break
                if isinstance(message, rfb.AudioData):
                    heard += message.data
            self.assertEqual(len(heard) % 8, 0)
            self.assertLess(len(heard), 48000 * 8 * 3)
            self.assert_tone(heard[:48000 * 8 // 10], S32, 2, 48000)
            demo.command('tone on')
            self.hear(sleeper, 1)
            self.full_update(sleeper, demo)


if __name__ == '__main__':
    harness.main()
