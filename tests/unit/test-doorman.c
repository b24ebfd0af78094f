/*
 * The doorman: who may connect, by the options that limit logins.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ui/server/doorman.h"

#include <string.h>

#define SECOND INT64_C(1000000)

#define HERE   "192.0.2.1"
#define THERE  "192.0.2.2"

typedef struct Fixture {
    int64_t now;
    VncClock clock;
    VncDoorman doorman;
} Fixture;

static int64_t fixture_now(void *opaque)
{
    return ((Fixture *)opaque)->now;
}

static void use_options(Fixture *f, const char *text)
{
    g_autoptr(VncOptions) options = vnc_options_parse(text, NULL);

    vnc_doorman_use_options(&f->doorman, options);
}

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->now = 1000;
    f->clock = (VncClock){fixture_now, f};
    vnc_doorman_init(&f->doorman, &f->clock);
    use_options(f, "none,login-failures=2,login-ban=7");
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_doorman_clear(&f->doorman);
}

static void guess_wrong(Fixture *f, const char *source)
{
    g_assert_null(vnc_doorman_guess(&f->doorman, source));
    vnc_doorman_guessed(&f->doorman, source, VNC_GUESS_WRONG, NULL);
}

/* The text that says so is the same at the door and when a password is to be looked at. */
static void test_locked(Fixture *f, gconstpointer data)
{
    const char *why;

    (void)data;
    guess_wrong(f, HERE);
    g_assert_null(vnc_doorman_refuses(&f->doorman, HERE));
    guess_wrong(f, HERE);
    why = vnc_doorman_refuses(&f->doorman, HERE);
    g_assert_nonnull(why);
    g_assert_nonnull(strstr(why, "Too many wrong passwords"));
    g_assert_cmpstr(vnc_doorman_guess(&f->doorman, HERE), ==, why);
    g_assert_null(vnc_doorman_refuses(&f->doorman, THERE));
    f->now += 7 * SECOND;
    g_assert_null(vnc_doorman_refuses(&f->doorman, HERE));
}

static void test_too_many_at_once(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_null(vnc_doorman_guess(&f->doorman, HERE));
    g_assert_null(vnc_doorman_guess(&f->doorman, HERE));
    g_assert_nonnull(strstr(vnc_doorman_guess(&f->doorman, HERE), "Too many logins"));
    /* It is no reason not to come in. */
    g_assert_null(vnc_doorman_refuses(&f->doorman, HERE));
    vnc_doorman_guessed(&f->doorman, HERE, VNC_GUESS_RIGHT, NULL);
    g_assert_null(vnc_doorman_guess(&f->doorman, HERE));
}

static void test_trusted(Fixture *f, gconstpointer data)
{
    (void)data;
    for (unsigned i = 0; i < 10; i++) {
        guess_wrong(f, NULL);
    }
    g_assert_null(vnc_doorman_refuses(&f->doorman, NULL));
}

/* Others are in force from now on, also for what has been counted before. */
static void test_other_options(Fixture *f, gconstpointer data)
{
    (void)data;
    guess_wrong(f, HERE);
    use_options(f, "none,login-failures=0");
    for (unsigned i = 0; i < 10; i++) {
        guess_wrong(f, HERE);
    }
    g_assert_null(vnc_doorman_refuses(&f->doorman, HERE));
    use_options(f, "none,login-failures=1,login-ban=1");
    guess_wrong(f, THERE);
    g_assert_nonnull(vnc_doorman_refuses(&f->doorman, THERE));
}

static void test_source(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *trust, *host;
        bool counted;
    } cases[] = {
        {"none", HERE, true},
        {"none,login-trust=" HERE, HERE, false},
        {"none,login-trust=" HERE, THERE, true},
        {"none,login-trust=10.0.0.0/8,login-trust=192.0.2.0/24", THERE, false},
        {"none,login-trust=unix", HERE, true},
    };

    (void)f;
    (void)data;
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(VncOptions) options = vnc_options_parse(cases[i].trust, NULL);
        VncAddressInfo peer = {VNC_FAMILY_IPV4, (char *)cases[i].host, (char *)"40000"};
        VncAddressInfo local = {VNC_FAMILY_IPV4, (char *)"192.0.2.9", (char *)"5900"};
        g_autofree char *source = vnc_doorman_source(options, &peer, &local);

        g_test_message("%s: %s", cases[i].trust, cases[i].host);
        g_assert_cmpstr(source, ==, cases[i].counted ? cases[i].host : NULL);
    }
}

static uint32_t always_first(void *data)
{
    (void)data;
    return 0;
}

/* As many as `half-open` says, or, if it says nothing, `connections`. */
static void test_drop(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *options;
        unsigned most;
    } cases[] = {
        {"none,half-open=3", 3},
        {"none,connections=5", 5},
        {"none,half-open=2,connections=5", 2},
    };
    VncHalfOpen logins[6] = {{0}};

    (void)data;
    f->doorman.random.next = always_first;
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(VncOptions) options = vnc_options_parse(cases[i].options, NULL);
        unsigned most = cases[i].most;

        g_test_message("%s", cases[i].options);
        g_assert_cmpint(vnc_doorman_drop(&f->doorman, options, logins, 0), ==, -1);
        g_assert_cmpint(vnc_doorman_drop(&f->doorman, options, logins, most), ==, -1);
        g_assert_cmpint(vnc_doorman_drop(&f->doorman, options, logins, most + 1), ==, 0);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *f, gconstpointer data);
    } tests[] = {
        {"/doorman/locked", test_locked},   {"/doorman/too-many-at-once", test_too_many_at_once},
        {"/doorman/trusted", test_trusted}, {"/doorman/other-options", test_other_options},
        {"/doorman/source", test_source},   {"/doorman/drop", test_drop},
    };

    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].run, tear_down);
    }
    return g_test_run();
}
