# Certificates for tests, made by certtool.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import shutil
import subprocess
import time

DAY = 86400
VALID = (-DAY, 365 * DAY)
EXPIRED = (-30 * DAY, -DAY)


def certtool(*arguments, template=None, directory=None):
    argv = ['certtool', *arguments]
    if template is not None:
        path = os.path.join(directory, 'template')
        with open(path, 'w') as f:
            f.write(template)
        argv += ['--template', path]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError('%s: %s' % (argv, done.stderr.decode()))


def date(offset):
    return time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(time.time() + offset))


class Authority:
    """A CA, in a directory of its own, and what it signs."""

    def __init__(self, directory, name='Test CA'):
        self.directory = directory
        os.makedirs(directory)
        self.key, self.certificate = self.path('ca-key.pem'), self.path('ca-cert.pem')
        self._new_key(self.key)
        certtool('--generate-self-signed', '--load-privkey', self.key,
                 '--outfile', self.certificate,
                 template='cn = "%s"\nca\ncert_signing_key\ncrl_signing_key\n'
                          'activation_date = "%s UTC"\nexpiration_date = "%s UTC"\n' %
                          (name, date(VALID[0]), date(VALID[1])), directory=directory)

    def path(self, name):
        return os.path.join(self.directory, name)

    @staticmethod
    def _new_key(path):
        certtool('--generate-privkey', '--key-type', 'ecdsa', '--curve', 'secp256r1',
                 '--outfile', path)

    def sign(self, name, purpose, valid=VALID):
        """The certificate of @name for 'server' or 'client': paths of certificate and key."""
        base = name.replace(' ', '-')
        key, certificate = self.path(base + '-key.pem'), self.path(base + '-cert.pem')
        self._new_key(key)
        certtool('--generate-certificate', '--load-ca-certificate', self.certificate,
                 '--load-ca-privkey', self.key, '--load-privkey', key, '--outfile', certificate,
                 template='cn = "%s"\no = "Tests"\ntls_www_%s\nsigning_key\ndns_name = "localhost"\n'
                          'ip_address = "127.0.0.1"\n'
                          'activation_date = "%s UTC"\nexpiration_date = "%s UTC"\n' %
                          (name, purpose, date(valid[0]), date(valid[1])),
                 directory=self.directory)
        return certificate, key

    def revoke(self, certificate, crl):
        certtool('--generate-crl', '--load-ca-certificate', self.certificate,
                 '--load-ca-privkey', self.key, '--load-certificate', certificate,
                 '--outfile', crl, template='crl_next_update = 30\ncrl_number = 1\n',
                 directory=self.directory)

    def serve(self, directory, name='server'):
        """Fill @directory with what tls-creds-x509 reads."""
        os.makedirs(directory, exist_ok=True)
        certificate, key = self.sign(name, 'server')
        shutil.copy(self.certificate, os.path.join(directory, 'ca-cert.pem'))
        shutil.copy(certificate, os.path.join(directory, 'server-cert.pem'))
        shutil.copy(key, os.path.join(directory, 'server-key.pem'))
        return directory
