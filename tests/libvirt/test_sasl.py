# vnc_sasl of libvirt's qemu.conf.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os

import users
from domain import LibvirtTest, main


class Sasl(LibvirtTest):
    @classmethod
    def settings(cls):
        directory = os.path.join(cls.temporary.name, 'sasl')
        users.make(directory, 'DIGEST-MD5')
        return 'vnc_sasl = 1\nvnc_sasl_dir = "%s"\n' % directory

    def test_user(self):
        domain = self.start("<graphics type='vnc' listen='127.0.0.1'/>")
        server, = domain.qmp('query-vnc-servers')
        self.assertEqual(server['auth'], 'sasl')
        self.assert_sees(domain, password='sesame', VNC_USERNAME='fred')
        self.assertEqual(domain.wait_events(3)[1],
                         ('initialize', '127.0.0.1', 'sasl', {'saslUsername': 'fred'}))
        with self.assertRaisesRegex(AssertionError, 'connection of capture'):
            self.assert_sees(domain, password='open-says-me', VNC_USERNAME='fred')
        self.assertEqual([(phase, subject) for phase, _, _, subject in domain.wait_events(2)],
                         [('connect', {}), ('disconnect', {})])


if __name__ == '__main__':
    main()
