/*
 * Guesses at passwords: who counts as one source, when a source is locked, for how long, and how
 * guesses are forgiven.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/lib/rows.h"
#include "ui/server/guesses.h"

#define SECOND  1000000
#define MINUTES (60 * (int64_t)SECOND)

#define HERE    "192.0.2.1"

typedef struct Fixture {
    int64_t now;
    VncClock clock;
    VncGuesses *guesses;
} Fixture;

static int64_t fixture_now(void *opaque)
{
    return ((Fixture *)opaque)->now;
}

static void setup(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    f->now = 1000;
    f->clock = (VncClock){fixture_now, f};
    f->guesses = vnc_guesses_new(&f->clock);
    vnc_guesses_limit(f->guesses, 5, 10);
}

static void teardown(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    vnc_guesses_free(f->guesses);
}

/* One guess from its beginning to its end. Returns whether it was looked at. */
static bool guess_as(Fixture *f, const char *source, VncGuessResult result, const char *user)
{
    if (vnc_guesses_begin(f->guesses, source) != VNC_GUESS_GO) {
        return false;
    }
    vnc_guesses_end(f->guesses, source, result, user);
    return true;
}

static bool guess(Fixture *f, VncGuessResult result)
{
    return guess_as(f, HERE, result, NULL);
}

/* Wrong ones, until no more are looked at. Returns how many were. */
static unsigned guess_on(Fixture *f, const char *source)
{
    unsigned n = 0;

    while (n < 100 && guess_as(f, source, VNC_GUESS_WRONG, NULL)) {
        n++;
    }
    return n;
}

/* For how long, in seconds, nothing is looked at from now on. Afterwards it is. */
static unsigned wait_for_lock(Fixture *f)
{
    unsigned seconds = 0;

    while (vnc_guesses_locked(f->guesses, HERE)) {
        g_assert_cmpint(vnc_guesses_begin(f->guesses, HERE), ==, VNC_GUESS_LOCKED);
        f->now += SECOND;
        seconds++;
    }
    return seconds;
}

static void test_lock(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    static const unsigned seconds[] = {10, 20, 40, 80, 160, 300, 300, 300};

    g_assert_cmpuint(guess_on(f, HERE), ==, 5);
    FOR_ROWS (i, seconds) {
        g_assert_true(vnc_guesses_locked(f->guesses, HERE));
        g_assert_false(vnc_guesses_locked(f->guesses, "192.0.2.2"));
        g_assert_cmpuint(wait_for_lock(f), ==, seconds[i]);
        g_assert_cmpuint(guess_on(f, HERE), ==, 1);
    }
    wait_for_lock(f);
    g_assert_true(guess(f, VNC_GUESS_RIGHT));
    g_assert_cmpuint(guess_on(f, HERE), ==, 5);
}

/* A ban that is longer than any lock grows to is one, and grows no longer. */
static void test_long_ban(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    vnc_guesses_limit(f->guesses, 1, 3600);
    for (unsigned i = 0; i < 3; i++) {
        g_assert_cmpuint(guess_on(f, HERE), ==, 1);
        g_assert_cmpuint(wait_for_lock(f), ==, 3600);
    }
}

static void test_never(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    vnc_guesses_limit(f->guesses, 0, 10);
    g_assert_cmpuint(guess_on(f, HERE), ==, 100);
    for (unsigned i = 0; i < 100; i++) {
        g_assert_cmpint(vnc_guesses_begin(f->guesses, HERE), ==, VNC_GUESS_GO);
    }
    g_assert_false(vnc_guesses_locked(f->guesses, HERE));
}

/* What waits for an answer counts as if it were wrong: at no time can more be wrong than are
 * allowed. */
static void test_in_flight(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    for (unsigned wrong = 0; wrong < 5; wrong++) {
        for (unsigned i = wrong; i < 5; i++) {
            g_assert_cmpint(vnc_guesses_begin(f->guesses, HERE), ==, VNC_GUESS_GO);
        }
        g_assert_cmpint(vnc_guesses_begin(f->guesses, HERE), ==, VNC_GUESS_TOO_MANY);
        g_assert_cmpint(vnc_guesses_begin(f->guesses, "192.0.2.2"), ==, VNC_GUESS_GO);
        vnc_guesses_end(f->guesses, "192.0.2.2", VNC_GUESS_NEITHER, NULL);
        for (unsigned i = wrong + 1; i < 5; i++) {
            vnc_guesses_end(f->guesses, HERE, VNC_GUESS_NEITHER, NULL);
        }
        vnc_guesses_end(f->guesses, HERE, VNC_GUESS_WRONG, NULL);
    }
    wait_for_lock(f);
    g_assert_cmpint(vnc_guesses_begin(f->guesses, HERE), ==, VNC_GUESS_GO);
    g_assert_cmpint(vnc_guesses_begin(f->guesses, HERE), ==, VNC_GUESS_TOO_MANY);
    vnc_guesses_end(f->guesses, HERE, VNC_GUESS_RIGHT, NULL);
    g_assert_cmpint(vnc_guesses_begin(f->guesses, HERE), ==, VNC_GUESS_GO);
    g_assert_cmpint(vnc_guesses_begin(f->guesses, HERE), ==, VNC_GUESS_GO);
}

static void test_forgiven(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const char *const users[] = {NULL, "bob"};

    FOR_ROWS (u, users) {
        const char *source = u ? "192.0.2.2" : HERE;

        for (unsigned round = 0; round < 3; round++) {
            for (unsigned i = 0; i < 4; i++) {
                g_assert_true(guess_as(f, source, VNC_GUESS_WRONG, users[u]));
            }
            g_assert_true(guess_as(f, source, VNC_GUESS_RIGHT, users[u]));
        }
        for (unsigned i = 0; i < 4; i++) {
            g_assert_true(guess_as(f, source, VNC_GUESS_WRONG, users[u]));
            /* Another user, and one that may only look. */
            g_assert_true(guess_as(f, source, VNC_GUESS_RIGHT, "fred"));
            g_assert_true(guess_as(f, source, VNC_GUESS_NEITHER, users[u]));
        }
        g_assert_true(guess_as(f, source, VNC_GUESS_WRONG, users[u]));
        g_assert_true(vnc_guesses_locked(f->guesses, source));
    }
}

/* More users than are known apart, and a name that is too long: nobody makes up for what was
 * theirs. */
static void test_many_users(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *longest = g_strnfill(VNC_GUESS_USER_BYTES, 'x');
    g_autofree char *too_long = g_strnfill(VNC_GUESS_USER_BYTES + 1, 'x');
    const char *const users[] = {longest, "b", "c", "d", "e", too_long};

    vnc_guesses_limit(f->guesses, 5, 10);
    for (unsigned i = 0; i < 4; i++) {
        g_assert_true(guess_as(f, HERE, VNC_GUESS_WRONG, too_long));
        g_assert_true(guess_as(f, HERE, VNC_GUESS_RIGHT, too_long));
    }
    g_assert_true(guess_as(f, HERE, VNC_GUESS_WRONG, longest));
    g_assert_true(vnc_guesses_locked(f->guesses, HERE));

    vnc_guesses_limit(f->guesses, 6, 10);
    for (unsigned i = 0; i < G_N_ELEMENTS(users) - 1; i++) {
        g_assert_true(guess_as(f, "192.0.2.2", VNC_GUESS_WRONG, users[i]));
    }
    FOR_ROWS (i, users) {
        g_assert_true(guess_as(f, "192.0.2.2", VNC_GUESS_RIGHT, users[i]));
    }
    g_assert_cmpuint(guess_on(f, "192.0.2.2"), ==, 5); /* "e" is left */
}

/* Five minutes after the last one, not after a lock's shorter time: who guesses four times in that
 * is not let on. */
static void test_forgotten(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_true(guess(f, VNC_GUESS_WRONG));
    f->now += 5 * MINUTES;
    g_assert_cmpuint(guess_on(f, HERE), ==, 5);
    f->now += 10 * SECOND + 5 * MINUTES - 1;
    g_assert_cmpuint(guess_on(f, HERE), ==, 1);
    f->now += 20 * SECOND + 5 * MINUTES;
    g_assert_cmpuint(guess_on(f, HERE), ==, 5);
}

static char *address(unsigned i)
{
    return g_strdup_printf("10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
}

/* However many have guessed, the next one is counted; the one that has not for longest makes
 * room. */
static void test_full(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *oldest = address(0), *second = address(1), *next = address(VNC_GUESS_SOURCES);

    vnc_guesses_limit(f->guesses, 2, 1000);
    for (unsigned i = 0; i < VNC_GUESS_SOURCES; i++) {
        g_autofree char *source = address(i);

        g_assert_true(guess_as(f, source, VNC_GUESS_WRONG, NULL));
    }
    /* No longer the oldest. */
    g_assert_true(guess_as(f, oldest, VNC_GUESS_WRONG, NULL));
    g_assert_cmpuint(guess_on(f, next), ==, 2);
    g_assert_true(vnc_guesses_locked(f->guesses, next));
    g_assert_true(vnc_guesses_locked(f->guesses, oldest));
    g_assert_cmpuint(guess_on(f, second), ==, 2);
}

/* One that waits for its answer keeps its record, unless all do. */
static void test_full_in_flight(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *first = address(0);

    vnc_guesses_limit(f->guesses, 1, 1000);
    for (unsigned i = 0; i < VNC_GUESS_SOURCES; i++) {
        g_autofree char *source = address(i);

        g_assert_cmpint(vnc_guesses_begin(f->guesses, source), ==, VNC_GUESS_GO);
    }
    g_assert_cmpint(vnc_guesses_begin(f->guesses, first), ==, VNC_GUESS_TOO_MANY);
    g_assert_cmpuint(guess_on(f, HERE), ==, 1);
    for (unsigned i = 0; i < VNC_GUESS_SOURCES; i++) {
        g_autofree char *source = address(i);

        vnc_guesses_end(f->guesses, source, VNC_GUESS_WRONG, NULL);
        g_assert_true(vnc_guesses_locked(f->guesses, source));
    }
}

/* What is under way when the limit is taken away, and given again, is not under way for ever. */
static void test_other_limits(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_cmpint(vnc_guesses_begin(f->guesses, HERE), ==, VNC_GUESS_GO);
    vnc_guesses_limit(f->guesses, 0, 10);
    vnc_guesses_end(f->guesses, HERE, VNC_GUESS_WRONG, NULL);
    vnc_guesses_limit(f->guesses, 1, 10);
    g_assert_cmpuint(guess_on(f, HERE), ==, 1);
    vnc_guesses_limit(f->guesses, 0, 10);
    g_assert_true(guess(f, VNC_GUESS_WRONG));
}

static void test_sources(void)
{
    static const struct {
        VncAddressInfo peer, local;
        const char *source;
    } cases[] = {
        {{VNC_FAMILY_IPV4, (char *)"192.0.2.1", (char *)"1"}, {0}, "192.0.2.1"},
        {{VNC_FAMILY_IPV4, (char *)"192.0.2.1", (char *)"2"}, {0}, "192.0.2.1"},
        {{VNC_FAMILY_IPV6, (char *)"::ffff:192.0.2.1", (char *)"1"}, {0}, "192.0.2.1"},
        {{VNC_FAMILY_IPV6, (char *)"2001:db8:1:2::1", (char *)"1"},
         {0},
         "2001:0db8:0001:0002::/64"},
        {{VNC_FAMILY_IPV6, (char *)"2001:db8:1:2:ffff::", (char *)"1"},
         {0},
         "2001:0db8:0001:0002::/64"},
        {{VNC_FAMILY_IPV6, (char *)"2001:db8:1:3::1", (char *)"1"},
         {0},
         "2001:0db8:0001:0003::/64"},
        {{VNC_FAMILY_IPV6, (char *)"fe80::1%2", (char *)"1"}, {0}, "fe80:0000:0000:0000::/64"},
        {{VNC_FAMILY_UNIX, (char *)"", (char *)"/own"},
         {VNC_FAMILY_UNIX, (char *)"", (char *)"/run/vnc"},
         "unix:/run/vnc"},
        {{VNC_FAMILY_UNKNOWN, (char *)"", (char *)""},
         {VNC_FAMILY_UNKNOWN, (char *)"", (char *)""},
         "unix:"},
    };

    FOR_ROWS (i, cases) {
        g_autofree char *source = vnc_guess_source(&cases[i].peer, &cases[i].local);

        g_assert_cmpstr(source, ==, cases[i].source);
    }
}

#define ADD(name, function) g_test_add("/guesses/" name, Fixture, NULL, setup, function, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guesses/sources", test_sources);
    ADD("lock", test_lock);
    ADD("long-ban", test_long_ban);
    ADD("never", test_never);
    ADD("in-flight", test_in_flight);
    ADD("forgiven", test_forgiven);
    ADD("many-users", test_many_users);
    ADD("forgotten", test_forgotten);
    ADD("full", test_full);
    ADD("full-in-flight", test_full_in_flight);
    ADD("other-limits", test_other_limits);
    return g_test_run();
}
