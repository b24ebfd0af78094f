# A user for SASL, in the test's own data base.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import subprocess

from rfb import DEADLINE

SASLPASSWD = '/usr/sbin/saslpasswd2'


def make(directory, mechanisms):
    """Fill @directory with what SASL reads if it is SASL_CONF_PATH: fred's password is sesame."""
    os.makedirs(directory, exist_ok=True)
    users = os.path.join(directory, 'users')
    with open(os.path.join(directory, 'qemu.conf'), 'w', encoding='ascii') as file:
        file.write('mech_list: %s\npwcheck_method: auxprop\nauxprop_plugin: sasldb\n'
                   'sasldb_path: %s\n' % (mechanisms, users))
    add(directory, 'fred', b'sesame')


def add(directory, user, password):
    subprocess.run([SASLPASSWD, '-p', '-c', '-f', os.path.join(directory, 'users'), '-a', 'qemu',
                    user], input=password, check=True, timeout=DEADLINE)
