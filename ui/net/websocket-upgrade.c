/*
 * The HTTP request at the start of a websocket, and its answer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; owns nothing; no lock.
 */
#include "ui/net/websocket-upgrade.h"

#include <gio/gio.h>

#define END       "\r\n\r\n"
#define KEY_LEN   24
#define TOO_LARGE "431 Request Header Fields Too Large"

/* The characters of a token, RFC 7230. */
#define TOKEN  "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

typedef struct Request {
    /* values of headers that may appear once; borrowed */
    const char *host, *key, *version, *origin, *length;
    bool upgrade, connection; /* these headers list what RFC 6455 requires */
    bool binary;              /* "binary" is among the protocols */
    bool encoded;             /* a chunked body follows */
} Request;

static const struct {
    const char *name;
    size_t offset;       /* in Request: of the value; with `element`: of a bool */
    const char *element; /* the bool tells whether the header lists this; or NULL */
} headers[] = {
    {"Host", offsetof(Request, host), NULL},
    {"Sec-WebSocket-Key", offsetof(Request, key), NULL},
    {"Sec-WebSocket-Version", offsetof(Request, version), NULL},
    {"Origin", offsetof(Request, origin), NULL},
    {"Content-Length", offsetof(Request, length), NULL},
    {"Upgrade", offsetof(Request, upgrade), "websocket"},
    {"Connection", offsetof(Request, connection), "upgrade"},
    {"Sec-WebSocket-Protocol", offsetof(Request, binary), "binary"},
    {"Transfer-Encoding", offsetof(Request, encoded), "chunked"},
};

/* --- answers ------------------------------------------------------------------------------ */

static void append_text(VncBuffer *out, const char *text)
{
    vnc_buffer_append(out, text, strlen(text));
}

/* Append an HTTP error to @out. @status: "400 Bad Request"; @more: further headers. Returns
 * false. */
static bool refuse(VncBuffer *out, GError **error, const char *status, const char *more,
                   const char *why)
{
    g_autofree char *head = g_strdup_printf("HTTP/1.1 %s\r\n%s"
                                            "Content-Type: text/plain; charset=utf-8\r\n"
                                            "Content-Length: %zu\r\n"
                                            "Connection: close\r\n\r\n",
                                            status, more, strlen(why) + 1);

    append_text(out, head);
    append_text(out, why);
    append_text(out, "\n");
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "no websocket: %s", why);
    return false;
}

static bool bad_request(VncBuffer *out, GError **error, const char *why)
{
    return refuse(out, error, "400 Bad Request", "", why);
}

static void accept_key(const char *key, char accept[29])
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
    g_autofree char *text = NULL;
    guint8 digest[20];
    gsize len = sizeof(digest);

    g_checksum_update(sha1, (const guchar *)key, KEY_LEN);
    g_checksum_update(sha1, (const guchar *)guid, strlen(guid));
    g_checksum_get_digest(sha1, digest, &len);
    text = g_base64_encode(digest, len);
    g_strlcpy(accept, text, 29);
}

static void append_answer(VncBuffer *out, const Request *request)
{
    char accept[29];

    accept_key(request->key, accept);
    append_text(out, "HTTP/1.1 101 Switching Protocols\r\n"
                     "Upgrade: websocket\r\n"
                     "Connection: Upgrade\r\n"
                     "Sec-WebSocket-Accept: ");
    append_text(out, accept);
    append_text(out, request->binary ? "\r\nSec-WebSocket-Protocol: binary" END : END);
}

/* --- reading ------------------------------------------------------------------------------ */

/* Check "GET /anything HTTP/1.1". */
static bool read_request_line(const char *line, VncBuffer *out, GError **error)
{
    size_t method = strspn(line, TOKEN);
    const char *target = line + method + 1;
    const char *version;

    if (method == 0 || line[method] != ' ' || *target == ' ' || !(version = strchr(target, ' ')) ||
        !g_str_has_prefix(version, " HTTP/")) {
        return bad_request(out, error, "this is not a request of HTTP");
    }
    if (strcmp(version, " HTTP/1.1") != 0) {
        return bad_request(out, error, "a websocket is asked for by HTTP/1.1");
    }
    if (method != 3 || strncmp(line, "GET", 3) != 0) {
        return refuse(out, error, "405 Method Not Allowed", "Allow: GET\r\n",
                      "a websocket is asked for by GET");
    }
    return true;
}

/* Whether the comma-separated list @value has @element. */
static bool lists(const char *value, const char *element)
{
    size_t wanted = strlen(element), whole, len;

    for (value += strspn(value, ", \t"); *value; value += whole, value += strspn(value, ", \t")) {
        whole = len = strcspn(value, ",");
        while (len > 0 && g_ascii_isspace(value[len - 1])) {
            len--;
        }
        if (len == wanted && g_ascii_strncasecmp(value, element, len) == 0) {
            return true;
        }
    }
    return false;
}

/* Read one header; writes a NUL into @line. */
static bool read_header(Request *request, char *line, VncBuffer *out, GError **error)
{
    size_t len = strspn(line, TOKEN);
    char *value = line + len + 1;

    if (len == 0 || line[len] != ':') {
        return bad_request(out, error, "a header is not of the form NAME: VALUE");
    }
    line[len] = '\0';
    g_strstrip(value);
    for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
        if (g_ascii_strcasecmp(line, headers[i].name) != 0) {
            continue;
        }
        if (headers[i].element) {
            *(bool *)G_STRUCT_MEMBER_P(request, headers[i].offset) |=
                lists(value, headers[i].element);
        } else if (G_STRUCT_MEMBER(const char *, request, headers[i].offset)) {
            return bad_request(out, error, "a header that can stand there once is there twice");
        } else {
            G_STRUCT_MEMBER(const char *, request, headers[i].offset) = value;
        }
        break;
    }
    return true;
}

static bool is_key(const char *key)
{
    return key && strlen(key) == KEY_LEN && strspn(key, BASE64) == KEY_LEN - 2 &&
           strcmp(key + KEY_LEN - 2, "==") == 0;
}

static bool is_allowed(const char *origin, const GPtrArray *origins)
{
    bool allowed = !origin || !origins || origins->len == 0;

    for (unsigned i = 0; !allowed && i < origins->len; i++) {
        allowed = g_ascii_strcasecmp(origin, g_ptr_array_index(origins, i)) == 0;
    }
    return allowed;
}

static bool check(const Request *request, const GPtrArray *origins, VncBuffer *out, GError **error)
{
    if (!request->host || !request->host[0]) {
        return bad_request(out, error, "there is no header Host");
    }
    if (request->encoded || (request->length && strcmp(request->length, "0") != 0)) {
        return bad_request(out, error, "a request for a websocket has no body");
    }
    if (!request->upgrade || !request->connection) {
        return refuse(out, error, "426 Upgrade Required", "Upgrade: websocket\r\n",
                      "only websockets are served here, for VNC viewers");
    }
    if (g_strcmp0(request->version, "13") != 0) {
        return refuse(out, error, "426 Upgrade Required",
                      "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
                      "the version of websockets is 13");
    }
    if (!is_key(request->key)) {
        return bad_request(out, error, "Sec-WebSocket-Key is not 16 bytes in base64");
    }
    if (!is_allowed(request->origin, origins)) {
        g_autofree char *origin = g_strescape(request->origin, NULL);
        g_autofree char *why =
            g_strdup_printf("pages of '%.100s' are not let in (websocket-origin=)", origin);

        return refuse(out, error, "403 Forbidden", "", why);
    }
    return true;
}

/* @text: the whole request without the empty line at its end; NULs are written into it. */
static bool read_request(char *text, const GPtrArray *origins, VncBuffer *out, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", VNC_WEBSOCKET_MAX_LINES + 1);
    Request request = {0};

    if (g_strv_length(lines) > VNC_WEBSOCKET_MAX_LINES) {
        return refuse(out, error, TOO_LARGE, "", "the request has more than 100 lines");
    }

    for (char **line = lines; *line; line++) {
        if (strpbrk(*line, "\r\n")) {
            return bad_request(out, error, "a line does not end in CR LF");
        }
        if (!(line == lines ? read_request_line(*line, out, error)
                            : read_header(&request, *line, out, error))) {
            return false;
        }
    }
    if (!check(&request, origins, out, error)) {
        return false;
    }
    append_answer(out, &request);
    return true;
}

VncUpgrade vnc_websocket_upgrade(VncBuffer *in, size_t *searched, const GPtrArray *origins,
                                 VncBuffer *out, GError **error)
{
    const char *bytes = (const char *)vnc_buffer_bytes(in);
    size_t len = MIN(in->len, VNC_WEBSOCKET_MAX_REQUEST);
    /* The bytes searched before may end with a part of END. */
    size_t from = *searched - MIN(*searched, strlen(END) - 1);
    const char *end = NULL;
    g_autofree char *text = NULL;
    bool good;

    if (len > 0 && (!bytes[0] || !strchr(TOKEN, bytes[0]))) {
        bad_request(out, error, "this is not a request of HTTP");
        return VNC_UPGRADE_REFUSED;
    }
    if (len > from) {
        end = memmem(bytes + from, len - from, END, strlen(END));
    }
    if (!end) {
        *searched = len;
        if (len < VNC_WEBSOCKET_MAX_REQUEST) {
            return VNC_UPGRADE_MORE;
        }
        refuse(out, error, TOO_LARGE, "", "the request is longer than 16 KiB");
        return VNC_UPGRADE_REFUSED;
    }
    len = end - bytes;
    if (memchr(bytes, 0, len)) {
        bad_request(out, error, "there is a NUL in the request");
        return VNC_UPGRADE_REFUSED;
    }
    text = g_strndup(bytes, len);
    vnc_buffer_consume(in, len + strlen(END));
    good = read_request(text, origins, out, error);
    return good ? VNC_UPGRADE_DONE : VNC_UPGRADE_REFUSED;
}
