/*
 * What a viewer is to be told.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure. Each thing is a bit, so that it is told once, however often it changes meanwhile: a viewer
 * that does not read makes nothing grow.
 */
#ifndef UI_CLIENT_NEWS_H
#define UI_CLIENT_NEWS_H

#include "ui/rfb/proto.h"

#include <glib.h>
#include <stdbool.h>

typedef enum VncNewsBits {
    VNC_NEWS_SIZE = 1 << 0,         /* the desktop's size has changed */
    VNC_NEWS_SIZE_REQUEST = 1 << 1, /* -308: asked for with a full request */
    VNC_NEWS_SIZE_ANSWER = 1 << 2,  /* -308: to SetDesktopSize, see VncSizeAnswer */
    VNC_NEWS_CURSOR = 1 << 3,
    VNC_NEWS_LEDS = 1 << 4,
    VNC_NEWS_POINTER_TYPE = 1 << 5,
    VNC_NEWS_NAME = 1 << 6,
    VNC_NEWS_KEY_EVENT_ACK = 1 << 7,
    VNC_NEWS_MOUSE_BUTTONS_ACK = 1 << 8,
    VNC_NEWS_COLOUR_MAP = 1 << 9,
    VNC_NEWS_CLIPBOARD_CAPS = 1 << 10,
    VNC_NEWS_CLIPBOARD = 1 << 11,         /* whether there is a text */
    VNC_NEWS_CLIPBOARD_TEXT = 1 << 12,    /* the text */
    VNC_NEWS_CLIPBOARD_REQUEST = 1 << 13, /* the viewer is asked for its own text */
    VNC_NEWS_AUDIO_ACK = 1 << 14,
    VNC_NEWS_XVP_INIT = 1 << 15,
    VNC_NEWS_POINTER_POSITION = 1 << 16,

    VNC_NEWS_ALL_CLIPBOARD = VNC_NEWS_CLIPBOARD_CAPS | VNC_NEWS_CLIPBOARD |
                             VNC_NEWS_CLIPBOARD_TEXT | VNC_NEWS_CLIPBOARD_REQUEST,
    VNC_NEWS_SIZES = VNC_NEWS_SIZE | VNC_NEWS_SIZE_REQUEST | VNC_NEWS_SIZE_ANSWER,
    VNC_NEWS_ACKS = VNC_NEWS_KEY_EVENT_ACK | VNC_NEWS_MOUSE_BUTTONS_ACK | VNC_NEWS_AUDIO_ACK,
    /* Told by messages of their own. All others are pseudo-rectangles. */
    VNC_NEWS_MESSAGES = VNC_NEWS_COLOUR_MAP | VNC_NEWS_ALL_CLIPBOARD | VNC_NEWS_XVP_INIT,
} VncNewsBits;

/* Answers to SetDesktopSize that may wait; what a viewer asks beyond, without reading, is not
 * answered. */
#define VNC_MAX_SIZE_ANSWERS 64

/**
 * VncSizeAnswer: the answer to one SetDesktopSize.
 */
typedef struct VncSizeAnswer {
    enum VncDesktopSizeStatus status;
    int width, height; /* as the viewer has asked; so are these: */
    uint32_t screen_id, screen_flags;
} VncSizeAnswer;

/**
 * VncNews: what one viewer is to be told. Zeroed: nothing.
 */
typedef struct VncNews {
    unsigned pending;   /* VncNewsBits */
    unsigned in_flight; /* VncNewsBits: what the update on its way says */
    bool other_resized; /* VNC_NEWS_SIZE: another viewer has asked for that size */
    bool told_xvp;      /* VNC_NEWS_XVP_INIT has been told */
    unsigned n_answers; /* VNC_NEWS_SIZE_ANSWER */
    VncSizeAnswer
        *answers; /* in the order of the requests; room for VNC_MAX_SIZE_ANSWERS, or NULL */
} VncNews;

void vnc_news_clear(VncNews *news);

static inline void vnc_news_add(VncNews *news, unsigned bits)
{
    news->pending |= bits;
}

static inline void vnc_news_drop(VncNews *news, unsigned bits)
{
    news->pending &= ~bits;
}

static inline bool vnc_news_has(const VncNews *news, unsigned bits)
{
    return news->pending & bits;
}

/* Whether one of @bits was to be told; it no longer is. */
static inline bool vnc_news_take(VncNews *news, unsigned bits)
{
    bool pending = news->pending & bits;

    news->pending &= ~bits;
    return pending;
}

/* Whether there is room for an answer to another SetDesktopSize. */
static inline bool vnc_news_can_answer(const VncNews *news)
{
    return news->n_answers < VNC_MAX_SIZE_ANSWERS;
}

/* Add an answer, for which there is room. */
void vnc_news_answer_size(VncNews *news, const VncSizeAnswer *answer);

/* The viewer has listed its encodings anew: what it was to be told because of the last list is
 * forgotten. */
void vnc_news_relist(VncNews *news);

/* An update is about to be written that tells all there is: vnc_news_take() each. */
static inline void vnc_news_begin_update(VncNews *news)
{
    news->in_flight = news->pending;
}

/* An update without news is on its way. */
static inline void vnc_news_begin_silent_update(VncNews *news)
{
    news->in_flight = 0;
}

/* The update has been cancelled: what it said is to be told again. */
static inline void vnc_news_take_back(VncNews *news)
{
    news->pending |= news->in_flight;
}

#endif
