/*
 * The handshake: from ProtocolVersion to ClientInit, without a socket.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. VncHandshake owns its text `why`; the caller's regime protects it.
 */
#include "ui/rfb/handshake.h"

#define VERSION_LEN 12

static const char our_version[] = "RFB 003.008\n";

enum { SECURITY_RESULT_OK = 0, SECURITY_RESULT_FAILED = 1 };

static void append_reason(VncBuffer *out, const char *reason)
{
    vnc_buffer_append_u32(out, (uint32_t)strlen(reason));
    vnc_buffer_append(out, reason, strlen(reason));
}

/* End the handshake. @why: for the log; taken over. */
static void fail(VncHandshake *handshake, char *why)
{
    handshake->state = VNC_HANDSHAKE_FAILED;
    g_free(handshake->why);
    handshake->why = why;
}

/* Send an empty list of security types, and the reason. */
static void refuse_version(VncHandshake *handshake, const char *reason, char *why, VncBuffer *out)
{
    if (handshake->minor == 3) {
        vnc_buffer_append_u32(out, VNC_SECURITY_INVALID);
    } else {
        vnc_buffer_append_u8(out, 0);
    }
    append_reason(out, reason);
    fail(handshake, why);
}

/* Quote @bytes: printable ASCII as it is, anything else as \xNN. */
static char *quote(const uint8_t *bytes, size_t len)
{
    GString *text = g_string_new("\"");

    for (size_t i = 0; i < len; i++) {
        if (g_ascii_isprint((char)bytes[i]) && bytes[i] != '"' && bytes[i] != '\\') {
            g_string_append_c(text, (char)bytes[i]);
        } else {
            g_string_append_printf(text, "\\x%02x", bytes[i]);
        }
    }
    g_string_append_c(text, '"');
    return g_string_free(text, FALSE);
}

/* How many of the first bytes fit "RFB ddd.ddd\n". */
static size_t version_prefix(const uint8_t *bytes, size_t len)
{
    static const char shape[] = "RFB ddd.ddd\n";
    size_t i;

    for (i = 0; i < len; i++) {
        bool fits = shape[i] == 'd' ? g_ascii_isdigit((char)bytes[i]) : bytes[i] == shape[i];

        if (!fits) {
            break;
        }
    }
    return i;
}

static unsigned three_digits(const uint8_t *bytes)
{
    return (bytes[0] - '0') * 100u + (bytes[1] - '0') * 10u + (bytes[2] - '0');
}

static void begin_security(VncHandshake *handshake, VncBuffer *out)
{
    if (handshake->minor != 3) {
        vnc_buffer_append_u8(out, (uint8_t)handshake->n_offered);
        vnc_buffer_append(out, handshake->offered, handshake->n_offered);
        handshake->state = VNC_HANDSHAKE_SECURITY;
        return;
    }
    for (unsigned i = 0; i < handshake->n_offered; i++) {
        uint8_t type = handshake->offered[i];

        if (type == VNC_SECURITY_NONE || type == VNC_SECURITY_VNC) {
            handshake->chosen = type;
            vnc_buffer_append_u32(out, type);
            handshake->state = VNC_HANDSHAKE_AUTH;
            return;
        }
    }
    refuse_version(handshake, "This server has no security type that RFB 3.3 knows",
                   g_strdup("RFB 3.3 knows none of the security types on offer"), out);
}

static size_t read_version(VncHandshake *handshake, const uint8_t *bytes, size_t len,
                           VncBuffer *out)
{
    size_t here = MIN(len, VERSION_LEN);
    unsigned major, minor;

    if (version_prefix(bytes, here) < here) {
        g_autofree char *quoted = quote(bytes, here);

        handshake->minor = 3;
        refuse_version(
            handshake, "This is a VNC server: RFB ProtocolVersion expected",
            g_strdup_printf("%s is no ProtocolVersion, expected is \"RFB xxx.yyy\\n\"", quoted),
            out);
        return here;
    }
    if (here < VERSION_LEN) {
        return 0;
    }
    major = three_digits(bytes + 4);
    minor = three_digits(bytes + 8);
    /* All versions before 3.7 know only the form of 3.3. */
    if (major < 3 || (major == 3 && minor < 7)) {
        handshake->minor = 3;
    } else {
        handshake->minor = major == 3 && minor == 7 ? 7 : 8;
    }
    if (major != 3 || minor < 3 || minor == 6 || minor > 8) {
        g_autofree char *reason = g_strdup_printf(
            "RFB %u.%u is not supported: this server speaks 3.3, 3.7 and 3.8", major, minor);

        refuse_version(handshake, reason,
                       g_strdup_printf("RFB version %u.%u, allowed are 3.3, 3.4, 3.5, 3.7 and 3.8",
                                       major, minor),
                       out);
    } else if (handshake->refusal) {
        refuse_version(
            handshake, handshake->refusal,
            g_strdup(handshake->refusal_why ? handshake->refusal_why : handshake->refusal), out);
    } else if (handshake->n_offered == 0) {
        refuse_version(handshake, "This server has no security type to offer",
                       g_strdup("no security type is on offer"), out);
    } else {
        begin_security(handshake, out);
    }
    return VERSION_LEN;
}

static void refuse_security(VncHandshake *handshake, const char *reason, char *why, VncBuffer *out)
{
    vnc_buffer_append_u32(out, SECURITY_RESULT_FAILED);
    if (handshake->minor >= 8) {
        append_reason(out, reason);
    }
    fail(handshake, why);
}

static void read_security(VncHandshake *handshake, uint8_t type, VncBuffer *out)
{
    if (memchr(handshake->offered, type, handshake->n_offered)) {
        handshake->chosen = type;
        handshake->state = VNC_HANDSHAKE_AUTH;
    } else {
        g_autofree char *reason = g_strdup_printf("Security type %u was not offered", type);

        refuse_security(
            handshake, reason,
            g_strdup_printf("the viewer chose security type %u, which was not offered", type), out);
    }
}

void vnc_handshake_init(VncHandshake *handshake, const uint8_t *offered, unsigned n_offered,
                        VncBuffer *out)
{
    g_assert(n_offered <= VNC_MAX_SECURITY_TYPES);
    *handshake = (VncHandshake){.state = VNC_HANDSHAKE_VERSION, .n_offered = n_offered};
    if (n_offered > 0) {
        memcpy(handshake->offered, offered, n_offered);
    }
    vnc_buffer_append(out, our_version, VERSION_LEN);
}

void vnc_handshake_clear(VncHandshake *handshake)
{
    g_clear_pointer(&handshake->why, g_free);
}

size_t vnc_handshake_read(VncHandshake *handshake, const uint8_t *bytes, size_t len, VncBuffer *out)
{
    size_t used = 0;

    if (handshake->state == VNC_HANDSHAKE_VERSION) {
        used += read_version(handshake, bytes, len, out);
    }
    if (handshake->state == VNC_HANDSHAKE_SECURITY && used < len) {
        read_security(handshake, bytes[used++], out);
    }
    if (handshake->state == VNC_HANDSHAKE_CLIENT_INIT && used < len) {
        handshake->shared = bytes[used++] != 0;
        handshake->state = VNC_HANDSHAKE_DONE;
    }
    return used;
}

void vnc_handshake_auth_done(VncHandshake *handshake, const char *failure, const char *why,
                             VncBuffer *out)
{
    bool has_result = handshake->chosen != VNC_SECURITY_NONE || handshake->minor >= 8;

    g_assert(handshake->state == VNC_HANDSHAKE_AUTH);
    if (!failure) {
        if (has_result) {
            vnc_buffer_append_u32(out, SECURITY_RESULT_OK);
        }
        handshake->state = VNC_HANDSHAKE_CLIENT_INIT;
    } else {
        char *text =
            g_strdup_printf("security type %u: %s", handshake->chosen, why ? why : failure);

        if (has_result) {
            refuse_security(handshake, failure, text, out);
        } else {
            fail(handshake, text);
        }
    }
}
