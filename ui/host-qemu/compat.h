/*
 * The differences between the versions of QEMU that this host is built into.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Only this file of the host may ask for QEMU's version. A version gets its own branch here, with
 * the same names, once it is built and tested. Include after "qemu/osdep.h".
 */
#ifndef UI_HOST_QEMU_COMPAT_H
#define UI_HOST_QEMU_COMPAT_H

#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "ui/console.h"
#include "ui/input.h"

#if QEMU_VERSION_MAJOR == 7 && QEMU_VERSION_MINOR == 2

#include "audio/audio.h"
#include "qapi/qmp/qdict.h"
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"

/* QAPI: an optional pointer member has a flag, which must be set with it. */
#define VNC_COMPAT_SET_HAS(object, member) ((object)->has_##member = true)

/* The type of dpy_mouse_set's flag. */
typedef int VncCompatMouseOn;

typedef AudioState VncCompatAudio;

/* Whether the calling thread holds the BQL, under which QEMU's callbacks run. */
static inline bool vnc_compat_bql_held(void)
{
    return qemu_mutex_iothread_locked();
}

/* The audio backend @id; @id NULL: the backend of devices that name none. *@audible: whether a
 * backend exists. Returns false with @errp if no backend has this @id. */
static inline bool vnc_compat_find_audio(const char *id, VncCompatAudio **audio, bool *audible,
                                         Error **errp)
{
    *audio = id ? audio_state_by_name(id) : NULL; /* NULL stands for the default one */
    *audible = true;
    if (id && !*audio) {
        error_setg(errp, "Audiodev '%s' not found", id);
        return false;
    }
    return true;
}

/* The console of a display without `display=`. NULL: the display follows the active console. */
static inline QemuConsole *vnc_compat_default_console(void)
{
    return NULL;
}

/* Have a display without `display=`, bound to @con, show console @index. Returns the console to
 * bind the display to: here @con still, and all displays without `display=` follow. */
static inline QemuConsole *vnc_compat_select_console(QemuConsole *con, unsigned index)
{
    console_select(index);
    return con;
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

#elif QEMU_VERSION_MAJOR == 10 && (QEMU_VERSION_MINOR == 0 || QEMU_VERSION_MINOR == 2)

#include "qobject/qdict.h"
#include "system/runstate.h"
#include "system/system.h"
#include "ui/surface.h"

/* QAPI: an optional pointer member is set if it is not NULL. */
#define VNC_COMPAT_SET_HAS(object, member) ((void)(object)->member)

typedef bool VncCompatMouseOn;

#if QEMU_VERSION_MINOR == 0
#include "audio/audio.h"
typedef AudioState VncCompatAudio;
#define VNC_COMPAT_AUDIO_BY_NAME audio_state_by_name
#define VNC_COMPAT_AUDIO_DEFAULT audio_get_default_audio_state
#else
#include "qemu/audio-capture.h"
typedef AudioBackend VncCompatAudio;
#define VNC_COMPAT_AUDIO_BY_NAME audio_be_by_name
#define VNC_COMPAT_AUDIO_DEFAULT audio_get_default_audio_be
#endif

static inline bool vnc_compat_find_audio(const char *id, VncCompatAudio **audio, bool *audible,
                                         Error **errp)
{
    *audio = id ? VNC_COMPAT_AUDIO_BY_NAME(id, errp) : VNC_COMPAT_AUDIO_DEFAULT(NULL);
    *audible = *audio != NULL;
    return !id || *audio;
}

static inline bool vnc_compat_bql_held(void)
{
    return bql_locked();
}

/* The first graphic console, else the first one; NULL: there is no console. */
static inline QemuConsole *vnc_compat_default_console(void)
{
    return qemu_console_lookup_default();
}

static inline QemuConsole *vnc_compat_select_console(QemuConsole *con, unsigned index)
{
    QemuConsole *selected = qemu_console_lookup_by_index(index);

    return selected ? selected : con;
}

static inline bool vnc_compat_input_is_absolute(QemuConsole *con)
{
    return qemu_input_is_absolute(con);
}

static inline void vnc_compat_text_put_keysym(QemuConsole *con, int keysym)
{
    if (QEMU_IS_TEXT_CONSOLE(con)) {
        qemu_text_console_put_keysym(QEMU_TEXT_CONSOLE(con), keysym);
    }
}

#else
#error "the VNC server is not adapted to this version of QEMU: see ui/host-qemu/compat.h"
#endif

#endif
