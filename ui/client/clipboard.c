/*
 * The clipboard's messages: ClientCutText, ServerCutText, and the extended clipboard.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. What a viewer is to be told waits as a bit of VncPending, so that it is said once, however often
 * it is asked for, and goes out when the viewer has read what was sent to it before.
 *
 * A viewer that is to look only has no part in it: what is on the clipboard need not be on the screen.
 */
#include "ui/client/client-private.h"

#include "ui/rfb/write.h"

static const VncClipboard *clipboard(const VncState *vs)
{
    return &vs->context.screen->clipboard;
}

/* Whether there is a text that the viewer does not have itself. */
static bool has_text(const VncState *vs)
{
    return clipboard(vs)->source != VNC_CLIPBOARD_OF_NOBODY && clipboard(vs)->owner != vs;
}

static bool takes(const VncState *vs, uint32_t flags)
{
    return vs->read_features.extended_clipboard && (vs->caps.flags & flags) == flags;
}

/* Whether the viewer may be sent a text that it has not asked for. */
static bool is_eager(const VncState *vs)
{
    if (!vs->read_features.extended_clipboard) {
        return true;
    }
    return takes(vs, VNC_CLIPBOARD_TEXT | VNC_CLIPBOARD_PROVIDE) && vs->caps.max_text > 0;
}

static void tell(VncState *vs, unsigned what)
{
    vs->pending |= what;
    vnc_state_update(vs);
}

void vnc_state_clipboard_changed(VncState *vs)
{
    if (vs->phase != VNC_STATE_NORMAL || vs->view_only) {
        return;
    }
    vs->pending &= ~(VNC_PENDING_CLIPBOARD_NEWS | VNC_PENDING_CLIPBOARD_TEXT);
    if (!has_text(vs)) {
        vs->wants_text = VNC_WANTS_NO_TEXT;
    } else if (is_eager(vs)) {
        vs->wants_text = MAX(vs->wants_text, VNC_WANTS_NEW_TEXT);
    }
    if (clipboard(vs)->owner != vs && vs->wants_text != VNC_WANTS_NEW_TEXT) {
        tell(vs, VNC_PENDING_CLIPBOARD_NEWS);
    }
}

void vnc_state_allow_clipboard(VncState *vs)
{
    vs->pending &= ~VNC_PENDING_CLIPBOARD;
    vs->wants_text = VNC_WANTS_NO_TEXT;
    if (vs->read_features.extended_clipboard) {
        vs->pending |= VNC_PENDING_CLIPBOARD_CAPS;
    }
    vnc_state_clipboard_changed(vs);
    vs->context.ops->text_wanted(vs->context.server);
}

bool vnc_state_wants_text(const VncState *vs)
{
    return vs->wants_text != VNC_WANTS_NO_TEXT && !(vs->pending & VNC_PENDING_CLIPBOARD_TEXT);
}

void vnc_state_text_ready(VncState *vs)
{
    if (vs->phase == VNC_STATE_NORMAL && vnc_state_wants_text(vs)) {
        tell(vs, VNC_PENDING_CLIPBOARD_TEXT);
    }
}

void vnc_state_ask_text(VncState *vs)
{
    if (takes(vs, VNC_CLIPBOARD_REQUEST)) {
        tell(vs, VNC_PENDING_CLIPBOARD_REQUEST);
    }
}

void vnc_state_refuse_text(VncState *vs, const char *why)
{
    if (!vs->text_refused) {
        g_autofree char *line =
            g_strdup_printf("the clipboard's text is refused: it is %s (said once)", why);

        vs->text_refused = true;
        vnc_state_log(vs, line);
    }
}

void vnc_state_cut_text(VncState *vs, const VncMessage *message)
{
    VNC_TRACE_VIEWER(vs, MSG_CLIENT_CUT_TEXT, "bytes=%zu", (size_t)message->cut_text.len);
    vs->context.ops->text_given(vs->context.server, vs, VNC_TEXT_LATIN1, message->cut_text.text,
                                message->cut_text.len);
}

static void request(VncState *vs)
{
    if (has_text(vs)) {
        vs->wants_text = VNC_WANTS_ASKED_TEXT;
        vs->context.ops->text_wanted(vs->context.server);
    } else {
        tell(vs, VNC_PENDING_CLIPBOARD_NEWS);
    }
}

/* Formats other than text, and actions that there are not yet, are passed over. */
void vnc_state_clipboard(VncState *vs, const VncMessage *message)
{
    const VncClientOps *ops = vs->context.ops;
    uint32_t flags = message->clipboard.flags;
    bool text = flags & VNC_CLIPBOARD_TEXT;

    VNC_TRACE_VIEWER(vs, MSG_CLIENT_CLIPBOARD, "flags=0x%x bytes=%zu", flags,
                     (size_t)message->clipboard.len);
    if (flags & VNC_CLIPBOARD_CAPS) {
        vnc_clipboard_read_caps(&vs->caps, flags, message->clipboard.data, message->clipboard.len);
        return;
    }
    switch (flags & VNC_CLIPBOARD_ACTIONS) {
    case VNC_CLIPBOARD_REQUEST:
        if (text) {
            request(vs);
        }
        break;
    case VNC_CLIPBOARD_PEEK:
        tell(vs, VNC_PENDING_CLIPBOARD_NEWS);
        break;
    case VNC_CLIPBOARD_NOTIFY:
        vnc_state_act(vs);
        ops->text_offered(vs->context.server, vs, text);
        break;
    case VNC_CLIPBOARD_PROVIDE:
        if (text) {
            ops->text_given(vs->context.server, vs, VNC_TEXT_ZLIB, message->clipboard.data,
                            message->clipboard.len);
        }
        break;
    default:
        break;
    }
}

/* All sizes are 0, so that a viewer offers its text and sends it when it is asked: most are never wanted. */
static void write_caps(const VncState *vs, VncBuffer *out)
{
    static const uint8_t sizes[4] = {0};

    if (vs->view_only) {
        vnc_write_clipboard(out, VNC_CLIPBOARD_CAPS, NULL, 0);
    } else {
        vnc_write_clipboard(out, VNC_CLIPBOARD_ACTIONS | VNC_CLIPBOARD_TEXT, sizes, sizeof(sizes));
    }
}

static void write_news(const VncState *vs, VncBuffer *out)
{
    if (takes(vs, VNC_CLIPBOARD_TEXT | VNC_CLIPBOARD_NOTIFY)) {
        vnc_write_clipboard(out, VNC_CLIPBOARD_NOTIFY | (has_text(vs) ? VNC_CLIPBOARD_TEXT : 0),
                            NULL, 0);
    }
}

static void write_text(VncState *vs, VncBuffer *out)
{
    const VncClipboard *clip = clipboard(vs);
    bool asked = vs->wants_text == VNC_WANTS_ASKED_TEXT;

    vs->wants_text = VNC_WANTS_NO_TEXT;
    if (!vs->read_features.extended_clipboard) {
        vnc_buffer_append(out, vnc_buffer_bytes(&clip->cut_text), clip->cut_text.len);
    } else if (asked || clip->wire_len < vs->caps.max_text) {
        vnc_buffer_append(out, vnc_buffer_bytes(&clip->provide), clip->provide.len);
    } else {
        write_news(vs, out);
    }
}

void vnc_state_write_clipboard(VncState *vs, VncBuffer *out)
{
    bool extended = vs->read_features.extended_clipboard;
    size_t before = out->len;

    if (vnc_state_take(vs, VNC_PENDING_CLIPBOARD_CAPS) && extended) {
        write_caps(vs, out);
    }
    if (vnc_state_take(vs, VNC_PENDING_CLIPBOARD_REQUEST) && extended) {
        vnc_write_clipboard(out, VNC_CLIPBOARD_REQUEST | VNC_CLIPBOARD_TEXT, NULL, 0);
    }
    if (vnc_state_take(vs, VNC_PENDING_CLIPBOARD_NEWS)) {
        write_news(vs, out);
    }
    if (vnc_state_take(vs, VNC_PENDING_CLIPBOARD_TEXT)) {
        write_text(vs, out);
    }
    if (out->len > before) {
        VNC_TRACE_VIEWER(vs, MSG_SERVER_CLIPBOARD, "bytes=%zu", out->len - before);
    }
}
