/*
 * Lines for the log: which bytes they may hold, and how many lines strangers can cause.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/lib/rows.h"
#include "ui/base/log-limit.h"
#include "ui/base/log.h"

#include <string.h>

typedef struct Fixture {
    int64_t now;
    VncClock clock;
    GPtrArray *lines; /* char * */
    VncLogLimit *limit;
} Fixture;

static int64_t fixture_now(void *opaque)
{
    return ((Fixture *)opaque)->now;
}

static void on_log(void *host, const char *line)
{
    g_ptr_array_add(((Fixture *)host)->lines, g_strdup(line));
}

static const VncHostOps ops = {.log = on_log};

static void setup(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    f->now = 1000;
    f->clock = (VncClock){fixture_now, f};
    f->lines = g_ptr_array_new_with_free_func(g_free);
    f->limit = vnc_log_limit_new(&f->clock, &ops, f, g_main_context_default(), "strangers");
    vnc_log_limit_set(f->limit, 10);
}

static void teardown(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    vnc_log_limit_free(f->limit);
    g_assert_null(g_main_context_find_source_by_user_data(NULL, f->limit));
    g_ptr_array_unref(f->lines);
}

static void assert_lines(Fixture *f, unsigned n, const char *last)
{
    g_assert_cmpuint(f->lines->len, ==, n);
    g_assert_cmpstr(f->lines->pdata[n - 1], ==, last);
}

static void say(Fixture *f, const char *source, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        vnc_log_limited(f->limit, source, "%s says %u", source ? source : "somebody", i);
    }
}

static void test_clean(void)
{
    static const struct {
        const char *text, *clean;
    } cases[] = {
        {"", ""},
        {"as it is: 1 %s \\", "as it is: 1 %s \\"},
        {"gr\xc3\xbc\xc3\x9f \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80",
         "gr\xc3\xbc\xc3\x9f \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80"},
        {"a\nb\r\t\x1b[2J\x7f", "a?b???[2J?"},
        {"\xc2\x9b"
         "31m\xc2\x85",
         "?31m?"},                                                    /* C1: CSI, NEL */
        {"\xe2\x80\xae\xe2\x80\x8f\xe2\x81\xa6\xe2\x81\xa9", "????"}, /* RLO, RLM, LRI, PDI */
        {"\xe2\x80\x8b\xef\xbb\xbf\xc2\xad", "???"},                  /* ZWSP, BOM, soft hyphen */
        {"\xf3\xa0\x81\x81", "?"},                                    /* a tag */
        {"a\xe2\x80\xa8"
         "b\xe2\x80\xa9"
         "c",
         "a?b?c"},                         /* line, paragraph */
        {"\xff\xfe\xc3", "???"},           /* not UTF-8 */
        {"\xc0\x8a\xed\xa0\x80", "?????"}, /* too long; a surrogate */
        {"cut \xe2\x80", "cut ??"},
    };

    FOR_ROWS (i, cases) {
        g_autofree char *line = g_strdup(cases[i].text);

        vnc_log_clean(line);
        g_assert_cmpstr(line, ==, cases[i].clean);
    }
}

/* A peer's name may be as long as it likes. */
static void test_long(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *name = g_strnfill(100000, 'x');
    g_autofree char *wide = g_strnfill(VNC_LOG_BYTES + 2, 'x');

    vnc_log(&ops, f, "%s", name);
    g_assert_cmpuint(strlen(f->lines->pdata[0]), ==, VNC_LOG_BYTES + 3);
    g_assert_true(g_str_has_suffix(f->lines->pdata[0], "x..."));
    /* No letter is cut in two. */
    memcpy(wide + VNC_LOG_BYTES - 1, "\xe6\x97\xa5", 3);
    vnc_log(&ops, f, "%s", wide);
    g_assert_true(g_utf8_validate(f->lines->pdata[1], -1, NULL));
    g_assert_cmpuint(strlen(f->lines->pdata[1]), ==, VNC_LOG_BYTES - 1 + 3);
}

static void test_limit(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    say(f, "one", 100);
    assert_lines(f, 5, "one says 4");
    /* It takes nothing of the others' half. */
    say(f, "two", 1);
    assert_lines(f, 6, "two says 0");
    say(f, "three", 100);
    assert_lines(f, 10, "three says 3");
    say(f, "four", 1);
    say(f, NULL, 1);
    f->now += VNC_LOG_MINUTE_MS * (int64_t)1000 - 1;
    say(f, "two", 1);
    g_assert_cmpuint(f->lines->len, ==, 10);
    f->now++;
    say(f, "one", 1);
    assert_lines(f, 12, "one says 0");
    g_assert_cmpstr(f->lines->pdata[10], ==, "and 194 more lines about strangers");
    say(f, "one", 4);
    assert_lines(f, 16, "one says 3");
    f->now += VNC_LOG_MINUTE_MS * (int64_t)1000;
    say(f, "two", 1);
    assert_lines(f, 17, "two says 0");
}

/* When it ends nobody need come for it to be told. */
static void test_timer(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    GSource *timer;

    say(f, "one", 5);
    g_assert_null(g_main_context_find_source_by_user_data(NULL, f->limit));
    say(f, "one", 2);
    timer = g_main_context_find_source_by_user_data(NULL, f->limit);
    g_assert_nonnull(timer);
    g_assert_cmpuint(f->lines->len, ==, 5);
    f->now += VNC_LOG_MINUTE_MS * (int64_t)1000;
    g_source_set_ready_time(timer, 0);
    g_main_context_iteration(NULL, TRUE);
    assert_lines(f, 6, "and 2 more lines about strangers");
    g_assert_null(g_main_context_find_source_by_user_data(NULL, f->limit));
}

static void test_end(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    say(f, "one", 7);
    vnc_log_limit_flush(f->limit);
    assert_lines(f, 6, "and 2 more lines about strangers");
    vnc_log_limit_flush(f->limit);
    g_assert_cmpuint(f->lines->len, ==, 6);
    say(f, "one", 7);
    g_assert_cmpuint(f->lines->len, ==, 11);
}

static void test_any(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    vnc_log_limit_set(f->limit, 0);
    say(f, "one", 1000);
    assert_lines(f, 1000, "one says 999");
    vnc_log_limit_set(f->limit, 1);
    f->now += VNC_LOG_MINUTE_MS * (int64_t)1000;
    say(f, "one", 2);
    assert_lines(f, 1001, "one says 0");
}

#define ADD(name, function) g_test_add("/log/" name, Fixture, NULL, setup, function, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/clean", test_clean);
    ADD("long", test_long);
    ADD("limit", test_limit);
    ADD("timer", test_timer);
    ADD("end", test_end);
    ADD("any", test_any);
    return g_test_run();
}
