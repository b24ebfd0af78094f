/*
 * A viewer's login, over a stream whose both ends the test holds.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread; no server, no socket. Timers belong to the test's own main context, and are due when
 * the test says so. Where a security type's actions matter, the test plays the security type.
 */
#include "tests/lib/fake-stream.h"
#include "tests/lib/rows.h"
#include "ui/client/login.h"

/* libvncclient's; its header does not go with all of ours. */
extern void rfbClientEncryptBytes(unsigned char *bytes, char *password);

#define GREETING 12 /* bytes */

typedef struct Fixture {
    VncClientContext context;
    VncOptions options;
    VncPasswords passwords;
    VncOutput output;
    FakeStream *fake;
    VncWire wire;
    VncLoginFlow flow;
    unsigned happened;   /* calls */
    const char *not_now; /* what guess() says */
    unsigned guesses, guessed;
    VncGuessResult result; /* of the last guess */
    /* of the test's security type */
    VncAuthResult steps[4]; /* what each step comes to */
    unsigned step, upgrades, cleared;
    const char *says; /* by the first step */
    bool leaves;      /* the viewer, within the first step */
} Fixture;

static const char *on_guess(void *server, VncState *vs)
{
    Fixture *f = server;

    (void)vs;
    f->guesses++;
    return f->not_now;
}

static void on_guessed(void *server, VncState *vs, VncGuessResult result, const char *user)
{
    Fixture *f = server;

    (void)vs;
    g_assert_null(user);
    f->guessed++;
    f->result = result;
}

static const VncClientOps client_ops = {.guess = on_guess, .guessed = on_guessed};

static void happened(void *opaque)
{
    ((Fixture *)opaque)->happened++;
}

static void wire_ready(void *opaque, GIOCondition condition)
{
    (void)opaque;
    (void)condition;
}

static void setup(Fixture *f, gconstpointer data)
{
    (void)data;
    *f = (Fixture){.options = {.login_bytes = 100}};
    f->context = (VncClientContext){
        .ops = &client_ops,
        .server = f,
        .options = &f->options,
        .main_context = g_main_context_new(),
        .login = {.settings = vnc_auth_settings_new(), .passwords = &f->passwords},
    };
    vnc_passwords_init(&f->passwords);
    vnc_output_init(&f->output);
    f->fake = fake_stream_new();
    vnc_wire_init(&f->wire, &f->context, &f->fake->stream, &f->output, wire_ready, f);
}

static void teardown(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_login_flow_end(&f->flow);
    vnc_login_flow_clear(&f->flow);
    vnc_wire_clear(&f->wire);
    vnc_output_clear(&f->output);
    vnc_passwords_clear(&f->passwords);
    vnc_auth_settings_unref(f->context.login.settings);
    g_main_context_unref(f->context.main_context);
}

/* @password: NULL: everybody gets in */
static void begin(Fixture *f, const char *password)
{
    if (password) {
        f->context.login.settings->password = true;
        f->context.login.settings->vnc_auth = true;
        vnc_passwords_set(&f->passwords.full, password);
    }
    vnc_login_flow_begin(&f->flow, &f->context, &f->wire, happened, f);
    vnc_wire_flush(&f->wire, SIZE_MAX);
    g_assert_cmpmem(f->fake->out->data, f->fake->out->len, "RFB 003.008\n", GREETING);
    g_byte_array_set_size(f->fake->out, 0);
}

/* The viewer says @bytes, and the flow goes as far as that allows. */
static VncLoginOutcome say(Fixture *f, const void *bytes, size_t len)
{
    VncLoginOutcome outcome;
    size_t read;

    g_byte_array_append(f->fake->in, bytes, len);
    while (vnc_wire_read(&f->wire, 100, &read) == VNC_WIRE_BYTES) {
    }
    outcome = vnc_login_flow_advance(&f->flow);
    vnc_wire_flush(&f->wire, SIZE_MAX);
    return outcome;
}

/* Byte by byte, of which none but the last ends it. */
static VncLoginOutcome say_slowly(Fixture *f, const void *bytes, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++) {
        g_assert_cmpint(say(f, (const uint8_t *)bytes + i, 1), ==, VNC_LOGIN_MORE);
    }
    return say(f, (const uint8_t *)bytes + len - 1, 1);
}

static VncLoginOutcome go_on(Fixture *f)
{
    return say(f, NULL, 0);
}

static void expect(Fixture *f, const void *bytes, size_t len)
{
    g_assert_cmpmem(f->fake->out->data, f->fake->out->len, bytes, len);
    g_byte_array_set_size(f->fake->out, 0);
}

/* SecurityResult: failed; with a reason by RFB 3.8. */
static void expect_refusal(Fixture *f, const char *reason)
{
    size_t len = reason ? strlen(reason) : 0;
    const uint8_t *out = f->fake->out->data;

    g_assert_cmpuint(f->fake->out->len, ==, reason ? 8 + len : 4);
    g_assert_cmpuint(vnc_get_u32(out), ==, 1);
    if (reason) {
        g_assert_cmpuint(vnc_get_u32(out + 4), ==, len);
        g_assert_cmpmem(out + 8, len, reason, len);
    }
    g_byte_array_set_size(f->fake->out, 0);
}

static void expect_failure(Fixture *f, VncLoginOutcome outcome, const char *fault)
{
    g_assert_cmpint(outcome, ==, VNC_LOGIN_FAILED);
    g_assert_cmpstr(f->flow.fault, ==, fault);
    /* For good. */
    g_assert_cmpint(say(f, "\1", 1), ==, VNC_LOGIN_FAILED);
    g_assert_cmpuint(f->fake->out->len, ==, 0);
}

/* Up to the challenge; the viewer's answer goes to @answer. */
static void get_challenge(Fixture *f, int minor, const char *password, uint8_t answer[16])
{
    g_autofree char *version = g_strdup_printf("RFB 003.00%d\n", minor);
    g_autofree char *copy = g_strdup(password);

    g_assert_cmpint(say_slowly(f, version, GREETING), ==, VNC_LOGIN_MORE);
    if (minor == 3) {
        g_assert_cmpuint(f->fake->out->len, ==, 4 + 16);
        g_assert_cmpuint(vnc_get_u32(f->fake->out->data), ==, VNC_SECURITY_VNC);
        g_byte_array_remove_range(f->fake->out, 0, 4);
    } else {
        expect(f, "\1\2", 2);
        g_assert_cmpuint(vnc_login_flow_progress(&f->flow), ==, 1);
        g_assert_cmpint(say(f, "\2", 1), ==, VNC_LOGIN_MORE);
    }
    g_assert_cmpuint(f->fake->out->len, ==, 16);
    memcpy(answer, f->fake->out->data, 16);
    g_byte_array_set_size(f->fake->out, 0);
    rfbClientEncryptBytes(answer, copy);
    g_assert_cmpuint(vnc_login_flow_progress(&f->flow), ==, 2);
    g_assert_cmpuint(f->guesses, ==, 0);
}

/* ClientInit, and what is said behind it already. */
static void get_in(Fixture *f, bool shared)
{
    const uint8_t bytes[] = {shared, 7, 7, 7};

    g_assert_cmpint(f->flow.handshake.state, ==, VNC_HANDSHAKE_CLIENT_INIT);
    g_assert_cmpuint(vnc_login_flow_progress(&f->flow), ==, 3);
    g_assert_false(vnc_login_flow_is_deaf(&f->flow));
    g_assert_cmpint(say(f, bytes, sizeof(bytes)), ==, VNC_LOGIN_ADMITTED);
    g_assert_true(f->flow.handshake.shared == shared);
    g_assert_cmpuint(f->wire.input.len, ==, 3);
    g_assert_cmpuint(f->fake->out->len, ==, 0);
    g_assert_null(f->flow.fault);
    vnc_login_flow_done(&f->flow);
    g_assert_null(f->flow.timer);
    g_assert_cmpint(vnc_login_flow_advance(&f->flow), ==, VNC_LOGIN_MORE);
}

static void test_none(Fixture *f, gconstpointer data)
{
    int minor = GPOINTER_TO_INT(data);
    g_autofree char *version = g_strdup_printf("RFB 003.00%d\n", minor);

    f->options.login_timeout = 3600;
    begin(f, NULL);
    g_assert_nonnull(f->flow.timer);
    g_assert_cmpint(say_slowly(f, version, GREETING), ==, VNC_LOGIN_MORE);
    if (minor == 3) {
        expect(f, "\0\0\0\1", 4);
    } else {
        expect(f, "\1\1", 2);
        g_assert_cmpint(say(f, "\1", 1), ==, VNC_LOGIN_MORE);
        expect(f, "\0\0\0\0", minor == 8 ? 4 : 0);
    }
    get_in(f, minor == 7);
    g_assert_cmpuint(f->guesses, ==, 0);
}

static void test_password(Fixture *f, gconstpointer data)
{
    uint8_t answer[16];

    begin(f, "secret");
    get_challenge(f, GPOINTER_TO_INT(data), "secret", answer);
    g_assert_cmpint(say_slowly(f, answer, 16), ==, VNC_LOGIN_MORE);
    expect(f, "\0\0\0\0", 4);
    g_assert_cmpuint(f->guesses, ==, 1);
    g_assert_cmpuint(f->guessed, ==, 1);
    g_assert_cmpint(f->result, ==, VNC_GUESS_RIGHT);
    get_in(f, true);
}

static void test_wrong(Fixture *f, gconstpointer data)
{
    int minor = GPOINTER_TO_INT(data);
    uint8_t answer[16];
    VncLoginOutcome outcome;

    begin(f, "secret");
    get_challenge(f, minor, "Secret", answer);
    outcome = say_slowly(f, answer, 16);
    expect_refusal(f, minor == 8 ? "Wrong password" : NULL);
    g_assert_cmpuint(f->guessed, ==, 1);
    g_assert_cmpint(f->result, ==, VNC_GUESS_WRONG);
    expect_failure(f, outcome, "security type 2: Wrong password");
    g_assert_cmpuint(f->guessed, ==, 1);
}

/* Whoever may only look has not guessed the password that counts. */
static void test_view_only(Fixture *f, gconstpointer data)
{
    uint8_t answer[16];

    (void)data;
    vnc_passwords_set(&f->passwords.view_only, "look");
    begin(f, "secret");
    get_challenge(f, 8, "look", answer);
    g_assert_cmpint(say(f, answer, 16), ==, VNC_LOGIN_MORE);
    expect(f, "\0\0\0\0", 4);
    g_assert_cmpint(f->result, ==, VNC_GUESS_NEITHER);
    g_assert_cmpuint(f->guessed, ==, 1);
    g_assert_true(f->flow.login.view_only);
    get_in(f, true);
}

static void fire(Fixture *f)
{
    g_assert_nonnull(f->flow.timer);
    g_source_set_ready_time(f->flow.timer, 0);
    while (g_main_context_iteration(f->context.main_context, FALSE)) {
    }
    g_assert_null(f->flow.timer);
}

/* The answer to a wrong password comes late, and the viewer is not listened to until then. */
static void test_held_back(Fixture *f, gconstpointer data)
{
    uint8_t answer[16];

    (void)data;
    f->options.login_delay_ms = 3600 * 1000;
    begin(f, "secret");
    get_challenge(f, 8, "guess", answer);
    g_assert_cmpint(say(f, answer, 16), ==, VNC_LOGIN_MORE);
    g_assert_cmpuint(f->fake->out->len, ==, 0);
    g_assert_cmpint(f->result, ==, VNC_GUESS_WRONG);
    g_assert_true(vnc_login_flow_is_deaf(&f->flow));
    g_assert_false(vnc_login_flow_may_read(&f->flow));
    g_assert_cmpuint(vnc_login_flow_progress(&f->flow), ==, 0);
    g_assert_cmpint(say(f, "\1", 1), ==, VNC_LOGIN_MORE);
    g_assert_cmpuint(f->fake->out->len, ==, 0);
    g_assert_cmpuint(f->happened, ==, 0);
    fire(f);
    g_assert_cmpuint(f->happened, ==, 1);
    g_assert_false(vnc_login_flow_is_deaf(&f->flow));
    vnc_wire_flush(&f->wire, SIZE_MAX);
    expect_refusal(f, "Wrong password");
    expect_failure(f, go_on(f), "security type 2: Wrong password");
    g_assert_cmpuint(f->guessed, ==, 1);
}

/* One that has been held back leaves: nothing happens any more. */
static void test_held_back_left(Fixture *f, gconstpointer data)
{
    uint8_t answer[16];

    (void)data;
    f->options.login_delay_ms = 3600 * 1000;
    begin(f, "secret");
    get_challenge(f, 8, "guess", answer);
    say(f, answer, 16);
    vnc_login_flow_end(&f->flow);
    g_assert_null(f->flow.timer);
    g_assert_null(f->flow.auth);
    g_assert_cmpuint(f->guessed, ==, 1);
    g_assert_cmpint(go_on(f), ==, VNC_LOGIN_MORE);
    g_assert_cmpuint(f->fake->out->len, ==, 0);
}

/* The server lets nobody guess now: that is no guess, and is said at once. */
static void test_not_now(Fixture *f, gconstpointer data)
{
    uint8_t answer[16];
    VncLoginOutcome outcome;

    (void)data;
    f->options.login_delay_ms = 3600 * 1000;
    f->not_now = "Too many";
    begin(f, "secret");
    get_challenge(f, 8, "secret", answer);
    outcome = say(f, answer, 16);
    expect_refusal(f, "Too many");
    g_assert_cmpuint(f->guesses, ==, 1);
    g_assert_cmpuint(f->guessed, ==, 0);
    expect_failure(f, outcome, "security type 2: Too many");
}

static void test_rejected(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *name, *refusal, *said, *reason, *fault;
        unsigned at; /* the reason begins there in the answer */
    } cases[] = {
        {"kept out", "Come later", "RFB 003.008\n", "Come later", "Come later", 5},
        {"kept out of 3.3", "Come later", "RFB 003.003\n", "Come later", "Come later", 8},
        {"a future version", NULL, "RFB 009.000\n",
         "RFB 9.0 is not supported: this server speaks 3.3, 3.7 and 3.8",
         "RFB version 9.0, allowed are 3.3, 3.4, 3.5, 3.7 and 3.8", 5},
        {"no version", NULL, "GET", "This is a VNC server: RFB ProtocolVersion expected",
         "\"GET\" is no ProtocolVersion, expected is \"RFB xxx.yyy\\n\"", 8},
        {"not offered", NULL, "RFB 003.008\n\2", "Security type 2 was not offered",
         "the viewer chose security type 2, which was not offered", 10},
    };

    (void)data;
    FOR_ROWS (i, cases) {
        VncLoginOutcome outcome;
        size_t len = strlen(cases[i].reason);

        g_test_message("%s", cases[i].name);
        f->context.login.refusal = cases[i].refusal;
        begin(f, NULL);
        outcome = say(f, cases[i].said, strlen(cases[i].said));
        g_assert_cmpuint(f->fake->out->len, ==, cases[i].at + len);
        g_assert_cmpmem(f->fake->out->data + cases[i].at, len, cases[i].reason, len);
        g_byte_array_set_size(f->fake->out, 0);
        expect_failure(f, outcome, cases[i].fault);
        teardown(f, NULL);
        setup(f, NULL);
    }
    begin(f, NULL);
}

/* --- time --- */

static void test_too_late(Fixture *f, gconstpointer data)
{
    (void)data;
    f->options.login_timeout = 3600;
    begin(f, "secret");
    say(f, "RFB 003.008\n", GREETING);
    expect(f, "\1\2", 2);
    fire(f);
    g_assert_cmpuint(f->happened, ==, 1);
    expect_failure(f, go_on(f), "has not logged in within login-timeout=");
}

/* Whom a security type waits for is told by it. */
static void test_too_late_to_answer(Fixture *f, gconstpointer data)
{
    uint8_t answer[16];

    (void)data;
    f->options.login_timeout = 3600;
    begin(f, "secret");
    get_challenge(f, 8, "secret", answer);
    fire(f);
    g_assert_cmpuint(f->happened, ==, 1);
    vnc_wire_flush(&f->wire, SIZE_MAX);
    expect_refusal(f, "The login has taken too long");
    expect_failure(f, go_on(f), "security type 2: The login has taken too long");
    g_assert_cmpuint(f->guesses, ==, 0);
}

static void test_no_timeout(Fixture *f, gconstpointer data)
{
    (void)data;
    begin(f, NULL);
    g_assert_null(f->flow.timer);
}

/* --- a security type of the test's own --- */

typedef struct TestAuth {
    VncAuth auth;
    Fixture *f;
} TestAuth;

static VncAuthResult test_step(VncAuth *auth)
{
    Fixture *f = ((TestAuth *)auth)->f;
    unsigned step = f->step++;

    g_assert_cmpuint(step, <, G_N_ELEMENTS(f->steps));
    if (step == 0) {
        /* Once or several times: it is one guess. */
        g_assert_true(vnc_auth_begin_guess(auth));
        g_assert_true(vnc_auth_begin_guess(auth));
        g_assert_cmpuint(f->guesses, ==, 1);
        if (f->says) {
            vnc_buffer_append(auth->login->out, f->says, strlen(f->says));
        }
        if (f->leaves) {
            vnc_login_flow_end(&f->flow);
            g_assert_cmpuint(f->cleared, ==, 0);
        }
    }
    return f->steps[step];
}

static VncStream *test_upgrade(VncAuth *auth, VncStream *lower)
{
    ((TestAuth *)auth)->f->upgrades++;
    return lower;
}

static void test_clear(VncAuth *auth)
{
    ((TestAuth *)auth)->f->cleared++;
}

static const VncAuthType test_type = {
    .number = VNC_SECURITY_NONE,
    .name = "test",
    .size = sizeof(TestAuth),
    .step = test_step,
    .upgrade = test_upgrade,
    .clear = test_clear,
};

/* The test's type has the word, with so much behind its number. */
static VncLoginOutcome choose(Fixture *f, const char *behind)
{
    g_autofree char *said = g_strdup_printf("RFB 003.008\n\1%s", behind);
    VncLoginOutcome outcome;

    begin(f, NULL);
    f->flow.auth = vnc_auth_new(&test_type, &f->flow.login);
    ((TestAuth *)f->flow.auth)->f = f;
    outcome = say(f, said, strlen(said));
    g_assert_cmpuint(f->fake->out->len, >=, 2);
    g_byte_array_remove_range(f->fake->out, 0, 2);
    return outcome;
}

/* Another stream is laid over once all has been written, and then the type goes on. */
static void test_upgrades(Fixture *f, gconstpointer data)
{
    (void)data;
    f->steps[0] = VNC_AUTH_UPGRADE;
    f->steps[1] = VNC_AUTH_PASSED;
    f->says = "abcde";
    f->fake->room = GREETING + 2 + 3;
    g_assert_cmpint(choose(f, ""), ==, VNC_LOGIN_MORE);
    expect(f, "abc", 3);
    g_assert_true(vnc_login_flow_waits_for_write(&f->flow));
    g_assert_true(vnc_login_flow_is_deaf(&f->flow));
    g_assert_false(vnc_login_flow_may_read(&f->flow));
    g_assert_cmpint(go_on(f), ==, VNC_LOGIN_MORE);
    g_assert_cmpuint(f->upgrades, ==, 0);
    f->fake->room = SIZE_MAX;
    f->fake->stream.ready(f->fake->stream.ready_opaque, G_IO_OUT);
    vnc_wire_flush(&f->wire, SIZE_MAX);
    expect(f, "de", 2);
    g_assert_cmpint(go_on(f), ==, VNC_LOGIN_MORE);
    g_assert_cmpuint(f->upgrades, ==, 1);
    g_assert_cmpuint(f->step, ==, 2);
    expect(f, "\0\0\0\0", 4);
    g_assert_cmpuint(f->cleared, ==, 1);
    get_in(f, true);
    g_assert_cmpuint(f->upgrades, ==, 1);
}

/* The last word of a type that lays something over everything after SecurityResult. */
static void test_upgrades_last(Fixture *f, gconstpointer data)
{
    (void)data;
    f->steps[0] = VNC_AUTH_MORE;
    f->steps[1] = VNC_AUTH_PASSED;
    g_assert_cmpint(choose(f, ""), ==, VNC_LOGIN_MORE);
    /* It wants to hear more: that was no guess after all. */
    g_assert_cmpuint(f->guessed, ==, 1);
    g_assert_cmpint(f->result, ==, VNC_GUESS_NEITHER);
    f->flow.login.upgrades = true;
    f->fake->room = 0;
    g_assert_cmpint(go_on(f), ==, VNC_LOGIN_MORE);
    g_assert_cmpint(go_on(f), ==, VNC_LOGIN_MORE);
    g_assert_cmpuint(f->upgrades, ==, 0);
    g_assert_cmpuint(f->cleared, ==, 0);
    f->fake->room = SIZE_MAX;
    f->fake->stream.ready(f->fake->stream.ready_opaque, G_IO_OUT);
    vnc_wire_flush(&f->wire, SIZE_MAX);
    expect(f, "\0\0\0\0", 4);
    g_assert_cmpint(go_on(f), ==, VNC_LOGIN_MORE);
    g_assert_cmpuint(f->upgrades, ==, 1);
    g_assert_cmpuint(f->cleared, ==, 1);
    get_in(f, true);
    g_assert_cmpuint(f->step, ==, 2);
}

/* What came before the encryption must not count as if it had come through it. */
static void test_early(Fixture *f, gconstpointer data)
{
    (void)data;
    f->steps[0] = VNC_AUTH_UPGRADE;
    g_assert_cmpint(choose(f, "early"), ==, VNC_LOGIN_MORE);
    expect_failure(f, go_on(f), "has sent more before the encryption that it asked for: refused");
    g_assert_cmpuint(f->upgrades, ==, 0);
}

/* While a type works elsewhere the viewer is read from, to a bound, and not listened to. */
static void test_works(Fixture *f, gconstpointer data)
{
    static const char much[100] = {0};

    (void)data;
    f->steps[0] = VNC_AUTH_BUSY;
    f->steps[1] = VNC_AUTH_PASSED;
    g_assert_cmpint(choose(f, ""), ==, VNC_LOGIN_MORE);
    g_assert_true(vnc_login_flow_is_deaf(&f->flow));
    g_assert_true(vnc_login_flow_may_read(&f->flow));
    g_assert_cmpint(say(f, "\1", 1), ==, VNC_LOGIN_MORE);
    g_assert_true(vnc_login_flow_may_read(&f->flow));
    g_assert_cmpint(say(f, much, sizeof(much)), ==, VNC_LOGIN_MORE);
    g_assert_false(vnc_login_flow_may_read(&f->flow));
    g_assert_cmpuint(f->step, ==, 1);
    g_assert_cmpuint(f->guessed, ==, 0);
    f->flow.login.wake(f->flow.login.opaque);
    g_assert_cmpuint(f->happened, ==, 1);
    /* What has been said meanwhile counts now. */
    g_assert_cmpint(go_on(f), ==, VNC_LOGIN_ADMITTED);
    g_assert_cmpuint(f->step, ==, 2);
    g_assert_cmpuint(f->wire.input.len, ==, sizeof(much));
    expect(f, "\0\0\0\0", 4);
    g_assert_cmpint(f->result, ==, VNC_GUESS_RIGHT);
}

static void test_breaks(Fixture *f, gconstpointer data)
{
    (void)data;
    f->steps[0] = VNC_AUTH_BUSY;
    g_assert_cmpint(choose(f, ""), ==, VNC_LOGIN_MORE);
    f->flow.login.broken = g_strdup("the layer below has failed");
    f->flow.login.wake(f->flow.login.opaque);
    g_assert_cmpuint(f->happened, ==, 1);
    expect_failure(f, go_on(f), "the layer below has failed");
    g_assert_cmpuint(f->step, ==, 1);
}

/* Who leaves while a password is being checked has guessed wrong; what comes of the check is
 * nobody's. */
static void test_leaves(Fixture *f, gconstpointer data)
{
    (void)data;
    f->steps[0] = VNC_AUTH_BUSY;
    choose(f, "");
    vnc_login_flow_end(&f->flow);
    vnc_login_flow_end(&f->flow);
    g_assert_cmpuint(f->guessed, ==, 1);
    g_assert_cmpint(f->result, ==, VNC_GUESS_WRONG);
    g_assert_cmpuint(f->cleared, ==, 1);
    f->flow.login.wake(f->flow.login.opaque);
    g_assert_cmpuint(f->happened, ==, 0);
    g_assert_cmpint(go_on(f), ==, VNC_LOGIN_MORE);
}

/* The host, when it is asked, may have the viewer disconnected: whatever the step comes to. */
static void test_leaves_within(Fixture *f, gconstpointer data)
{
    f->steps[0] = GPOINTER_TO_INT(data);
    f->leaves = true;
    g_assert_cmpint(choose(f, ""), ==, VNC_LOGIN_MORE);
    g_assert_cmpint(f->flow.state, ==, VNC_LOGIN_ENDED);
    g_assert_cmpuint(f->fake->out->len, ==, 0);
    g_assert_cmpuint(f->cleared, ==, 1);
    g_assert_cmpuint(f->guessed, ==, 1);
    g_assert_cmpint(f->result, ==, VNC_GUESS_WRONG);
    g_assert_null(f->flow.fault);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(Fixture *f, gconstpointer data);
        int data;
    } tests[] = {
        {"none/3.3", test_none, 3},
        {"none/3.7", test_none, 7},
        {"none/3.8", test_none, 8},
        {"password/3.3", test_password, 3},
        {"password/3.7", test_password, 7},
        {"password/3.8", test_password, 8},
        {"wrong/3.3", test_wrong, 3},
        {"wrong/3.7", test_wrong, 7},
        {"wrong/3.8", test_wrong, 8},
        {"view-only", test_view_only, 0},
        {"held-back", test_held_back, 0},
        {"held-back-left", test_held_back_left, 0},
        {"not-now", test_not_now, 0},
        {"rejected", test_rejected, 0},
        {"too-late", test_too_late, 0},
        {"too-late-to-answer", test_too_late_to_answer, 0},
        {"no-timeout", test_no_timeout, 0},
        {"upgrades", test_upgrades, 0},
        {"upgrades-last", test_upgrades_last, 0},
        {"early", test_early, 0},
        {"works", test_works, 0},
        {"breaks", test_breaks, 0},
        {"leaves", test_leaves, 0},
        {"leaves-within/more", test_leaves_within, VNC_AUTH_MORE},
        {"leaves-within/busy", test_leaves_within, VNC_AUTH_BUSY},
        {"leaves-within/upgrade", test_leaves_within, VNC_AUTH_UPGRADE},
        {"leaves-within/passed", test_leaves_within, VNC_AUTH_PASSED},
        {"leaves-within/refused", test_leaves_within, VNC_AUTH_REFUSED},
    };

    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strdup_printf("/login/%s", tests[i].name);

        g_test_add(path, Fixture, GINT_TO_POINTER(tests[i].data), setup, tests[i].test, teardown);
    }
    return g_test_run();
}
