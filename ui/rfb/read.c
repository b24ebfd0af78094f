/*
 * Client messages: bytes in, one tagged message out.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure: no socket, no state, owns nothing, needs no lock. Any thread.
 */
#include "ui/rfb/read.h"

#include "ui/base/buffer.h"

#include <string.h>

/* The length of each message up to its variable part, bytes, as in rfbproto. */
#define SET_PIXEL_FORMAT_LEN 20
#define SET_ENCODINGS_HEAD   4
#define UPDATE_REQUEST_LEN   10
#define KEY_EVENT_LEN        8
#define POINTER_EVENT_LEN    6
#define CUT_TEXT_HEAD        8
#define CLIPBOARD_FLAGS_LEN  4
#define SET_DESKTOP_SIZE_LEN 8
#define SCREEN_LEN           16
#define EXTENDED_KEY_LEN     12
#define AUDIO_LEN            4
#define AUDIO_FORMAT_LEN     10
#define XVP_LEN              4

#define PIXEL_FORMAT_OFFSET  4
#define PIXEL_FORMAT_LEN     16
#define RED_MAX_OFFSET       4
#define RED_SHIFT_OFFSET     10

typedef struct Input {
    const VncReadFeatures *features;
    const uint8_t *bytes;
    size_t len; /* at least 1 */
    size_t *used;
    char **why;
} Input;

static VncReadResult take(const Input *in, size_t need)
{
    if (in->len < need) {
        return VNC_READ_MORE;
    }
    *in->used = need;
    return VNC_READ_MESSAGE;
}

static void parse_pixel_format(const uint8_t bytes[PIXEL_FORMAT_LEN], VncPixelFormat *format)
{
    *format = (VncPixelFormat){
        .bits_per_pixel = bytes[0],
        .depth = bytes[1],
        .big_endian = bytes[2] != 0,
        .true_colour = bytes[3] != 0,
        .red_max = vnc_get_u16(bytes + RED_MAX_OFFSET),
        .green_max = vnc_get_u16(bytes + RED_MAX_OFFSET + 2),
        .blue_max = vnc_get_u16(bytes + RED_MAX_OFFSET + 4),
        .red_shift = bytes[RED_SHIFT_OFFSET],
        .green_shift = bytes[RED_SHIFT_OFFSET + 1],
        .blue_shift = bytes[RED_SHIFT_OFFSET + 2],
    };
}

/* What is wrong with @format, whose first @known shifts are given; the others are free. If the free
 * channels fit at all, they also fit where each begins at bit 0 or right above a channel before it:
 * so only these places are tried. NULL: nothing is wrong. */
static const char *shifts_fault(VncPixelFormat *format, size_t known)
{
    uint8_t *shifts[] = {&format->red_shift, &format->green_shift, &format->blue_shift};
    const uint16_t maxima[] = {format->red_max, format->green_max, format->blue_max};
    const char *fault;

    if (known >= G_N_ELEMENTS(shifts)) {
        return vnc_pixel_format_check(format);
    }
    *shifts[known] = 0;
    fault = shifts_fault(format, known + 1);
    for (size_t below = 0; fault && below < known; below++) {
        *shifts[known] = (uint8_t)(*shifts[below] + g_bit_storage(maxima[below]));
        fault = shifts_fault(format, known + 1);
    }
    return fault;
}

/* What is wrong with a PIXEL_FORMAT whose first @have bytes are here, whatever the others are; or
 * NULL. */
static const char *pixel_format_fault(const uint8_t *bytes, size_t have)
{
    uint8_t filled[PIXEL_FORMAT_LEN] = {0};
    VncPixelFormat format;

    memcpy(filled, bytes, have);
    if (have < 2) {
        filled[1] = filled[0];
    }
    if (have < 4) {
        filled[3] = 1;
    }
    for (size_t max = RED_MAX_OFFSET; max < RED_SHIFT_OFFSET; max += 2) {
        if (have < max + 2) {
            filled[max + 1] = filled[max] ? 0xff : 1;
        }
    }
    parse_pixel_format(filled, &format);
    return shifts_fault(&format, have > RED_SHIFT_OFFSET ? have - RED_SHIFT_OFFSET : 0);
}

static char *describe_pixel_format(const char *fault, const uint8_t *bytes, size_t have)
{
    static const struct {
        const char *name;
        uint8_t offset, len;
    } fields[] = {
        {"bits-per-pixel", 0, 1},   {"depth", 1, 1},      {"big-endian-flag", 2, 1},
        {"true-colour-flag", 3, 1}, {"red-max", 4, 2},    {"green-max", 6, 2},
        {"blue-max", 8, 2},         {"red-shift", 10, 1}, {"green-shift", 11, 1},
        {"blue-shift", 12, 1},
    };
    GString *text = g_string_new("SetPixelFormat: ");

    g_string_append(text, fault);
    for (size_t i = 0; i < G_N_ELEMENTS(fields) && have > fields[i].offset; i++) {
        const uint8_t *at = bytes + fields[i].offset;
        size_t here = MIN(fields[i].len, have - fields[i].offset);

        g_string_append_printf(text, "%s %s", i ? "," : ":", fields[i].name);
        if (here < fields[i].len) {
            g_string_append_printf(text, " of at least %u", at[0] << 8);
        } else {
            g_string_append_printf(text, " %u", here == 1 ? at[0] : vnc_get_u16(at));
        }
    }
    return g_string_free(text, FALSE);
}

static VncReadResult read_set_pixel_format(const Input *in, VncMessage *message)
{
    const uint8_t *bytes = in->bytes + PIXEL_FORMAT_OFFSET;
    size_t have;
    const char *fault;

    if (in->len <= PIXEL_FORMAT_OFFSET) {
        return VNC_READ_MORE;
    }
    have = MIN(in->len - PIXEL_FORMAT_OFFSET, PIXEL_FORMAT_LEN);
    fault = pixel_format_fault(bytes, have);
    if (fault) {
        *in->why = describe_pixel_format(fault, bytes, have);
        return VNC_READ_ERROR;
    }
    if (in->len >= SET_PIXEL_FORMAT_LEN) {
        message->kind = VNC_MESSAGE_SET_PIXEL_FORMAT;
        parse_pixel_format(bytes, &message->pixel_format);
    }
    return take(in, SET_PIXEL_FORMAT_LEN);
}

static VncReadResult read_set_encodings(const Input *in, VncMessage *message)
{
    unsigned count;

    if (in->len < SET_ENCODINGS_HEAD) {
        return VNC_READ_MORE;
    }
    count = vnc_get_u16(in->bytes + 2);
    message->kind = VNC_MESSAGE_SET_ENCODINGS;
    message->encodings.list = in->bytes + SET_ENCODINGS_HEAD;
    message->encodings.count = count;
    return take(in, SET_ENCODINGS_HEAD + (size_t)count * 4);
}

static VncReadResult read_update_request(const Input *in, VncMessage *message)
{
    const uint8_t *bytes = in->bytes;

    if (in->len < UPDATE_REQUEST_LEN) {
        return VNC_READ_MORE;
    }
    message->kind = VNC_MESSAGE_UPDATE_REQUEST;
    message->update_request.incremental = bytes[1] != 0;
    message->update_request.rect = (VncRect){
        .x = vnc_get_u16(bytes + 2),
        .y = vnc_get_u16(bytes + 4),
        .w = vnc_get_u16(bytes + 6),
        .h = vnc_get_u16(bytes + 8),
    };
    return take(in, UPDATE_REQUEST_LEN);
}

static VncReadResult read_key_event(const Input *in, VncMessage *message)
{
    if (in->len < KEY_EVENT_LEN) {
        return VNC_READ_MORE;
    }
    message->kind = VNC_MESSAGE_KEY;
    message->key.down = in->bytes[1] != 0;
    message->key.keysym = vnc_get_u32(in->bytes + 4);
    message->key.keycode = 0;
    return take(in, KEY_EVENT_LEN);
}

static VncReadResult read_pointer_event(const Input *in, VncMessage *message)
{
    const uint8_t *bytes = in->bytes;
    bool extended = in->len > 1 && in->features->extended_mouse_buttons && (bytes[1] & 0x80);
    size_t need = POINTER_EVENT_LEN + (extended ? 1 : 0);

    if (in->len < need) {
        return VNC_READ_MORE;
    }
    message->kind = VNC_MESSAGE_POINTER;
    message->pointer.extended = extended;
    message->pointer.buttons = bytes[1];
    if (extended) {
        message->pointer.buttons &= VNC_BUTTON_BACK - 1;
        message->pointer.buttons |= (bytes[POINTER_EVENT_LEN] & 1) ? VNC_BUTTON_BACK : 0;
        message->pointer.buttons |= (bytes[POINTER_EVENT_LEN] & 2) ? VNC_BUTTON_FORWARD : 0;
    }
    message->pointer.x = vnc_get_u16(bytes + 2);
    message->pointer.y = vnc_get_u16(bytes + 4);
    return take(in, need);
}

/* What is wrong with the length of a ClientCutText, or NULL. The top bit marks the extended form.
 * If the length is @cut off, its missing bytes have been filled so that it is as near to 0 as
 * possible. */
static char *cut_text_fault(const Input *in, uint32_t length, bool cut)
{
    const char *qualifier = cut ? "of at least " : "";
    uint32_t extended = 0 - length; /* the length of the extended form, bytes */

    if (length <= INT32_MAX) {
        return length <= VNC_MAX_CUT_TEXT
                   ? NULL
                   : g_strdup_printf("ClientCutText: length %s%u, allowed are 0 to %d", qualifier,
                                     length, VNC_MAX_CUT_TEXT);
    }
    if (!in->features->extended_clipboard) {
        return g_strdup_printf(
            "ClientCutText: length %s%d, allowed are 0 to %d; a negative one is the "
            "extended clipboard's, which was not offered",
            qualifier, (int32_t)length, VNC_MAX_CUT_TEXT);
    }
    if (extended > VNC_MAX_CUT_TEXT || (!cut && extended < CLIPBOARD_FLAGS_LEN)) {
        return g_strdup_printf(
            "ClientCutText: length %s-%u of the extended clipboard, allowed are -%d to "
            "-%d",
            qualifier, extended, CLIPBOARD_FLAGS_LEN, VNC_MAX_CUT_TEXT);
    }
    return NULL;
}

static VncReadResult read_cut_text(const Input *in, VncMessage *message)
{
    const size_t offset = CUT_TEXT_HEAD - 4;
    size_t seen = in->len > offset ? MIN(in->len - offset, 4) : 0;
    bool extended = seen > 0 && (in->bytes[offset] & 0x80);
    uint32_t length = 0;

    for (size_t i = 0; i < 4; i++) {
        length = length << 8 | (i < seen ? in->bytes[offset + i] : extended ? 0xff : 0);
    }
    *in->why = cut_text_fault(in, length, seen < 4);
    if (*in->why) {
        return VNC_READ_ERROR;
    }
    if (seen < 4) {
        return VNC_READ_MORE;
    }
    if (!extended) {
        message->kind = VNC_MESSAGE_CUT_TEXT;
        message->cut_text.text = in->bytes + CUT_TEXT_HEAD;
        message->cut_text.len = length;
        return take(in, CUT_TEXT_HEAD + (size_t)length);
    }
    length = 0 - length;
    if (in->len >= CUT_TEXT_HEAD + (size_t)length) {
        message->kind = VNC_MESSAGE_CLIPBOARD;
        message->clipboard.flags = vnc_get_u32(in->bytes + CUT_TEXT_HEAD);
        message->clipboard.data = in->bytes + CUT_TEXT_HEAD + CLIPBOARD_FLAGS_LEN;
        message->clipboard.len = length - CLIPBOARD_FLAGS_LEN;
    }
    return take(in, CUT_TEXT_HEAD + (size_t)length);
}

static void parse_screen(const uint8_t bytes[SCREEN_LEN], VncLayoutScreen *screen)
{
    *screen = (VncLayoutScreen){
        .id = vnc_get_u32(bytes),
        .rect =
            {
                .x = vnc_get_u16(bytes + 4),
                .y = vnc_get_u16(bytes + 6),
                .w = vnc_get_u16(bytes + 8),
                .h = vnc_get_u16(bytes + 10),
            },
        .flags = vnc_get_u32(bytes + 12),
    };
}

static VncReadResult read_set_desktop_size(const Input *in, VncMessage *message)
{
    if (in->len < SET_DESKTOP_SIZE_LEN) {
        return VNC_READ_MORE;
    }
    message->kind = VNC_MESSAGE_SET_DESKTOP_SIZE;
    message->desktop_size.width = vnc_get_u16(in->bytes + 2);
    message->desktop_size.height = vnc_get_u16(in->bytes + 4);
    message->desktop_size.screens = in->bytes[6];
    message->desktop_size.first = (VncLayoutScreen){0};
    if (in->bytes[6] > 0 && in->len >= SET_DESKTOP_SIZE_LEN + SCREEN_LEN) {
        parse_screen(in->bytes + SET_DESKTOP_SIZE_LEN, &message->desktop_size.first);
    }
    return take(in, SET_DESKTOP_SIZE_LEN + (size_t)in->bytes[6] * SCREEN_LEN);
}

static VncReadResult read_extended_key_event(const Input *in, VncMessage *message)
{
    if (in->len < EXTENDED_KEY_LEN) {
        return VNC_READ_MORE;
    }
    message->kind = VNC_MESSAGE_KEY;
    message->key.down = vnc_get_u16(in->bytes + 2) != 0;
    message->key.keysym = vnc_get_u32(in->bytes + 4);
    message->key.keycode = vnc_get_u32(in->bytes + 8);
    return take(in, EXTENDED_KEY_LEN);
}

/* A field of @size bytes; those that are not here yet count as 0. */
static uint32_t field_so_far(const Input *in, size_t offset, size_t size)
{
    uint32_t value = 0;

    for (size_t i = 0; i < size; i++) {
        value = value << 8 | (offset + i < in->len ? in->bytes[offset + i] : 0);
    }
    return value;
}

/* Whether a field is right so far; else *why says what is wrong. */
static bool check_audio_field(const Input *in, const char *name, size_t offset, size_t size,
                              uint32_t min, uint32_t max)
{
    uint32_t value = field_so_far(in, offset, size);
    bool whole = in->len >= offset + size;

    if (value > max || (whole && value < min)) {
        *in->why = g_strdup_printf("QEMU audio message: %s %s%u, allowed are %u to %u", name,
                                   whole ? "" : "of at least ", value, min, max);
        return false;
    }
    return true;
}

static VncReadResult read_audio_format(const Input *in, VncMessage *message)
{
    if (!check_audio_field(in, "sample-format", 4, 1, VNC_AUDIO_U8, VNC_AUDIO_S32) ||
        !check_audio_field(in, "nchannels", 5, 1, 1, 2) ||
        !check_audio_field(in, "frequency", 6, 4, 1, VNC_AUDIO_MAX_FREQUENCY)) {
        return VNC_READ_ERROR;
    }
    if (in->len < AUDIO_FORMAT_LEN) {
        return VNC_READ_MORE;
    }
    message->kind = VNC_MESSAGE_AUDIO_FORMAT;
    message->audio_format = (VncAudioFormat){
        .sample = (VncAudioSample)in->bytes[4],
        .channels = in->bytes[5],
        .frequency = vnc_get_u32(in->bytes + 6),
    };
    return take(in, AUDIO_FORMAT_LEN);
}

static VncReadResult read_audio(const Input *in, VncMessage *message)
{
    if (!check_audio_field(in, "operation", 2, 2, VNC_CLIENT_AUDIO_ENABLE,
                           VNC_CLIENT_AUDIO_SET_FORMAT)) {
        return VNC_READ_ERROR;
    }
    if (in->len < AUDIO_LEN) {
        return VNC_READ_MORE;
    }
    if (in->bytes[3] == VNC_CLIENT_AUDIO_SET_FORMAT) {
        return read_audio_format(in, message);
    }
    message->kind = in->bytes[3] == VNC_CLIENT_AUDIO_ENABLE ? VNC_MESSAGE_AUDIO_ENABLE
                                                            : VNC_MESSAGE_AUDIO_DISABLE;
    return take(in, AUDIO_LEN);
}

static VncReadResult read_not_told(const Input *in, const char *name)
{
    *in->why = g_strdup_printf("message type %u (%s): the viewer has not been told that it may "
                               "use it",
                               in->bytes[0], name);
    return VNC_READ_ERROR;
}

static VncReadResult read_qemu(const Input *in, VncMessage *message)
{
    bool keys = in->features->extended_key_event, audio = in->features->audio;

    if (!keys && !audio) {
        return read_not_told(in, "QEMU");
    }
    if (in->len < 2) {
        return VNC_READ_MORE;
    }
    if (keys && in->bytes[1] == VNC_CLIENT_QEMU_EXTENDED_KEY_EVENT) {
        return read_extended_key_event(in, message);
    }
    if (audio && in->bytes[1] == VNC_CLIENT_QEMU_AUDIO) {
        return read_audio(in, message);
    }
    *in->why =
        g_strdup_printf("QEMU message: submessage-type %u, the viewer has been told of%s%s%s",
                        in->bytes[1], keys ? " 0 (extended key event)" : "",
                        keys && audio ? " and" : "", audio ? " 1 (audio)" : "");
    return VNC_READ_ERROR;
}

/* Accepts any version and code: the protocol has an answer for those that the server cannot do. */
static VncReadResult read_xvp(const Input *in, VncMessage *message)
{
    if (!in->features->xvp) {
        return read_not_told(in, "xvp");
    }
    if (in->len < XVP_LEN) {
        return VNC_READ_MORE;
    }
    message->kind = VNC_MESSAGE_XVP;
    message->xvp.version = in->bytes[2];
    message->xvp.code = in->bytes[3];
    return take(in, XVP_LEN);
}

VncReadResult vnc_read_message(const VncReadFeatures *features, const uint8_t *bytes, size_t len,
                               VncMessage *message, size_t *used, char **why)
{
    const Input in = {features, bytes, len, used, why};

    *used = 0;
    if (len == 0) {
        return VNC_READ_MORE;
    }
    switch (bytes[0]) {
    case VNC_CLIENT_SET_PIXEL_FORMAT:
        return read_set_pixel_format(&in, message);
    case VNC_CLIENT_SET_ENCODINGS:
        return read_set_encodings(&in, message);
    case VNC_CLIENT_FRAMEBUFFER_UPDATE_REQUEST:
        return read_update_request(&in, message);
    case VNC_CLIENT_KEY_EVENT:
        return read_key_event(&in, message);
    case VNC_CLIENT_POINTER_EVENT:
        return read_pointer_event(&in, message);
    case VNC_CLIENT_CUT_TEXT:
        return read_cut_text(&in, message);
    case VNC_CLIENT_SET_DESKTOP_SIZE:
        return read_set_desktop_size(&in, message);
    case VNC_CLIENT_XVP:
        return read_xvp(&in, message);
    case VNC_CLIENT_QEMU:
        return read_qemu(&in, message);
    default:
        *why = g_strdup_printf(
            "message type %u is unknown, allowed are 0, 2 to 6, 250, 251 and 255", bytes[0]);
        return VNC_READ_ERROR;
    }
}

int32_t vnc_message_encoding(const VncMessage *message, unsigned index)
{
    g_assert(message->kind == VNC_MESSAGE_SET_ENCODINGS && index < message->encodings.count);
    return (int32_t)vnc_get_u32(message->encodings.list + (size_t)index * 4);
}
