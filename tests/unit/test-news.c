/*
 * News for a viewer: sent once, however often it is added, and again if its update was cancelled.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "ui/client/news.h"

static void test_bits(void)
{
    VncNews news = {0};

    g_assert_false(vnc_news_has(&news, ~0u));
    vnc_news_add(&news, VNC_NEWS_NAME | VNC_NEWS_LEDS);
    vnc_news_add(&news, VNC_NEWS_NAME);
    vnc_news_add(&news, 0);
    g_assert_cmphex(news.pending, ==, VNC_NEWS_NAME | VNC_NEWS_LEDS);
    g_assert_true(vnc_news_has(&news, VNC_NEWS_NAME | VNC_NEWS_CURSOR));
    g_assert_false(vnc_news_has(&news, VNC_NEWS_CURSOR));

    g_assert_false(vnc_news_take(&news, VNC_NEWS_CURSOR));
    g_assert_true(vnc_news_take(&news, VNC_NEWS_NAME));
    g_assert_false(vnc_news_take(&news, VNC_NEWS_NAME));
    g_assert_cmphex(news.pending, ==, VNC_NEWS_LEDS);
    vnc_news_drop(&news, VNC_NEWS_LEDS | VNC_NEWS_SIZE);
    g_assert_cmphex(news.pending, ==, 0);
}

/* A new list forgets what was due by the last one: pseudo-rectangles. Messages are told of what the
 * viewer lists by then, and sizes of what it asks. */
static void test_relist(void)
{
    static const struct {
        VncNewsBits bit;
        bool stays;
    } rows[] = {
        {VNC_NEWS_SIZE, true},
        {VNC_NEWS_SIZE_REQUEST, true},
        {VNC_NEWS_SIZE_ANSWER, true},
        {VNC_NEWS_CURSOR, false},
        {VNC_NEWS_LEDS, false},
        {VNC_NEWS_POINTER_TYPE, false},
        {VNC_NEWS_NAME, false},
        {VNC_NEWS_KEY_EVENT_ACK, false},
        {VNC_NEWS_MOUSE_BUTTONS_ACK, false},
        {VNC_NEWS_COLOUR_MAP, true},
        {VNC_NEWS_CLIPBOARD_CAPS, true},
        {VNC_NEWS_CLIPBOARD, true},
        {VNC_NEWS_CLIPBOARD_TEXT, true},
        {VNC_NEWS_CLIPBOARD_REQUEST, true},
        {VNC_NEWS_AUDIO_ACK, false},
        {VNC_NEWS_XVP_INIT, true},
        {VNC_NEWS_POINTER_POSITION, false},
    };
    unsigned all = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        VncNews news = {.pending = rows[i].bit};

        g_test_message("bit 0x%x", rows[i].bit);
        vnc_news_relist(&news);
        g_assert_cmphex(news.pending, ==, rows[i].stays ? rows[i].bit : 0);
        all |= rows[i].bit;
    }
    g_assert_cmphex(all, ==, (1 << G_N_ELEMENTS(rows)) - 1);
}

/* The host's name may change meanwhile, and the LEDs, of which the viewer has not been told. */
static void test_take_back(void)
{
    VncNews news = {0};

    vnc_news_add(&news, VNC_NEWS_NAME | VNC_NEWS_CURSOR);
    vnc_news_begin_update(&news);
    g_assert_true(vnc_news_take(&news, VNC_NEWS_NAME));
    g_assert_true(vnc_news_take(&news, VNC_NEWS_CURSOR));
    vnc_news_add(&news, VNC_NEWS_LEDS | VNC_NEWS_NAME);
    vnc_news_take_back(&news);
    g_assert_cmphex(news.pending, ==, VNC_NEWS_NAME | VNC_NEWS_CURSOR | VNC_NEWS_LEDS);
}

/* An update that says nothing takes nothing back, of the one before it either. */
static void test_take_back_nothing(void)
{
    VncNews news = {0};

    vnc_news_add(&news, VNC_NEWS_NAME);
    vnc_news_begin_update(&news);
    g_assert_true(vnc_news_take(&news, VNC_NEWS_NAME));
    vnc_news_add(&news, VNC_NEWS_LEDS);
    vnc_news_begin_silent_update(&news);
    vnc_news_take_back(&news);
    g_assert_cmphex(news.pending, ==, VNC_NEWS_LEDS);

    vnc_news_begin_update(&news);
    g_assert_true(vnc_news_take(&news, VNC_NEWS_LEDS));
    vnc_news_begin_update(&news);
    vnc_news_take_back(&news);
    g_assert_cmphex(news.pending, ==, 0);
}

/* A viewer that asks and does not read makes no more than this wait. */
static void test_answers(void)
{
    VncNews news = {0};
    int count = 0;

    while (vnc_news_can_answer(&news)) {
        vnc_news_answer_size(&news, &(VncSizeAnswer){.width = ++count, .screen_id = 7});
        g_assert_cmphex(news.pending, ==, VNC_NEWS_SIZE_ANSWER);
    }
    g_assert_cmpint(count, ==, 64);
    g_assert_cmpuint(news.n_answers, ==, 64);
    for (int i = 0; i < count; i++) {
        g_assert_cmpint(news.answers[i].width, ==, i + 1);
        g_assert_cmpuint(news.answers[i].screen_id, ==, 7);
    }
    vnc_news_clear(&news);
    g_assert_null(news.answers);
    g_assert_cmphex(news.pending, ==, 0);
    g_assert_true(vnc_news_can_answer(&news));
    vnc_news_clear(&news);
}

static void test_too_many_answers(void)
{
    if (g_test_subprocess()) {
        VncNews news = {0};

        for (int i = 0; i <= VNC_MAX_SIZE_ANSWERS; i++) {
            vnc_news_answer_size(&news, &(VncSizeAnswer){.width = i});
        }
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*vnc_news_can_answer*");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/news/bits", test_bits);
    g_test_add_func("/news/relist", test_relist);
    g_test_add_func("/news/take-back", test_take_back);
    g_test_add_func("/news/take-back-nothing", test_take_back_nothing);
    g_test_add_func("/news/answers", test_answers);
    g_test_add_func("/news/too-many-answers", test_too_many_answers);
    return g_test_run();
}
