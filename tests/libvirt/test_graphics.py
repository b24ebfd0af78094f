# What libvirt does with <graphics type='vnc'>: ports, passwords, events, screenshots, save and restore.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import socket
import time

import libvirt

import rfb
from domain import PORT, LibvirtTest, main

GRAPHICS = ("<graphics type='vnc' port='-1' autoport='yes' websocket='-1' listen='127.0.0.1'"
            " passwd='%s'%s/>")


def date(offset):
    """A time so many seconds from now, as passwdValidTo has it."""
    return time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(time.time() + offset))


class Graphics(LibvirtTest):
    def serve(self, password='secret', attributes=''):
        return self.start(GRAPHICS % (password, attributes))

    def update(self, domain, password, attributes=''):
        """virsh update-device."""
        ports = " port='%s' websocket='%s'" % (domain.port(), domain.graphics().get('websocket'))
        domain.domain.updateDeviceFlags(
            "<graphics type='vnc' autoport='yes' listen='127.0.0.1' passwd='%s'%s%s/>" % (
                password, ports, attributes), libvirt.VIR_DOMAIN_AFFECT_LIVE)

    def test_ports(self):
        domain = self.serve()
        self.assertIn(domain.port(), range(PORT, PORT + 1000))
        server, = domain.qmp('query-vnc-servers')
        self.assertEqual([(listener['host'], listener['service'], listener['websocket'])
                          for listener in server['server']],
                         [('127.0.0.1', domain.graphics().get('websocket'), True),
                          ('127.0.0.1', domain.graphics().get('port'), False)])
        self.assertEqual(server['auth'], 'vnc')
        self.assertIn('127.0.0.1:%d' % domain.port(), domain.hmp('info vnc'))

    def test_password(self):
        domain = self.serve()
        self.assert_sees(domain, password='secret')
        self.assertEqual(self.log_in(domain, b'guess')[1], 'Wrong password')
        self.assertNotIn('secret', domain.domain.XMLDesc())
        self.assertEqual(domain.graphics(libvirt.VIR_DOMAIN_XML_SECURE).get('passwd'), 'secret')

    def test_password_changes(self):
        domain = self.serve()
        before, refusal = self.log_in(domain, b'secret')
        self.assertIsNone(refusal)
        before.client_init()
        self.update(domain, 'another', " connected='keep'")
        self.assertEqual(self.log_in(domain, b'secret')[1], 'Wrong password')
        self.assert_sees(domain, password='another')
        before.set_encodings(rfb.RAW)
        self.follow(before, domain.screenshot())

    def test_password_expires(self):
        domain = self.serve(attributes=" passwdValidTo='%s'" % date(-60))
        self.assertIsNotNone(self.log_in(domain, b'secret')[1])
        self.update(domain, 'secret', " passwdValidTo='%s'" % date(3600))
        self.assert_sees(domain, password='secret')
        self.update(domain, 'secret', " passwdValidTo='%s'" % date(-60))
        self.assertIsNotNone(self.log_in(domain, b'secret')[1])
        self.update(domain, 'secret')
        self.assert_sees(domain, password='secret')

    def test_events(self):
        domain = self.serve()
        self.assert_sees(domain, password='secret')
        self.assertEqual(domain.wait_events(3), [
            (phase, '127.0.0.1', 'vnc', {}) for phase in ('connect', 'initialize', 'disconnect')])
        self.log_in(domain, b'guess')
        self.assertEqual([event[0] for event in domain.wait_events(2)],
                         ['connect', 'disconnect'])

    def test_share_policy(self):
        domain = self.serve(attributes=" sharePolicy='force-shared'")
        self.assertIn(',share=force-shared', domain.said())
        first, _ = self.log_in(domain, b'secret')
        first.client_init()
        alone, _ = self.log_in(domain, b'secret')
        alone.send(b'\0')
        alone.wait_closed()
        first.set_encodings(rfb.RAW)
        self.follow(first, domain.screenshot())

    def test_keymap(self):
        domain = self.serve(attributes=" keymap='de'")
        self.assertIn('-k de', domain.said())
        viewer, _ = self.log_in(domain, b'secret')
        viewer.client_init()
        for down in (True, False):
            viewer.key(down, ord('z'))
        # Where a German keyboard has it, an American one has y.
        self.assertEqual(domain.guest_events(2, 'key'), ['key 15', 'key 95'])

    def test_audio(self):
        domain = self.start(
            "<graphics type='vnc' listen='127.0.0.1'><audio id='1'/></graphics>",
            "<sound model='ac97'/><audio id='1' type='none'/>")
        self.assertIn(',audiodev=audio1', domain.said())
        viewer = self.viewer(domain, rfb.AUDIO, rfb.RAW)
        self.told(viewer, rfb.AUDIO)

    def test_options_that_libvirt_does_not_know(self):
        domain = self.start("<graphics type='vnc' listen='127.0.0.1'/>", commandline="""
            <qemu:commandline>
              <qemu:arg value='-set'/>
              <qemu:arg value='vnc.default.power-control=on'/>
            </qemu:commandline>""")
        viewer = self.viewer(domain, rfb.XVP, rfb.RAW)
        self.assertIsInstance(viewer.read_message(), rfb.Xvp)

    def test_unix_socket(self):
        domain = self.start("<graphics type='vnc'><listen type='socket'/></graphics>")
        path = domain.graphics().find('listen').get('socket')
        with rfb.Viewer(path) as viewer:
            viewer.handshake().set_encodings(rfb.RAW)
            self.follow(viewer, domain.screenshot())

    def test_descriptor(self):
        """openGraphicsFD(): virt-viewer's way in, past the login."""
        domain = self.serve()
        connection = socket.socket(fileno=domain.domain.openGraphicsFD(
            0, libvirt.VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH))
        with rfb.Viewer(connection) as viewer:
            viewer.handshake().set_encodings(rfb.RAW)
            self.follow(viewer, domain.screenshot())

    def test_paused(self):
        domain = self.serve()
        viewer, _ = self.log_in(domain, b'secret')
        viewer.client_init()
        self.assertEqual(viewer.name_of_desktop, 'QEMU (vnc-test)')
        domain.domain.suspend()
        viewer, _ = self.log_in(domain, b'secret')
        viewer.client_init()
        self.assertEqual(viewer.name_of_desktop, 'QEMU (vnc-test) [Paused]')
        viewer.set_encodings(rfb.RAW)
        self.follow(viewer, domain.screenshot())
        domain.domain.resume()
        domain.guest('paint 8')
        self.follow(viewer, domain.screenshot())

    def test_save_and_restore(self):
        domain = self.serve()
        screen = domain.screenshot()
        path = os.path.join(domain.directory, 'state')
        domain.domain.save(path)
        self.host.connection.restore(path)
        domain.domain = self.host.connection.lookupByName('vnc-test')
        self.assert_sees(domain, password='secret')
        self.assert_same(domain.screenshot(), screen, 'restored')


if __name__ == '__main__':
    main()
