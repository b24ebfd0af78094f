/*
 * The news that a viewer is still to be told.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure.
 */
#include "ui/client/news.h"

void vnc_news_clear(VncNews *news)
{
    g_free(news->answers);
    *news = (VncNews){0};
}

void vnc_news_answer_size(VncNews *news, const VncSizeAnswer *answer)
{
    g_assert(vnc_news_can_answer(news));
    if (!news->answers) {
        news->answers = g_new(VncSizeAnswer, VNC_MAX_SIZE_ANSWERS);
    }
    news->answers[news->n_answers++] = *answer;
    news->pending |= VNC_NEWS_SIZE_ANSWER;
}

void vnc_news_relist(VncNews *news)
{
    news->pending &= VNC_NEWS_SIZES | VNC_NEWS_MESSAGES;
}
