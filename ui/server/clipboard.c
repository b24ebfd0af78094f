/*
 * The clipboard: its text, from the host or viewer that owns it to all that want it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, but for run(). The clipboard holds one text, the latest, from the host or a viewer.
 * The server asks for the text when somebody wants it, and reads and packs it once for all. A
 * megabyte takes about 10 ms each way, and a viewer can cause this by a message of a few bytes or a
 * kilobyte. So the threads of VncOffload do it, one text at a time.
 */
#include "ui/base/log.h"
#include "ui/server/server-private.h"

/**
 * Work: a text on its way through a thread, which owns it meanwhile.
 */
typedef struct Work {
    VncServer *server; /* main thread */
    uint64_t serial;   /* main thread */
    GBytes *given;
    VncTextForm form;
    bool pack;        /* messages are wanted, too */
    GRefString *text; /* the result; NULL: see `why` */
    const char *why;
    VncBuffer cut_text, provide;
    size_t wire_len;
} Work;

static void settle(VncServer *server);

static void work_free(Work *work)
{
    g_clear_pointer(&work->given, g_bytes_unref);
    g_clear_pointer(&work->text, g_ref_string_release);
    vnc_buffer_clear(&work->cut_text);
    vnc_buffer_clear(&work->provide);
    g_free(work);
}

/* On a thread of VncOffload. */
static void run(void *opaque)
{
    Work *work = opaque;

    if (!work->text) {
        size_t len;
        const uint8_t *bytes = g_bytes_get_data(work->given, &len);
        g_autofree char *text = vnc_clipboard_read_text(work->form, bytes, len, &work->why);

        if (!text) {
            return;
        }
        work->text = g_ref_string_new(text);
    }
    if (work->pack) {
        vnc_write_text_latin1(&work->cut_text, work->text);
        work->wire_len = vnc_write_text_zlib(&work->provide, work->text);
    }
}

/* Replace the text by another one, or by none, and forget all about the last one. Takes over
 * @given. */
static void set_text(VncServer *server, enum VncClipboardSource source, VncState *owner,
                     VncTextForm form, GBytes *given)
{
    VncClipboard *shared = &server->screen.clipboard;
    VncClipboardText *clip = &server->clipboard;
    static const char *const names[] = {
        [VNC_CLIPBOARD_OF_NOBODY] = "nobody",
        [VNC_CLIPBOARD_OF_HOST] = "host",
        [VNC_CLIPBOARD_OF_VIEWER] = "viewer",
    };

    g_clear_pointer(&clip->given, g_bytes_unref);
    g_clear_pointer(&clip->text, g_ref_string_release);
    vnc_buffer_clear(&shared->cut_text);
    vnc_buffer_clear(&shared->provide);
    clip->given = given;
    clip->form = form;
    clip->serial++;
    clip->asked = false;
    clip->wanted &= source == VNC_CLIPBOARD_OF_VIEWER;
    shared->source = source;
    shared->owner = owner;
    VNC_TRACE(&server->tracer, SERVER_CLIPBOARD, "source=%s given=%d", names[source],
              given != NULL);
    if (!server->ending) {
        vnc_server_tell(server, vnc_state_clipboard_changed);
        settle(server);
    }
}

/* A viewer's text is no longer available. */
static void withdraw(VncServer *server)
{
    set_text(server, VNC_CLIPBOARD_OF_NOBODY, NULL, VNC_TEXT_UTF8, NULL);
    if (server->ops->clipboard_offered) {
        server->ops->clipboard_offered(server->host, false);
    }
}

/* Drop the text, then log why: the host may set another text when its log is called. */
static void refuse(VncServer *server, const char *why)
{
    VncState *owner = server->screen.clipboard.owner;

    if (owner) {
        vnc_state_ref(owner);
    }
    if (server->screen.clipboard.source == VNC_CLIPBOARD_OF_VIEWER) {
        withdraw(server);
    } else {
        set_text(server, VNC_CLIPBOARD_OF_NOBODY, NULL, VNC_TEXT_UTF8, NULL);
    }
    if (owner) {
        vnc_state_refuse_text(owner, why);
        vnc_state_unref(owner);
    } else {
        vnc_log(server->ops, server->host,
                "the clipboard's text is not passed on to viewers: it is %s", why);
    }
}

static void done(void *opaque)
{
    Work *work = opaque;
    VncServer *server = work->server;
    VncClipboard *shared = &server->screen.clipboard;

    server->clipboard.working = false;
    if (server->ending || work->serial != server->clipboard.serial) {
        /* Another text has taken its place. */
    } else if (!work->text) {
        refuse(server, work->why);
    } else {
        if (!server->clipboard.text) {
            server->clipboard.text = g_ref_string_acquire(work->text);
        }
        vnc_buffer_move(&shared->cut_text, &work->cut_text);
        vnc_buffer_move(&shared->provide, &work->provide);
        shared->wire_len = work->wire_len;
    }
    work_free(work);
    settle(server);
}

static void start_work(VncServer *server, bool pack)
{
    VncClipboardText *clip = &server->clipboard;
    Work *work = g_new0(Work, 1);

    work->server = server;
    work->serial = clip->serial;
    work->pack = pack;
    if (clip->text) {
        work->text = g_ref_string_acquire(clip->text);
    } else {
        work->given = g_bytes_ref(clip->given);
        work->form = clip->form;
    }
    clip->working = true;
    vnc_offload_run(server->offload, VNC_OFFLOAD_COMPUTE, NULL, run, done, work);
}

static void ask(VncServer *server)
{
    VncClipboard *shared = &server->screen.clipboard;

    server->clipboard.asked = true;
    if (shared->owner) {
        VncState *owner = vnc_state_ref(shared->owner);

        vnc_state_ask_text(owner);
        vnc_state_unref(owner);
    } else if (shared->source == VNC_CLIPBOARD_OF_HOST && server->ops->clipboard_wanted) {
        server->ops->clipboard_wanted(server->host);
    }
}

static void deliver(VncServer *server)
{
    VncClipboardText *clip = &server->clipboard;

    vnc_server_tell(server, vnc_state_text_ready);
    /* A viewer may have left meanwhile, and the text with it. */
    if (clip->wanted && clip->text) {
        /* The host may set another text while it is called. */
        GRefString *text = g_ref_string_acquire(clip->text);

        clip->wanted = false;
        clip->fetched = true;
        if (server->ops->clipboard_text) {
            server->ops->clipboard_text(server->host, text);
        }
        g_ref_string_release(text);
    }
}

/* Do the next step for those that want the text, if one can be done now. */
static void settle(VncServer *server)
{
    VncClipboardText *clip = &server->clipboard;
    bool pack = vnc_server_has_viewer(server, vnc_state_wants_text);

    if (server->screen.clipboard.source == VNC_CLIPBOARD_OF_NOBODY || server->ending ||
        clip->working || (!pack && !clip->wanted)) {
        return;
    }
    if (clip->text && (!pack || server->screen.clipboard.provide.len > 0)) {
        deliver(server);
    } else if (clip->text || clip->given) {
        start_work(server, pack);
    } else if (!clip->asked) {
        ask(server);
    }
}

void vnc_server_text_wanted(void *opaque)
{
    settle(opaque);
}

/* Viewer @vs has another text; @given: the text, or NULL. Tells the host, unless the host has been
 * told of this viewer's text before and has not fetched it. */
static void take_offer(VncServer *server, VncState *vs, VncTextForm form, GBytes *given)
{
    VncClipboardText *clip = &server->clipboard;
    bool news = server->screen.clipboard.owner != vs || clip->fetched;

    set_text(server, VNC_CLIPBOARD_OF_VIEWER, vs, form, given);
    /* A viewer may have left while it was told, and taken the text with it. */
    if (news && server->screen.clipboard.owner == vs) {
        clip->fetched = false;
        if (server->ops->clipboard_offered) {
            server->ops->clipboard_offered(server->host, true);
        }
    }
}

void vnc_server_text_offered(void *opaque, VncState *vs, bool available)
{
    VncServer *server = opaque;
    bool owns = server->screen.clipboard.owner == vs;

    if (!available) {
        if (owns) {
            withdraw(server);
        }
    } else if (!owns || !server->clipboard.asked || server->clipboard.given) {
        take_offer(server, vs, VNC_TEXT_ZLIB, NULL);
    } /* else the answer that is due will be the text that is offered now */
}

void vnc_server_text_given(void *opaque, VncState *vs, VncTextForm form, const uint8_t *bytes,
                           size_t len)
{
    VncServer *server = opaque;
    VncClipboardText *clip = &server->clipboard;
    GBytes *given = g_bytes_new(bytes, len);

    if (server->screen.clipboard.owner == vs && clip->asked && !clip->given) {
        clip->given = given;
        clip->form = form;
        settle(server);
    } else {
        take_offer(server, vs, form, given);
    }
}

/* A text that the viewer has sent stays. A text that it has only offered goes. */
void vnc_server_clipboard_left(VncServer *server, VncState *vs)
{
    if (server->screen.clipboard.owner != vs) {
        return;
    }
    server->screen.clipboard.owner = NULL;
    if (!server->clipboard.given) {
        withdraw(server);
    }
}

void vnc_server_clipboard_clear(VncServer *server)
{
    set_text(server, VNC_CLIPBOARD_OF_NOBODY, NULL, VNC_TEXT_UTF8, NULL);
}

/* A copy of the host's @text. NULL: no text, or one longer than VNC_MAX_CLIPBOARD_WIRE bytes. */
static GBytes *host_text(const char *text)
{
    size_t len = text ? strlen(text) : 0;

    return text && len <= VNC_MAX_CLIPBOARD_WIRE ? g_bytes_new(text, len) : NULL;
}

void vnc_server_set_clipboard(VncServer *server, const char *text)
{
    GBytes *given = host_text(text);

    VNC_MAIN();
    if (given) {
        set_text(server, VNC_CLIPBOARD_OF_HOST, NULL, VNC_TEXT_UTF8, given);
        return;
    }
    if (server->screen.clipboard.source != VNC_CLIPBOARD_OF_NOBODY) {
        set_text(server, VNC_CLIPBOARD_OF_NOBODY, NULL, VNC_TEXT_UTF8, NULL);
    }
    if (text) {
        vnc_log(server->ops, server->host,
                "the clipboard's text is not passed on to viewers: it is longer than 1 MiB");
    }
}

void vnc_server_offer_clipboard(VncServer *server)
{
    VNC_MAIN();
    set_text(server, VNC_CLIPBOARD_OF_HOST, NULL, VNC_TEXT_UTF8, NULL);
}

void vnc_server_give_clipboard(VncServer *server, const char *text)
{
    VncClipboardText *clip = &server->clipboard;

    VNC_MAIN();
    if (server->screen.clipboard.source != VNC_CLIPBOARD_OF_HOST || clip->given) {
        return;
    }
    clip->given = host_text(text);
    if (clip->given) {
        settle(server);
    } else {
        vnc_server_set_clipboard(server, text);
    }
}

void vnc_server_request_clipboard(VncServer *server)
{
    VNC_MAIN();
    if (server->screen.clipboard.source == VNC_CLIPBOARD_OF_VIEWER) {
        server->clipboard.wanted = true;
        settle(server);
    }
}
