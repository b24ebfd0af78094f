/*
 * Pseudo-encodings: features that a viewer has by listing one, and news that one carries.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; no socket, no queue.
 */
#include "ui/client/pseudo.h"

#include "ui/client/power.h"
#include "ui/rfb/write.h"

static bool write_pointer_type(const VncPseudo *pseudo, VncBuffer *out)
{
    bool absolute = pseudo->context->screen->absolute;

    vnc_write_pointer_type(out, absolute);
    pseudo->input->told_absolute = absolute;
    return true;
}

static bool write_leds(const VncPseudo *pseudo, VncBuffer *out)
{
    vnc_write_led_state(out, pseudo->context->screen->leds);
    return true;
}

static bool write_name(const VncPseudo *pseudo, VncBuffer *out)
{
    vnc_write_desktop_name(out, pseudo->context->screen->name);
    return true;
}

static bool write_pointer_position(const VncPseudo *pseudo, VncBuffer *out)
{
    int x, y;

    if (!vnc_input_tell_position(pseudo->input, &x, &y)) {
        return false;
    }
    vnc_write_pointer_position(out, x, y);
    return true;
}

/* Without a shape the viewer keeps its own cursor. */
static bool write_cursor_with_alpha(const VncPseudo *pseudo, VncBuffer *out)
{
    const VncCursor *cursor = pseudo->context->screen->cursor;

    if (cursor) {
        vnc_write_cursor_with_alpha(out, cursor);
    }
    return cursor;
}

static bool write_cursor(const VncPseudo *pseudo, VncBuffer *out)
{
    const VncCursor *cursor = pseudo->context->screen->cursor;

    if (cursor) {
        vnc_write_cursor(out, cursor, &pseudo->wishes->params.pixel);
    }
    return cursor;
}

static bool write_x_cursor(const VncPseudo *pseudo, VncBuffer *out)
{
    const VncCursor *cursor = pseudo->context->screen->cursor;

    if (cursor) {
        vnc_write_x_cursor(out, cursor);
    }
    return cursor;
}

/**
 * Row: one pseudo-encoding.
 */
typedef struct Row {
    int32_t number;
    unsigned feature; /* VncFeature: the feature that a viewer has by listing it */
    unsigned news;    /* VncNewsBits: the news that the listing causes; or 0 */
    /* Write the news as one rectangle of an update; false: there is no news. NULL: the news is sent
     * in another way. */
    bool (*write)(const VncPseudo *pseudo, VncBuffer *out);
    void (*write_ack)(VncBuffer *out); /* instead of write(): a bare acknowledgement */
} Row;

/* In the order of sending. If several rows have the same news, the first one that the viewer has
 * listed carries it. */
static const Row rows[] = {
    {VNC_ENCODING_POINTER_TYPE_CHANGE, VNC_FEATURE_POINTER_TYPE, VNC_NEWS_POINTER_TYPE,
     write_pointer_type, NULL},
    {VNC_ENCODING_LED_STATE, VNC_FEATURE_LED_STATE, VNC_NEWS_LEDS, write_leds, NULL},
    {VNC_ENCODING_DESKTOP_NAME, VNC_FEATURE_DESKTOP_NAME, VNC_NEWS_NAME, write_name, NULL},
    /* Sent when the guest's pointer has moved, see vnc_input_follow(). */
    {VNC_ENCODING_POINTER_POSITION, VNC_FEATURE_POINTER_POSITION, VNC_NEWS_POINTER_POSITION,
     write_pointer_position, NULL},
    {VNC_ENCODING_CURSOR_WITH_ALPHA, VNC_FEATURE_CURSOR_WITH_ALPHA, VNC_NEWS_CURSOR,
     write_cursor_with_alpha, NULL},
    {VNC_ENCODING_CURSOR, VNC_FEATURE_CURSOR, VNC_NEWS_CURSOR, write_cursor, NULL},
    {VNC_ENCODING_X_CURSOR, VNC_FEATURE_X_CURSOR, VNC_NEWS_CURSOR, write_x_cursor, NULL},

    {VNC_ENCODING_EXTENDED_KEY_EVENT, VNC_FEATURE_KEY_EVENT, VNC_NEWS_KEY_EVENT_ACK, NULL,
     vnc_write_extended_key_event},
    {VNC_ENCODING_EXTENDED_MOUSE_BUTTONS, VNC_FEATURE_MOUSE_BUTTONS, VNC_NEWS_MOUSE_BUTTONS_ACK,
     NULL, vnc_write_extended_mouse_buttons},
    {VNC_ENCODING_AUDIO, VNC_FEATURE_AUDIO, VNC_NEWS_AUDIO_ACK, NULL, vnc_write_audio_ack},

    {VNC_ENCODING_EXTENDED_CLIPBOARD, VNC_FEATURE_CLIPBOARD, VNC_NEWS_CLIPBOARD_CAPS, NULL, NULL},
    {VNC_ENCODING_XVP, VNC_FEATURE_XVP, VNC_NEWS_XVP_INIT, NULL, NULL},

    {VNC_ENCODING_DESKTOP_SIZE, VNC_FEATURE_DESKTOP_SIZE, 0, NULL, NULL},
    {VNC_ENCODING_EXTENDED_DESKTOP_SIZE, VNC_FEATURE_EXTENDED_DESKTOP_SIZE, 0, NULL, NULL},
    {VNC_ENCODING_COPY_RECT, VNC_FEATURE_COPY_RECT, 0, NULL, NULL},
    {VNC_ENCODING_LAST_RECT, VNC_FEATURE_LAST_RECT, 0, NULL, NULL},
    {VNC_ENCODING_TIGHT_PNG, VNC_FEATURE_TIGHT_PNG, 0, NULL, NULL},
};

unsigned vnc_pseudo_list(int32_t number, unsigned *features)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].number == number) {
            *features |= rows[i].feature;
            /* The pointer's position is sent only after a movement. */
            return rows[i].news & ~VNC_NEWS_POINTER_POSITION;
        }
    }
    return 0;
}

/* News of a cancelled job may come again after the viewer has listed other encodings. So only
 * listed news is written here, and the rest is dropped. */
unsigned vnc_pseudo_write(const VncPseudo *pseudo, VncBuffer *out)
{
    unsigned n = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].write && vnc_wishes_have(pseudo->wishes, rows[i].feature) &&
            vnc_news_take(pseudo->news, rows[i].news)) {
            n += rows[i].write(pseudo, out);
        }
    }
    vnc_news_drop(pseudo->news, ~(VNC_NEWS_SIZES | VNC_NEWS_ACKS | VNC_NEWS_MESSAGES));
    return n;
}

unsigned vnc_pseudo_write_ack(const VncPseudo *pseudo, VncBuffer *out)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].write_ack && vnc_news_take(pseudo->news, rows[i].news)) {
            rows[i].write_ack(out);
            return 1;
        }
    }
    return 0;
}

void vnc_pseudo_write_messages(const VncPseudo *pseudo, VncBuffer *out)
{
    if (vnc_news_take(pseudo->news, VNC_NEWS_COLOUR_MAP)) {
        vnc_write_colour_map_332(out);
    }
    vnc_cut_text_write(pseudo->cut_text, out);
    vnc_power_offer(pseudo->news, pseudo->wishes, out);
}

static void write_extended_size(const VncPseudo *pseudo, enum VncDesktopSizeReason reason,
                                const VncSizeAnswer *answer, VncBuffer *out)
{
    const VncPicture *picture = pseudo->picture;

    VNC_TRACE_VIEWER(pseudo->context, MSG_SERVER_EXT_DESKTOP_RESIZE,
                     "size=%dx%d reason=%d status=%d", picture->width, picture->height, reason,
                     answer->status);
    vnc_write_extended_desktop_size(out, reason, answer->status, picture->width, picture->height,
                                    answer->screen_id, answer->screen_flags);
}

/* Answer the viewer's SetDesktopSize messages. A success tells a new size; all other answers repeat
 * the old one, for viewers that do not look at the status. */
static unsigned write_size_answers(const VncPseudo *pseudo, VncBuffer *out)
{
    VncNews *news = pseudo->news;
    unsigned n = news->n_answers;

    for (unsigned i = 0; i < n; i++) {
        VncSizeAnswer answer = news->answers[i];

        if (answer.status == VNC_DESKTOP_SIZE_OK) {
            vnc_picture_tell_size(pseudo->picture, answer.width, answer.height);
        } else {
            answer.screen_id = VNC_SCREEN_ID;
            answer.screen_flags = 0;
        }
        write_extended_size(pseudo, VNC_DESKTOP_SIZE_BY_THIS_VIEWER, &answer, out);
    }
    news->n_answers = 0;
    return n;
}

/* The screen's own size. */
static unsigned write_screen_size(const VncPseudo *pseudo, bool changed, bool asked, VncBuffer *out)
{
    static const VncSizeAnswer whole = {.status = VNC_DESKTOP_SIZE_OK, .screen_id = VNC_SCREEN_ID};
    const VncPicture *picture = pseudo->picture;
    bool by_other = changed && pseudo->news->other_resized;

    if (vnc_wishes_have(pseudo->wishes, VNC_FEATURE_EXTENDED_DESKTOP_SIZE)) {
        if (changed || asked) {
            write_extended_size(
                pseudo, by_other ? VNC_DESKTOP_SIZE_BY_OTHER_VIEWER : VNC_DESKTOP_SIZE_BY_SERVER,
                &whole, out);
        }
        return changed || asked;
    }
    if (changed) {
        VNC_TRACE_VIEWER(pseudo->context, MSG_SERVER_DESKTOP_RESIZE, "size=%dx%d", picture->width,
                         picture->height);
        vnc_write_desktop_size(out, picture->width, picture->height);
    }
    return changed;
}

unsigned vnc_pseudo_write_size(const VncPseudo *pseudo, VncBuffer *out)
{
    const VncSurface *surface = pseudo->context->screen->surface;
    VncPicture *picture = pseudo->picture;
    bool extended = vnc_wishes_have(pseudo->wishes, VNC_FEATURE_EXTENDED_DESKTOP_SIZE);
    bool changed, asked;
    unsigned n = 0;

    if (vnc_news_take(pseudo->news, VNC_NEWS_SIZE_ANSWER) && extended) {
        n = write_size_answers(pseudo, out);
    }
    pseudo->news->n_answers = 0;
    changed = vnc_news_take(pseudo->news, VNC_NEWS_SIZE) && !vnc_picture_fits(picture, surface);
    asked = vnc_news_take(pseudo->news, VNC_NEWS_SIZE_REQUEST);
    if (!vnc_wishes_have(pseudo->wishes, VNC_FEATURE_SIZES)) {
        return 0;
    }
    vnc_picture_tell_size(picture, surface->width, surface->height);
    return n + write_screen_size(pseudo, changed, asked, out);
}
