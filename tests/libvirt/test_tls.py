# vnc_tls of libvirt's qemu.conf.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os

import certs
import rfb
from domain import LibvirtTest, main


class Tls(LibvirtTest):
    @classmethod
    def settings(cls):
        cls.ca = certs.Authority(os.path.join(cls.temporary.name, 'ca'))
        return 'vnc_tls = 1\nvnc_tls_x509_cert_dir = "%s"\nvnc_tls_x509_verify = 0\n' % cls.ca.serve(
            os.path.join(cls.temporary.name, 'certificates'))

    def test_without_password(self):
        domain = self.start("<graphics type='vnc' listen='127.0.0.1'/>")
        server, = domain.qmp('query-vnc-servers')
        self.assertEqual((server['auth'], server['vencrypt']), ('vencrypt', 'x509-none'))
        with rfb.Viewer(domain.address) as viewer:
            with self.assertRaisesRegex(rfb.ProtocolError, r"security types b'\\x13'"):
                viewer.handshake()
        domain.wait_events(2)
        self.assert_sees(domain, VNC_CA=self.ca.certificate)
        self.assertEqual(domain.wait_events(2)[1],
                         ('initialize', '127.0.0.1', 'vencrypt+x509+none', {}))

    def test_password(self):
        domain = self.start("<graphics type='vnc' listen='127.0.0.1' passwd='secret'/>")
        server, = domain.qmp('query-vnc-servers')
        self.assertEqual(server['vencrypt'], 'x509-vnc')
        self.assert_sees(domain, password='secret', VNC_CA=self.ca.certificate)
        with self.assertRaisesRegex(AssertionError, 'connection of capture'):
            self.assert_sees(domain, password='guess', VNC_CA=self.ca.certificate)


if __name__ == '__main__':
    main()
