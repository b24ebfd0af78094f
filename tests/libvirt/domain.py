# A libvirt with a domain whose emulator is QEMU with our server, for the tests of this folder.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# It is libvirt's QEMU driver within this process (qemu:///embed), without a daemon: all its files are in a
# temporary directory, and QEMU ends with the test. One process can open one such directory only, so each
# program here has one libvirt, with one qemu.conf.
import atexit
import json
import os
import pwd
import socket
import sys
import tempfile
import threading
from xml.etree import ElementTree

import libvirt
import libvirt_qemu

import harness
import machine
from login import LoginTest
from machine import DEADLINE, Capture, Lines, Machine, MachineTest, load_image

# Away from the ports of other displays.
PORT = 5900 + harness.free_display()
NAME = 'vnc-test'

# No other users, no other daemons, no labels, no control groups.
QEMU_CONF = """
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
remote_display_port_min = {port}
remote_display_port_max = {last}
remote_websocket_port_min = {port}
remote_websocket_port_max = {last}
"""

DOMAIN = """
<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>{name}</name>
  <memory unit='MiB'>64</memory>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
    <kernel>{guest}</kernel>
  </os>
  <features><acpi/></features>
  <devices>
    <emulator>{qemu}</emulator>
    {graphics}
    <video><model type='vga'/></video>
    <serial type='unix'><source mode='bind' path='{serial}'/></serial>
    <memballoon model='none'/>
    {devices}
  </devices>
  {commandline}
</domain>
"""


def with_its_user():
    """As root libvirt wants Debian's user for it, whom only its daemon's package makes: lets this
    program start anew where the user exists, and is root."""
    try:
        pwd.getpwnam('libvirt-qemu')
        return
    except KeyError:
        if os.geteuid() != 0:
            return
    with tempfile.TemporaryDirectory(prefix='vnc-libvirt-') as directory:
        environment = dict(os.environ, LD_PRELOAD='libnss_wrapper.so')
        for kind, entry in (('passwd', 'libvirt-qemu:x:0:0::/:/bin/false\n'),
                            ('group', 'libvirt-qemu:x:0:\nkvm:x:0:\n')):
            path = os.path.join(directory, kind)
            with open('/etc/' + kind, encoding='utf-8') as file:
                entries = file.read()
            with open(path, 'w', encoding='utf-8') as file:
                file.write(entries + entry)
            environment['NSS_WRAPPER_' + kind.upper()] = path
        sys.exit(os.spawnve(os.P_WAIT, sys.executable, [sys.executable, '-B', *sys.argv],
                            environment))


class Libvirt:
    """The connection, and what it tells of viewers."""

    def __init__(self, directory, settings=''):
        self.changed = threading.Condition()
        self.events = {}  # of each domain: (phase, the viewer's address, its login, {type: name})
        # Errors come as exceptions.
        libvirt.registerErrorHandler(lambda *_: None, None)
        libvirt.virEventRegisterDefaultImpl()
        threading.Thread(target=self._loop, daemon=True).start()
        os.mkdir(os.path.join(directory, 'etc'))
        with open(os.path.join(directory, 'etc', 'qemu.conf'), 'w', encoding='ascii') as file:
            file.write(QEMU_CONF.format(port=PORT, last=PORT + 999) + settings)
        self.directory = directory
        self.connection = libvirt.open('qemu:///embed?root=' + directory)
        atexit.register(self._destroy_all)
        self.connection.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_GRAPHICS,
                                               self._heard, None)

    def _destroy_all(self):
        """Those that a test has left: it was interrupted."""
        for domain in self.connection.listAllDomains():
            domain.destroy()

    @staticmethod
    def _loop():
        while True:
            libvirt.virEventRunDefaultImpl()

    def _heard(self, _connection, domain, phase, _local, remote, auth, subject, _opaque):
        phase = {libvirt.VIR_DOMAIN_EVENT_GRAPHICS_CONNECT: 'connect',
                 libvirt.VIR_DOMAIN_EVENT_GRAPHICS_INITIALIZE: 'initialize',
                 libvirt.VIR_DOMAIN_EVENT_GRAPHICS_DISCONNECT: 'disconnect'}[phase]
        with self.changed:
            self.events.setdefault(domain.ID(), []).append(
                (phase, remote['node'], auth, dict(subject)))
            self.changed.notify_all()

    def wait_events(self, number, domain):
        """A domain's next ones."""
        with self.changed:
            events = self.events.setdefault(domain.ID(), [])
            if not self.changed.wait_for(lambda: len(events) >= number, DEADLINE):
                raise AssertionError('only %s of %d events' % (events, number))
            taken, events[:number] = events[:number], []
            return taken


class Domain(Machine):
    """A QEMU that libvirt has started, with libvirt's monitor."""

    def __init__(self, host, graphics, devices='', commandline=''):
        # Not Machine's: that would start a QEMU.
        self.directory = tempfile.mkdtemp(dir=host.directory)
        serial_path = os.path.join(self.directory, 'serial')
        self.serial_socket = socket.socket(socket.AF_UNIX)
        self.serial = Lines(self.serial_socket.fileno())
        self.serial_events = []
        self.host = host
        self.domain = host.connection.createXML(DOMAIN.format(
            name=NAME, guest=machine.GUEST, qemu=machine.QEMU, graphics=graphics, devices=devices,
            commandline=commandline, serial=serial_path))
        try:
            self.serial_socket.connect(serial_path)
            self.wait_ready()
        except BaseException:
            self.quit()
            raise

    def qmp(self, command, **arguments):
        answer = json.loads(libvirt_qemu.qemuMonitorCommand(
            self.domain, json.dumps({'execute': command, 'arguments': arguments}), 0))
        if 'error' in answer:
            raise AssertionError('%s: %s' % (command, answer['error']['desc']))
        return answer['return']

    def graphics(self, flags=0):
        """<graphics> as libvirt has it now."""
        return ElementTree.fromstring(self.domain.XMLDesc(flags)).find('devices/graphics')

    @property
    def address(self):
        return '127.0.0.1', self.port()

    def port(self, display=0):
        """As libvirt tells users."""
        return int(self.graphics().get('port'))

    def screenshot(self):
        """virsh screenshot."""
        path = os.path.join(self.directory, 'screenshot')
        stream = self.host.connection.newStream()
        self.domain.screenshot(stream, 0)
        with open(path, 'wb') as file:
            stream.recvAll(lambda _, data, file: file.write(data), file)
        stream.finish()
        return load_image(path)

    def said(self):
        """The arguments of QEMU, and what it has written."""
        with open(os.path.join(self.host.directory, 'log', 'qemu', NAME + '.log'),
                  encoding='utf-8') as file:
            return file.read().rpartition('starting up libvirt')[2]

    def wait_events(self, number):
        return self.host.wait_events(number, self.domain)

    def quit(self):
        # Gracefully: by SIGTERM only. libvirt waits for the end, and it is an error if it does not come.
        self.domain.destroyFlags(libvirt.VIR_DOMAIN_DESTROY_GRACEFUL)
        self.serial_socket.close()
        if harness.COMPLAINT.search(self.said()):
            raise AssertionError('QEMU said: ' + self.said())


class LibvirtTest(MachineTest):
    connect_to = LoginTest.connect_to
    log_in = LoginTest.log_in

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix='vnc-libvirt-')
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.host = Libvirt(cls.temporary.name, cls.settings())

    @classmethod
    def settings(cls):
        """Further lines of qemu.conf."""
        return ''

    def start(self, *arguments, **keywords):
        domain = Domain(self.host, *arguments, **keywords)
        self.addCleanup(domain.quit)
        domain.guest('mode 640 480')
        domain.guest('paint 7')
        return domain

    def assert_sees(self, domain, **keywords):
        """libvncclient shows what libvirt's screenshot does."""
        capture = Capture(domain, 'zrle', **keywords)
        try:
            self.assert_same(capture.shot(), domain.screenshot(), 'libvncclient')
        finally:
            capture.close()


def main():
    with_its_user()
    machine.main()
