# SPDX-License-Identifier: GPL-2.0-or-later
#
#   make run     boot a guest in QEMU with our VNC server and say how to connect
#   make demo    the server without QEMU: a synthetic desktop
#   make check   all tests
#   make bench   this server and QEMU's own compared
#   make bench-dispatch  for how long viewers can hold the main loop
#
# Missing Debian packages are installed first. The programs themselves are built by meson
# (build/) and by ui/host-qemu/build-qemu (build/qemu-*/); nothing is compiled from here.

QEMU_VERSION ?= 7.2
# make run: QEMU's options in place of the test guest's. make demo: the address.
# make bench: scenes, or SCENE/ENCODING, in place of all.
ARGS ?=
# make bench: how often each is measured, and for how long.
ROUNDS ?= 3
SECONDS ?= 4
DEMO_ADDRESS := 127.0.0.1:0,to=99

# What Debian's packages brought, not what else a user may have first in his PATH.
export PATH := /usr/sbin:/usr/bin:/sbin:/bin

QEMU := build/qemu-$(QEMU_VERSION)/qemu-system-x86_64
QEMU_STOCK := build/qemu-$(QEMU_VERSION)-stock/qemu-system-x86_64

.PHONY: all build demo run check bench bench-dispatch qemu qemu-stock guest clean
.NOTPARALLEL:

all: build

build: build/build.ninja
	@tools/step 'Building the library' build/library.log ninja -C build

build/build.ninja:
	@tools/install-packages build
	@mkdir -p build
	@tools/step 'Configuring the library' build/configure.log ./configure

demo: build/build.ninja
	@tools/install-packages build
	@tools/step 'Building vnc-demo' build/vnc-demo.log ninja -C build vnc-demo
	@exec build/vnc-demo $(if $(strip $(ARGS)),$(ARGS),$(DEMO_ADDRESS))

qemu: build/build.ninja
	@tools/install-packages build qemu
	@ui/host-qemu/build-qemu $(QEMU_VERSION)

qemu-stock:
	@tools/install-packages build qemu
	@ui/host-qemu/build-qemu --stock $(QEMU_VERSION)

guest: build/build.ninja
	@tests/guest/build-guest build/guest.elf

run: qemu guest
	@exec ui/host-qemu/run $(QEMU) build/guest.elf $(ARGS)

check:
	@tools/install-packages build qemu test
	@exec tests/run

bench: build qemu qemu-stock guest
	@tests/python tests/bench/compare.py --ours $(QEMU) --stock $(QEMU_STOCK) --guest build/guest.elf \
	    --viewer build/tests/bench/bench-viewer --rounds $(ROUNDS) --seconds $(SECONDS) \
	    --json build/bench.json --rst docs/benchmarks.rst $(ARGS)

bench-dispatch: build qemu qemu-stock
	@tests/python tests/bench/dispatch.py --program build/tests/bench/bench-dispatch --ours $(QEMU) \
	    --stock $(QEMU_STOCK) --rst docs/benchmarks.rst $(ARGS)

clean:
	rm -rf build
