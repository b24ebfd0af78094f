/*
 * A viewer's part in the clipboard: ClientCutText, ServerCutText, and the extended clipboard.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/client/cut-text.h"

#include "ui/rfb/write.h"

void vnc_cut_text_init(VncCutText *text, const VncClientContext *context, const VncWishes *wishes,
                       VncNews *news)
{
    *text = (VncCutText){.context = context, .wishes = wishes, .news = news};
    vnc_clipboard_caps_init(&text->caps);
}

static const VncClipboard *clipboard(const VncCutText *text)
{
    return &text->context->screen->clipboard;
}

/* Whether the clipboard holds a text of somebody other than the viewer. */
static bool has_text(const VncCutText *text)
{
    return clipboard(text)->source != VNC_CLIPBOARD_OF_NOBODY &&
           clipboard(text)->owner != text->context->viewer;
}

static bool takes(const VncCutText *text, uint32_t flags)
{
    return text->wishes->read.extended_clipboard && (text->caps.flags & flags) == flags;
}

/* Whether the viewer takes a text without asking for it. */
static bool is_eager(const VncCutText *text)
{
    if (!text->wishes->read.extended_clipboard) {
        return true;
    }
    return takes(text, VNC_CLIPBOARD_TEXT | VNC_CLIPBOARD_PROVIDE) && text->caps.max_text > 0;
}

void vnc_cut_text_changed(VncCutText *text)
{
    VNC_MAIN();
    if (text->barred) {
        return;
    }
    vnc_news_drop(text->news, VNC_NEWS_CLIPBOARD | VNC_NEWS_CLIPBOARD_TEXT);
    if (!has_text(text)) {
        text->wants = VNC_WANTS_NO_TEXT;
    } else if (is_eager(text)) {
        text->wants = MAX(text->wants, VNC_WANTS_NEW_TEXT);
    }
    if (clipboard(text)->owner != text->context->viewer && text->wants != VNC_WANTS_NEW_TEXT) {
        vnc_news_add(text->news, VNC_NEWS_CLIPBOARD);
    }
}

void vnc_cut_text_bar(VncCutText *text, bool barred)
{
    VNC_MAIN();
    text->barred = barred;
    vnc_news_drop(text->news, VNC_NEWS_ALL_CLIPBOARD);
    text->wants = VNC_WANTS_NO_TEXT;
    if (text->wishes->read.extended_clipboard) {
        vnc_news_add(text->news, VNC_NEWS_CLIPBOARD_CAPS);
    }
    vnc_cut_text_changed(text);
    text->context->ops->text_wanted(text->context->server);
}

bool vnc_cut_text_is_wanted(const VncCutText *text)
{
    return text->wants != VNC_WANTS_NO_TEXT && !vnc_news_has(text->news, VNC_NEWS_CLIPBOARD_TEXT);
}

void vnc_cut_text_ready(VncCutText *text)
{
    if (vnc_cut_text_is_wanted(text)) {
        vnc_news_add(text->news, VNC_NEWS_CLIPBOARD_TEXT);
    }
}

void vnc_cut_text_ask(VncCutText *text)
{
    if (takes(text, VNC_CLIPBOARD_REQUEST)) {
        vnc_news_add(text->news, VNC_NEWS_CLIPBOARD_REQUEST);
    }
}

bool vnc_cut_text_refuse(VncCutText *text)
{
    bool first = !text->refused;

    text->refused = true;
    return first;
}

void vnc_cut_text_given(VncCutText *text, const VncMessage *message)
{
    const VncClientContext *context = text->context;

    VNC_MAIN();
    VNC_TRACE_VIEWER(context, MSG_CLIENT_CUT_TEXT, "bytes=%zu", (size_t)message->cut_text.len);
    context->ops->text_given(context->server, context->viewer, VNC_TEXT_LATIN1,
                             message->cut_text.text, message->cut_text.len);
}

static void request(VncCutText *text)
{
    if (has_text(text)) {
        text->wants = VNC_WANTS_ASKED_TEXT;
        text->context->ops->text_wanted(text->context->server);
    } else {
        vnc_news_add(text->news, VNC_NEWS_CLIPBOARD);
    }
}

/* Formats other than text, and actions still unknown, are ignored. */
void vnc_cut_text_message(VncCutText *text, const VncMessage *message)
{
    const VncClientContext *context = text->context;
    uint32_t flags = message->clipboard.flags;
    bool is_text = flags & VNC_CLIPBOARD_TEXT;

    VNC_MAIN();
    VNC_TRACE_VIEWER(context, MSG_CLIENT_CLIPBOARD, "flags=0x%x bytes=%zu", flags,
                     (size_t)message->clipboard.len);
    if (flags & VNC_CLIPBOARD_CAPS) {
        vnc_clipboard_read_caps(&text->caps, flags, message->clipboard.data,
                                message->clipboard.len);
        return;
    }
    switch (flags & VNC_CLIPBOARD_ACTIONS) {
    case VNC_CLIPBOARD_REQUEST:
        if (is_text) {
            request(text);
        }
        break;
    case VNC_CLIPBOARD_PEEK:
        vnc_news_add(text->news, VNC_NEWS_CLIPBOARD);
        break;
    case VNC_CLIPBOARD_NOTIFY:
        context->ops->text_offered(context->server, context->viewer, is_text);
        break;
    case VNC_CLIPBOARD_PROVIDE:
        if (is_text) {
            context->ops->text_given(context->server, context->viewer, VNC_TEXT_ZLIB,
                                     message->clipboard.data, message->clipboard.len);
        }
        break;
    default:
        break;
    }
}

/* With all sizes 0 a viewer offers its text, and sends the text only when asked: most texts are
 * never wanted. */
static void write_caps(const VncCutText *text, VncBuffer *out)
{
    static const uint8_t sizes[4] = {0};

    if (text->barred) {
        vnc_write_clipboard(out, VNC_CLIPBOARD_CAPS, NULL, 0);
    } else {
        vnc_write_clipboard(out, VNC_CLIPBOARD_ACTIONS | VNC_CLIPBOARD_TEXT, sizes, sizeof(sizes));
    }
}

static void write_news(const VncCutText *text, VncBuffer *out)
{
    if (takes(text, VNC_CLIPBOARD_TEXT | VNC_CLIPBOARD_NOTIFY)) {
        vnc_write_clipboard(out, VNC_CLIPBOARD_NOTIFY | (has_text(text) ? VNC_CLIPBOARD_TEXT : 0),
                            NULL, 0);
    }
}

static void write_text(VncCutText *text, VncBuffer *out)
{
    const VncClipboard *clip = clipboard(text);
    bool asked = text->wants == VNC_WANTS_ASKED_TEXT;

    text->wants = VNC_WANTS_NO_TEXT;
    if (!text->wishes->read.extended_clipboard) {
        vnc_buffer_append(out, vnc_buffer_bytes(&clip->cut_text), clip->cut_text.len);
    } else if (asked || (is_eager(text) && clip->wire_len < text->caps.max_text)) {
        vnc_buffer_append(out, vnc_buffer_bytes(&clip->provide), clip->provide.len);
    } else {
        write_news(text, out);
    }
}

void vnc_cut_text_write(VncCutText *text, VncBuffer *out)
{
    bool extended = text->wishes->read.extended_clipboard;
    size_t before = out->len;

    if (vnc_news_take(text->news, VNC_NEWS_CLIPBOARD_CAPS) && extended) {
        write_caps(text, out);
    }
    if (vnc_news_take(text->news, VNC_NEWS_CLIPBOARD_REQUEST) && extended) {
        vnc_write_clipboard(out, VNC_CLIPBOARD_REQUEST | VNC_CLIPBOARD_TEXT, NULL, 0);
    }
    if (vnc_news_take(text->news, VNC_NEWS_CLIPBOARD)) {
        write_news(text, out);
    }
    if (vnc_news_take(text->news, VNC_NEWS_CLIPBOARD_TEXT)) {
        write_text(text, out);
    }
    if (out->len > before) {
        VNC_TRACE_VIEWER(text->context, MSG_SERVER_CLIPBOARD, "bytes=%zu", out->len - before);
    }
}
