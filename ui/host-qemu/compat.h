/*
 * What differs between the versions of QEMU that this host is built into.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The only file of the host that may ask for QEMU's version. A version gets its own
 * branch here, with the same names, once it is built and tested. Include after
 * "qemu/osdep.h".
 */
#ifndef UI_HOST_QEMU_COMPAT_H
#define UI_HOST_QEMU_COMPAT_H

#include "audio/audio.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"
#include "ui/console.h"
#include "ui/input.h"

#if QEMU_VERSION_MAJOR != 7 || QEMU_VERSION_MINOR != 2
#error "the VNC server is not adapted to this version of QEMU: see ui/host-qemu/compat.h"
#endif

/* QAPI: an optional member that is a pointer has a flag of its own, to be set with it. */
#define VNC_COMPAT_SET_HAS(object, member) ((object)->has_##member = true)

/* The type of dpy_mouse_set's flag. */
typedef int VncCompatMouseOn;

/* Whether the calling thread holds the lock that QEMU's callbacks run under. */
static inline bool vnc_compat_bql_held(void)
{
    return qemu_mutex_iothread_locked();
}

/* The audio backend @id; without an id, the one of devices that name none. *@audible: whether there is one. */
static inline bool vnc_compat_find_audio(const char *id, AudioState **state, bool *audible,
                                         Error **errp)
{
    *state = id ? audio_state_by_name(id) : NULL; /* NULL stands for the default one */
    *audible = true;
    if (id && !*state) {
        error_setg(errp, "Audiodev '%s' not found", id);
        return false;
    }
    return true;
}

/* The console of a display without `display=`: none, which follows the active one. */
static inline QemuConsole *vnc_compat_default_console(void)
{
    return NULL;
}

/* Show console @index on a display without `display=`, and on all others like it. */
static inline void vnc_compat_select_console(unsigned index)
{
    console_select(index);
}

static inline bool vnc_compat_input_is_absolute(QemuConsole *con)
{
    return qemu_input_is_absolute();
}

/* Type a character or a QEMU_KEY_* at a text console. */
static inline void vnc_compat_text_put_keysym(QemuConsole *con, int keysym)
{
    if (con) {
        kbd_put_keysym_console(con, keysym);
    } else {
        kbd_put_keysym(keysym);
    }
}

#endif
