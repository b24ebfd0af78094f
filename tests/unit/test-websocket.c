/*
 * Websockets: requests, frames of every shape, and output when the stream below takes little.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "tests/lib/fake-stream.h"
#include "tests/lib/rows.h"
#include "ui/net/layer.h"
#include "ui/net/websocket-upgrade.h"
#include "ui/net/websocket.h"

#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define REQUEST                                                                  \
    "GET /websockify HTTP/1.1\r\nHost: localhost:5700\r\nUpgrade: websocket\r\n" \
    "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: " KEY "\r\n"          \
    "Sec-WebSocket-Version: 13\r\n"
/* The key and its answer are those of RFC 6455, 1.3. */
#define ANSWER                                                                          \
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

typedef struct Test {
    FakeStream *fake;
    VncStream *stream;
    GByteArray *plain; /* that has been read */
    bool ended;
    GError *error; /* of a read */
} Test;

static void ready(void *opaque, GIOCondition condition)
{
    (void)opaque;
    (void)condition;
}

static void begin(Test *test, GPtrArray *origins)
{
    test->fake = fake_stream_new();
    test->plain = g_byte_array_new();
    test->ended = false;
    test->error = NULL;
    test->stream = vnc_websocket_stream_new(&test->fake->stream, origins, NULL);
    vnc_stream_set_ready(test->stream, ready, NULL);
}

static void end(Test *test)
{
    vnc_stream_free(test->stream);
    g_byte_array_unref(test->plain);
    g_clear_error(&test->error);
}

static void come(Test *test, const void *bytes, size_t len)
{
    g_byte_array_append(test->fake->in, bytes, len);
}

/* Read all that is there. */
static void read_all(Test *test)
{
    while (!test->ended && !test->error) {
        uint8_t bytes[70000];
        g_autoptr(GError) error = NULL;
        gssize n = vnc_stream_read(test->stream, bytes, sizeof(bytes), &error);

        if (n > 0) {
            g_byte_array_append(test->plain, bytes, n);
        } else if (n == 0) {
            test->ended = true;
        } else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
            test->error = g_steal_pointer(&error);
        } else if (test->fake->in->len == 0) {
            break;
        }
    }
}

static void assert_out(const Test *test, const void *bytes, size_t len)
{
    g_assert_cmpmem(test->fake->out->data, test->fake->out->len, bytes, len);
}

/* Forget what has been sent, so that the next assert_out() is about what follows. */
static void forget_out(Test *test)
{
    g_byte_array_set_size(test->fake->out, 0);
}

static void open_it(Test *test)
{
    begin(test, NULL);
    come(test, REQUEST "\r\n", strlen(REQUEST "\r\n"));
    read_all(test);
    g_assert_no_error(test->error);
    assert_out(test, ANSWER, strlen(ANSWER));
    forget_out(test);
}

/* --- frames of a viewer ------------------------------------------------------------------- */

static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};

/* @first: FIN, reserved bits and opcode; @size: bytes of the length: 0, 2 or 8. */
static void add_frame(GByteArray *to, uint8_t first, unsigned size, const void *payload, size_t len)
{
    uint8_t head[14] = {first, 0x80 | (size == 8 ? 127 : size == 2 ? 126 : len)};

    for (unsigned i = 0; i < size; i++) {
        head[2 + i] = (uint64_t)len >> (8 * (size - 1 - i)) & 0xff;
    }
    memcpy(head + 2 + size, mask, 4);
    g_byte_array_append(to, head, 6 + size);
    for (size_t i = 0; i < len; i++) {
        uint8_t masked = ((const uint8_t *)payload)[i] ^ mask[i % 4];

        g_byte_array_append(to, &masked, 1);
    }
}

static GByteArray *random_bytes(size_t len)
{
    GByteArray *bytes = g_byte_array_sized_new(len);

    for (size_t i = 0; i < len; i++) {
        uint8_t byte = g_test_rand_int();

        g_byte_array_append(bytes, &byte, 1);
    }
    return bytes;
}

/* --- the request -------------------------------------------------------------------------- */

static void check_request(const char *request, const char *status, GPtrArray *origins)
{
    Test test;

    begin(&test, origins);
    come(&test, request, strlen(request));
    read_all(&test);
    g_assert_true(test.fake->out->len == 0 || !test.error);
    vnc_stream_close(test.stream);
    g_assert_true(test.fake->closed);
    g_byte_array_append(test.fake->out, (const uint8_t *)"", 1);
    if (!g_str_has_prefix((char *)test.fake->out->data, status)) {
        g_error("'%s' where '%s' was expected", test.fake->out->data, status);
    }
    g_assert_true((test.error == NULL) == g_str_has_prefix(status, "HTTP/1.1 101"));
    if (test.error) {
        g_assert_nonnull(strstr((char *)test.fake->out->data, "\r\nConnection: close\r\n"));
        g_assert_true(g_str_has_prefix(test.error->message, "no websocket: "));
    }
    end(&test);
}

static void test_requests(void)
{
    static const struct {
        const char *from, *to; /* replaced in REQUEST */
        int status;
    } cases[] = {
        {"", "", 101},
        {"/websockify", "/", 101},
        {"/websockify", "http://localhost/?a=b", 101},
        {"Upgrade: websocket", "uPGRADE:h2c , WebSocket", 101},
        {"keep-alive, Upgrade", "upgrade", 101},
        {"Host:", "X-Long:\t a b \r\nEmpty:\r\nHost:", 101},
        {"Host:", "Content-Length: 0\r\nHost:", 101},
        {"Host: localhost:5700", "hOsT:x", 101},
        {"GET", "POST", 405},
        {"GET", "get", 405},
        {"GET", "G(T", 400},
        {"GET ", "GET  ", 400},
        {"/websockify ", "", 400},
        {"HTTP/1.1", "HTTP/1.0", 400},
        {"HTTP/1.1", "HTTP/2", 400},
        {"HTTP/1.1", "HTTP/1.1 ", 400},
        {"HTTP/1.1", "FTP/1.1", 400},
        {"Host: localhost:5700\r\n", "", 400},
        {"localhost:5700", " ", 400},
        {"Host:", "Host: twice\r\nHost:", 400},
        {"Host:", "Host :", 400},
        {"Host:", " folded\r\nHost:", 400},
        {"Host:", ": nameless\r\nHost:", 400},
        {"Host:", "no colon\r\nHost:", 400},
        {"Host:", "Bare: \n feed\r\nHost:", 400},
        {"Host:", "Bare: \r return\r\nHost:", 400},
        {"Host:", "Content-Length: 5\r\nHost:", 400},
        {"Host:", "Transfer-Encoding: chunked\r\nHost:", 400},
        {"Upgrade: websocket\r\n", "", 426},
        {"Upgrade: websocket", "Upgrade: websockets", 426},
        {"Connection: keep-alive, Upgrade\r\n", "", 426},
        {"keep-alive, Upgrade", "keep-alive", 426},
        {"Version: 13", "Version: 8", 426},
        {"Sec-WebSocket-Version: 13\r\n", "", 426},
        {"Sec-WebSocket-Key: " KEY "\r\n", "", 400},
        {KEY, "", 400},
        {KEY, "dGhlIHNhbXBsZSBub25jZQ=", 400},
        {KEY, "dGhlIHNhbXBsZSBub25jZQaa", 400},
        {KEY, "dGhlIHNhbXBsZSBub25jZQ===", 400},
        {KEY,
         "dGhlIHNhbXBsZSB\x80"
         "b25jZQ==",
         400},
        {KEY, "dGhl IHNhbXBsZSBub25jZQ==", 400},
    };

    FOR_ROWS (i, cases) {
        g_auto(GStrv) parts = g_strsplit(REQUEST "\r\n", cases[i].from[0] ? cases[i].from : KEY, 2);
        g_autofree char *request = g_strjoinv(cases[i].from[0] ? cases[i].to : KEY, parts);
        g_autofree char *status = g_strdup_printf("HTTP/1.1 %d ", cases[i].status);

        g_assert_cmpuint(g_strv_length(parts), ==, 2);
        check_request(request, status, NULL);
    }
    check_request(REQUEST "\r\n", ANSWER, NULL);
    /* Other protocols show at their first byte. */
    check_request("\x16\x03\x01", "HTTP/1.1 400 ", NULL);
    check_request("\r\nGET", "HTTP/1.1 400 ", NULL);
}

/* As many lines as are looked at, and one more. */
static void test_many_lines(void)
{
    for (unsigned more = 0; more <= 1; more++) {
        g_autoptr(GString) request = g_string_new(REQUEST);
        unsigned lines = 0;

        for (const char *at = REQUEST; (at = strstr(at, "\r\n")); at += 2) {
            lines++;
        }
        for (; lines < VNC_WEBSOCKET_MAX_LINES + more; lines++) {
            g_string_append(request, "A:\r\n");
        }
        g_string_append(request, "\r\n");
        check_request(request->str, more ? "HTTP/1.1 431" : "HTTP/1.1 101", NULL);
    }
}

static void test_protocols(void)
{
    static const char binary[] = "\r\nSec-WebSocket-Protocol: binary\r\n\r\n";
    static const struct {
        const char *header;
        bool answered;
    } cases[] = {
        {"Sec-WebSocket-Protocol: binary", true},
        {"Sec-WebSocket-Protocol: base64 ,binary", true},
        {"Sec-WebSocket-Protocol: ,, base64,\t Binary \t,", true},
        {"Sec-WebSocket-Protocol: base64\r\nSec-WebSocket-Protocol: binary", true},
        {"Sec-WebSocket-Protocol: \v, \f", false},
        {"Sec-WebSocket-Protocol: base64", false},
        {"Sec-WebSocket-Protocol: binaryish", false},
        {"Sec-WebSocket-Protocol:", false},
    };

    FOR_ROWS (i, cases) {
        g_autofree char *request = g_strconcat(REQUEST, cases[i].header, "\r\n\r\n", NULL);
        VncBuffer in = {0}, out = {0};
        size_t searched = 0;

        vnc_buffer_append(&in, request, strlen(request));
        g_assert_cmpint(vnc_websocket_upgrade(&in, &searched, NULL, &out, NULL), ==,
                        VNC_UPGRADE_DONE);
        g_assert_true((memmem(vnc_buffer_bytes(&out), out.len, binary, strlen(binary)) != NULL) ==
                      cases[i].answered);
        vnc_buffer_clear(&in);
        vnc_buffer_clear(&out);
    }
}

static void test_origins(void)
{
    g_autoptr(GPtrArray) some = g_ptr_array_new();
    g_autoptr(GPtrArray) none = g_ptr_array_new();

    g_ptr_array_add(some, (void *)"https://example.org");
    g_ptr_array_add(some, (void *)"http://[::1]:8080");
    check_request(REQUEST "\r\n", "HTTP/1.1 101", some);
    check_request(REQUEST "Origin: https://EXAMPLE.org\r\n\r\n", "HTTP/1.1 101", some);
    check_request(REQUEST "Origin: http://[::1]:8080\r\n\r\n", "HTTP/1.1 101", some);
    check_request(REQUEST "Origin: http://example.org\r\n\r\n", "HTTP/1.1 403", some);
    check_request(REQUEST "Origin: https://example.org:444\r\n\r\n", "HTTP/1.1 403", some);
    check_request(REQUEST "Origin: https://example.org.evil.test\r\n\r\n", "HTTP/1.1 403", some);
    check_request(REQUEST "Origin: null\r\n\r\n", "HTTP/1.1 403", some);
    check_request(REQUEST "Origin:\r\n\r\n", "HTTP/1.1 403", some);
    check_request(REQUEST "Origin: a\x1b[31m\xff\r\n\r\n", "HTTP/1.1 403", some);
    check_request(REQUEST "Origin: a\r\nOrigin: https://example.org\r\n\r\n", "HTTP/1.1 400", some);
    check_request(REQUEST "Origin: null\r\n\r\n", "HTTP/1.1 101", none);
    check_request(REQUEST "Origin: null\r\n\r\n", "HTTP/1.1 101", NULL);
}

/* The longest request that is let in, one byte more, and one that never ends. */
static void test_long_requests(void)
{
    for (int more = -1; more <= 1; more++) {
        size_t filled = VNC_WEBSOCKET_MAX_REQUEST - strlen(REQUEST "A: \r\n\r\n") + more;
        g_autofree char *filler = g_strnfill(filled, 'x');
        g_autofree char *request = g_strconcat(REQUEST, "A: ", filler, "\r\n\r\n", NULL);

        g_assert_cmpuint(strlen(request), ==, VNC_WEBSOCKET_MAX_REQUEST + more);
        check_request(request, more <= 0 ? "HTTP/1.1 101" : "HTTP/1.1 431", NULL);
    }
    for (size_t piece = 1; piece < 100000; piece *= 7) {
        g_autofree char *endless = g_strnfill(200000, 'x');
        Test test;

        begin(&test, NULL);
        test.fake->piece = piece;
        come(&test, endless, 200000);
        read_all(&test);
        g_assert_error(test.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
        g_assert_cmpuint(test.fake->in->len, >=,
                         200000 - VNC_WEBSOCKET_MAX_REQUEST - VNC_LAYER_CHUNK);
        end(&test);
    }
}

/* Nothing is written before the websocket is open, and nothing is waited for in vain. */
static void test_before_it_is_open(void)
{
    g_autoptr(GError) error = NULL;
    Test test;

    begin(&test, NULL);
    vnc_stream_watch(test.stream, G_IO_IN | G_IO_OUT);
    g_assert_cmpint(test.fake->watched, ==, G_IO_IN);
    g_assert_cmpint(vnc_stream_write(test.stream, "RFB", 3, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    g_assert_cmpint(test.fake->watched, ==, G_IO_IN);
    come(&test, REQUEST, strlen(REQUEST));
    read_all(&test);
    assert_out(&test, "", 0);
    come(&test, "\r\n", 2);
    read_all(&test);
    assert_out(&test, ANSWER, strlen(ANSWER));
    g_assert_cmpint(test.fake->watched, ==, G_IO_IN | G_IO_OUT);
    forget_out(&test);
    g_assert_cmpint(vnc_stream_write(test.stream, "RFB", 3, NULL), ==, 3);
    assert_out(&test, "\x82\x03RFB", 5);
    end(&test);

    /* A viewer that goes before leaves nothing behind, and is told nothing. */
    begin(&test, NULL);
    come(&test, REQUEST, 20);
    read_all(&test);
    vnc_stream_close(test.stream);
    assert_out(&test, "", 0);
    end(&test);
}

/* --- what comes --------------------------------------------------------------------------- */

/* All that is allowed in one conversation. @plain: what is to be read of it; @answers: sent. */
static GByteArray *legal_frames(GByteArray *plain, GByteArray *answers)
{
    static const struct {
        uint8_t first;
        unsigned size;
        const char *payload;
    } frames[] = {
        {0x82, 0, "RFB 003.008\n"},
        {0x82, 0, ""},
        {0x82, 2, "longer than need be"},
        {0x82, 8, "by far"},
        {0x02, 0, "a"},
        {0x00, 0, "message"},
        {0x89, 0, "ping between"},
        {0x00, 2, " in"},
        {0x8a, 0, "not asked for"},
        {0x00, 0, ""},
        {0x80, 0, " four"},
        {0x02, 0, ""},
        {0x89, 0, ""},
        {0x80, 8, ""},
        {0x82, 0, "tail: 1234567890123456789"},
    };
    GByteArray *wire = g_byte_array_new();

    FOR_ROWS (i, frames) {
        const uint8_t *payload = (const uint8_t *)frames[i].payload;
        size_t len = strlen(frames[i].payload);

        add_frame(wire, frames[i].first, frames[i].size, payload, len);
        if (frames[i].first == 0x89) {
            const uint8_t pong[2] = {0x8a, (uint8_t)len};

            g_byte_array_append(answers, pong, 2);
            g_byte_array_append(answers, payload, len);
        } else if (frames[i].first != 0x8a) {
            g_byte_array_append(plain, payload, len);
        }
    }
    return wire;
}

static void test_legal(void)
{
    g_autoptr(GByteArray) plain = g_byte_array_new();
    g_autoptr(GByteArray) answers = g_byte_array_new();
    g_autoptr(GByteArray) frames = legal_frames(plain, answers);
    g_autoptr(GByteArray) wire = g_byte_array_new();
    g_autoptr(GByteArray) sent = g_byte_array_new();

    g_byte_array_append(wire, (const uint8_t *)REQUEST "\r\n", strlen(REQUEST "\r\n"));
    g_byte_array_append(wire, frames->data, frames->len);
    g_byte_array_append(sent, (const uint8_t *)ANSWER, strlen(ANSWER));
    g_byte_array_append(sent, answers->data, answers->len);
    for (size_t cut = 0; cut <= wire->len; cut++) {
        Test test;

        begin(&test, NULL);
        come(&test, wire->data, cut);
        read_all(&test);
        come(&test, wire->data + cut, wire->len - cut);
        read_all(&test);
        g_assert_no_error(test.error);
        g_assert_cmpmem(test.plain->data, test.plain->len, plain->data, plain->len);
        /* Pings that came in one piece share an answer: to the last one. */
        g_assert_cmpmem(test.fake->out->data + test.fake->out->len - 2, 2, "\x8a\0", 2);
        end(&test);
    }
    for (size_t piece = 1; piece <= 64; piece++) {
        Test test;

        begin(&test, NULL);
        test.fake->piece = piece;
        come(&test, wire->data, wire->len);
        read_all(&test);
        g_assert_no_error(test.error);
        g_assert_cmpmem(test.plain->data, test.plain->len, plain->data, plain->len);
        if (piece <= 16) {
            assert_out(&test, sent->data, sent->len);
        }
        end(&test);
    }
}

static void test_lengths(void)
{
    static const size_t lengths[] = {0, 1, 7, 8, 9, 125, 126, 127, 65535, 65536, 65537, 300000};

    FOR_ROWS (i, lengths) {
        size_t len = lengths[i];
        g_autoptr(GByteArray) payload = random_bytes(len);

        for (size_t piece = 61; piece < SIZE_MAX / 1001; piece *= 1001) {
            Test test;

            open_it(&test);
            test.fake->piece = piece;
            add_frame(test.fake->in, 0x82,
                      len <= 125     ? 0
                      : len <= 65535 ? 2
                                     : 8,
                      payload->data, len);
            add_frame(test.fake->in, 0x82, 0, "end", 3);
            g_byte_array_append(payload, (const uint8_t *)"end", 3);
            read_all(&test);
            g_assert_no_error(test.error);
            g_assert_cmpmem(test.plain->data, test.plain->len, payload->data, payload->len);
            g_byte_array_set_size(payload, len);
            end(&test);
        }
    }
}

/* The longest frame is never held as a whole, and a longer one is not begun. */
static void test_longest(void)
{
    static const uint8_t longest[] = {0x82, 0xff, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};
    g_autofree uint8_t *zeroes = g_malloc0(65536);
    size_t seen = 0;
    Test test;

    open_it(&test);
    come(&test, longest, sizeof(longest));
    for (int i = 0; i < 256; i++) {
        come(&test, zeroes, 65536);
        read_all(&test);
        g_assert_no_error(test.error);
        seen += test.plain->len;
        g_byte_array_set_size(test.plain, 0);
        g_assert_cmpuint(((VncLayer *)test.stream)->plain.capacity, <=, 2 * VNC_LAYER_CHUNK);
        g_assert_cmpuint(((VncLayer *)test.stream)->in.capacity, <=, 2 * VNC_LAYER_CHUNK);
    }
    g_assert_cmpuint(seen, ==, VNC_WEBSOCKET_MAX_FRAME);
    add_frame(test.fake->in, 0x82, 0, "next", 4);
    read_all(&test);
    g_assert_cmpmem(test.plain->data, test.plain->len, "next", 4);
    end(&test);
}

#define BYTES(text) (const uint8_t *)text, sizeof(text) - 1

static void test_illegal(void)
{
    static const struct {
        const char *what;
        const uint8_t *bytes;
        size_t len;
        unsigned code;
    } cases[] = {
        {"not masked", BYTES("\x82\x01"), 1002},
        {"first reserved bit", BYTES("\xc2\x81"), 1002},
        {"second reserved bit", BYTES("\xa2\x81"), 1002},
        {"third reserved bit", BYTES("\x92\x81"), 1002},
        {"opcode 3", BYTES("\x83\x81"), 1002},
        {"opcode 7", BYTES("\x87\x81"), 1002},
        {"opcode 11", BYTES("\x8b\x81"), 1002},
        {"opcode 15", BYTES("\x8f\x81"), 1002},
        {"text", BYTES("\x81\x81"), 1003},
        {"text in fragments", BYTES("\x01\x81"), 1003},
        {"continuation of nothing", BYTES("\x80\x81"), 1002},
        {"continuation after an end", BYTES("\x02\x80\0\0\0\0\x80\x80\0\0\0\0\x80\x80"), 1002},
        {"message within a message", BYTES("\x02\x80\0\0\0\0\x82\x80"), 1002},
        {"text within a message", BYTES("\x02\x80\0\0\0\0\x81\x80"), 1003},
        {"long ping", BYTES("\x89\xfe"), 1002},
        {"longer ping", BYTES("\x89\xff"), 1002},
        {"ping in fragments", BYTES("\x09\x80"), 1002},
        {"pong in fragments", BYTES("\x0a\x80"), 1002},
        {"close in fragments", BYTES("\x08\x80"), 1002},
        {"long close", BYTES("\x88\xfe"), 1002},
        {"top bit", BYTES("\x82\xff\x80\0\0\0\0\0\0\1\0\0\0\0"), 1002},
        {"16 MiB + 1", BYTES("\x82\xff\0\0\0\0\1\0\0\1\0\0\0\0"), 1009},
        {"2^63 - 1", BYTES("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"), 1009},
        {"close with half a code", BYTES("\x88\x81\0\0\0\0\x03"), 1002},
        {"close with 999", BYTES("\x88\x82\0\0\0\0\x03\xe7"), 1002},
        {"close with 1005", BYTES("\x88\x82\0\0\0\0\x03\xed"), 1002},
        {"close with 5000", BYTES("\x88\x82\0\0\0\0\x13\x88"), 1002},
    };

    FOR_ROWS (i, cases) {
        for (size_t piece = 1; piece <= 100; piece += 99) {
            const uint8_t close[] = {0x88, 2, cases[i].code >> 8, cases[i].code & 0xff};
            g_autoptr(GError) error = NULL;
            Test test;

            g_test_message("%s", cases[i].what);
            open_it(&test);
            test.fake->piece = piece;
            come(&test, cases[i].bytes, cases[i].len);
            read_all(&test);
            g_assert_error(test.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
            vnc_stream_close(test.stream);
            assert_out(&test, close, sizeof(close));
            g_assert_cmpint(vnc_stream_write(test.stream, "late", 4, &error), ==, -1);
            g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED);
            end(&test);
        }
    }
}

static void check_close(const uint8_t *payload, size_t len, const uint8_t *answer,
                        size_t answer_len)
{
    Test test;

    open_it(&test);
    add_frame(test.fake->in, 0x82, 0, "last", 4);
    add_frame(test.fake->in, 0x88, 0, payload, len);
    add_frame(test.fake->in, 0x82, 0, "after", 5);
    read_all(&test);
    g_assert_no_error(test.error);
    g_assert_true(test.ended);
    g_assert_cmpmem(test.plain->data, test.plain->len, "last", 4);
    vnc_stream_close(test.stream);
    assert_out(&test, answer, answer_len);
    end(&test);
}

static void test_close(void)
{
    Test test;

    check_close(BYTES(""), BYTES("\x88\0"));
    check_close(BYTES("\x03\xe8"), BYTES("\x88\x02\x03\xe8"));
    check_close(BYTES("\x03\xe9why"), BYTES("\x88\x02\x03\xe9"));
    check_close(BYTES("\x0f\xa0"), BYTES("\x88\x02\x0f\xa0"));
    /* When we are the first to close. */
    open_it(&test);
    vnc_stream_close(test.stream);
    assert_out(&test, "\x88\x02\x03\xe8", 4);
    g_assert_true(test.fake->closed);
    end(&test);
}

/* --- what goes ---------------------------------------------------------------------------- */

/* Take @sent apart: data goes to @plain, control frames, as they are, to @control. Complete frames
 * only. */
static void take_apart(const GByteArray *sent, GByteArray *plain, GByteArray *control)
{
    for (size_t at = 0; at < sent->len;) {
        const uint8_t *bytes = sent->data + at;
        size_t head = bytes[1] == 126 ? 4 : 2;
        size_t len = bytes[1] == 126 ? (size_t)bytes[2] << 8 | bytes[3] : bytes[1];

        g_assert_cmpuint(bytes[1], <=, 126);
        g_assert_true(head == 2 || len > 125);
        g_assert_cmpuint(at + head + len, <=, sent->len);
        if (bytes[0] == 0x82) {
            g_byte_array_append(plain, bytes + head, len);
        } else {
            g_byte_array_append(control, bytes, head + len);
        }
        at += head + len;
    }
}

/* Write as VncState does: what is left comes again, in portions of any size. */
static void write_all(Test *test, const GByteArray *bytes, size_t room, size_t portion)
{
    size_t at = 0;
    unsigned blocked = 0;

    while (at < bytes->len) {
        g_autoptr(GError) error = NULL;
        size_t most = portion ? portion : 1 + g_test_rand_int() % 200000u;
        size_t asked = MIN(bytes->len - at, most);
        gssize n = vnc_stream_write(test->stream, bytes->data + at, asked, &error);

        if (n < 0) {
            g_assert_error(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
            /* Not so many that their answers are all that gets through. */
            if (blocked++ % 16 == 0) {
                add_frame(test->fake->in, 0x89, 0, "ping", 4);
                read_all(test);
            }
            test->fake->room = room;
        } else {
            g_assert_cmpint(n, >, 0);
            g_assert_cmpuint(n, <=, asked);
            at += n;
        }
    }
    test->fake->room = SIZE_MAX;
    vnc_layer_flush((VncLayer *)test->stream, NULL);
}

/* Pongs stand between frames only, whatever the stream below takes. */
static void test_portions(void)
{
    static const size_t rooms[] = {1, 2, 3, 5, 1000, 4095, 4100, 65536, 100001};

    FOR_ROWS (i, rooms) {
        for (int random = 0; random <= 1; random++) {
            g_autoptr(GByteArray) bytes = random_bytes(rooms[i] < 10 ? 9000 : 400000);
            g_autoptr(GByteArray) plain = g_byte_array_new();
            g_autoptr(GByteArray) control = g_byte_array_new();
            Test test;

            open_it(&test);
            test.fake->room = rooms[i];
            write_all(&test, bytes, rooms[i], random ? 0 : 1000000);
            take_apart(test.fake->out, plain, control);
            g_assert_cmpmem(plain->data, plain->len, bytes->data, bytes->len);
            g_assert_cmpuint(control->len, >, 0);
            g_assert_cmpuint(control->data[0], ==, 0x8a);
            end(&test);
        }
    }
}

static void test_sizes(void)
{
    static const size_t sizes[] = {1, 125, 126, 4096, 4097, 65535, 65536, 1000000};

    FOR_ROWS (i, sizes) {
        g_autoptr(GByteArray) bytes = random_bytes(sizes[i]);
        g_autoptr(GByteArray) plain = g_byte_array_new();
        g_autoptr(GByteArray) control = g_byte_array_new();
        gssize n;
        Test test;

        open_it(&test);
        n = vnc_stream_write(test.stream, bytes->data, bytes->len, NULL);
        g_assert_cmpint(n, ==, MIN(bytes->len, VNC_WEBSOCKET_MAX_SENT));
        take_apart(test.fake->out, plain, control);
        g_assert_cmpmem(plain->data, plain->len, bytes->data, n);
        g_assert_cmpuint(control->len, ==, 0);
        end(&test);
    }
}

/* A viewer that pings and does not read makes nothing grow, and gets the last answer in the end. */
static void test_pings_not_read(void)
{
    g_autoptr(GByteArray) plain = g_byte_array_new();
    g_autoptr(GByteArray) control = g_byte_array_new();
    g_autoptr(GByteArray) last = g_byte_array_new();
    Test test;

    open_it(&test);
    test.fake->room = 3;
    vnc_stream_watch(test.stream, G_IO_IN);
    for (unsigned i = 0; i < 1000; i++) {
        char text[101];

        g_snprintf(text, sizeof(text), "%0100u", i);
        add_frame(test.fake->in, 0x89, 0, text, 100);
        read_all(&test);
        if (i == 999) {
            g_byte_array_append(last, (const uint8_t *)text, 100);
        }
        g_assert_cmpuint(((VncLayer *)test.stream)->out.len, <=, 102);
    }
    g_assert_cmpint(test.fake->watched, ==, G_IO_IN | G_IO_OUT);
    test.fake->room = SIZE_MAX;
    test.fake->stream.ready(test.fake->stream.ready_opaque, G_IO_OUT);
    g_assert_cmpint(test.fake->watched, ==, G_IO_IN);
    take_apart(test.fake->out, plain, control);
    g_assert_cmpuint(control->len, ==, 2 * 102);
    g_assert_cmpmem(control->data + 104, 100, last->data, 100);
    end(&test);
}

/* A close that comes within a frame of ours is answered behind it. */
static void test_close_within_a_frame(void)
{
    g_autoptr(GByteArray) bytes = random_bytes(50000);
    g_autoptr(GByteArray) plain = g_byte_array_new();
    g_autoptr(GByteArray) control = g_byte_array_new();
    gssize n;
    Test test;

    open_it(&test);
    test.fake->room = 10000;
    n = vnc_stream_write(test.stream, bytes->data, bytes->len, NULL);
    g_assert_cmpint(n, ==, 10000 - 4);
    add_frame(test.fake->in, 0x89, 0, "ping", 4);
    add_frame(test.fake->in, 0x88, 0, "\x03\xe8", 2);
    read_all(&test);
    g_assert_true(test.ended);
    g_assert_cmpuint(test.fake->out->len, ==, 10000);
    test.fake->room = SIZE_MAX;
    g_assert_cmpint(vnc_stream_write(test.stream, bytes->data + n, 1, NULL), ==, 1);
    g_assert_cmpint(vnc_stream_write(test.stream, bytes->data + n + 1, bytes->len - n - 1, NULL),
                    ==, bytes->len - n - 1);
    take_apart(test.fake->out, plain, control);
    g_assert_cmpmem(plain->data, plain->len, bytes->data, bytes->len);
    g_assert_cmpmem(control->data, control->len, "\x8a\x04ping\x88\x02\x03\xe8", 10);
    g_assert_cmpint(vnc_stream_write(test.stream, "late", 4, NULL), ==, -1);
    vnc_stream_close(test.stream);
    end(&test);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/websocket/requests", test_requests);
    g_test_add_func("/websocket/protocols", test_protocols);
    g_test_add_func("/websocket/origins", test_origins);
    g_test_add_func("/websocket/long-requests", test_long_requests);
    g_test_add_func("/websocket/many-lines", test_many_lines);
    g_test_add_func("/websocket/before-it-is-open", test_before_it_is_open);
    g_test_add_func("/websocket/legal", test_legal);
    g_test_add_func("/websocket/lengths", test_lengths);
    g_test_add_func("/websocket/longest", test_longest);
    g_test_add_func("/websocket/illegal", test_illegal);
    g_test_add_func("/websocket/close", test_close);
    g_test_add_func("/websocket/portions", test_portions);
    g_test_add_func("/websocket/sizes", test_sizes);
    g_test_add_func("/websocket/pings-not-read", test_pings_not_read);
    g_test_add_func("/websocket/close-within-a-frame", test_close_within_a_frame);
    return g_test_run();
}
