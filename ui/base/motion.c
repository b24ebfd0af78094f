/*
 * Has a part of the picture moved, and how far?
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns nothing.
 *
 * Samples are short runs of pixels on a grid that have changed and are not too plain. The search
 * looks for a few of them in the new picture. Where one is found, the others are checked for the
 * same motion.
 */
#include "ui/base/motion.h"

#include <glib.h>

#define RGB_MASK     0x00ffffffu

#define SAMPLE       16 /* pixels */
#define GRID_COLUMNS 16
#define GRID_ROWS    12
#define MAX_SAMPLES  (GRID_COLUMNS * GRID_ROWS)

/* The fewest changes of colour within a sample: a sample with fewer is found everywhere. */
#define MIN_EDGES 3

/* The fewest samples that must agree: a motion of less is not worth a copy. */
#define MIN_VOTES 4

/* How many samples are looked for, and how many places of each are tried. */
#define MAX_PROBES 6
#define MAX_PLACES 32

typedef struct Sample {
    int x, y;
    int anchor; /* where its colour changes first: few other places begin like that */
} Sample;

typedef struct Search {
    const VncPicturePair *pair;
    Sample samples[MAX_SAMPLES];
    int count;
    VncMotion best;
    int votes;
} Search;

static inline const uint32_t *before_at(const VncPicturePair *pair, int x, int y)
{
    return pair->before + y * pair->before_stride + x;
}

static inline const uint32_t *after_at(const VncPicturePair *pair, int x, int y)
{
    return pair->after + y * pair->after_stride + x;
}

static inline bool equal(const uint32_t *a, const uint32_t *b)
{
    uint32_t difference = 0;

    for (int i = 0; i < SAMPLE; i++) {
        difference |= a[i] ^ b[i];
    }
    return (difference & RGB_MASK) == 0;
}

/* Take the run at @x, @y as a sample if it has changed and is not plain. */
static void add_sample(Search *search, int x, int y)
{
    const uint32_t *run = before_at(search->pair, x, y);
    int edges = 0, anchor = 0;

    if (equal(run, after_at(search->pair, x, y))) {
        return;
    }
    for (int i = 1; i < SAMPLE; i++) {
        if (run[i] != run[i - 1]) {
            anchor = edges == 0 ? i : anchor;
            edges++;
        }
    }
    if (edges >= MIN_EDGES) {
        search->samples[search->count++] = (Sample){x, y, anchor};
    }
}

static void collect_samples(Search *search, const VncRect *area)
{
    if (area->w < SAMPLE) {
        return;
    }
    for (int row = 0; row < GRID_ROWS; row++) {
        int y = area->y + (int)((2 * row + 1) * (int64_t)area->h / (2 * GRID_ROWS));

        for (int column = 0; column < GRID_COLUMNS; column++) {
            int x = area->x + (int)(column * (int64_t)(area->w - SAMPLE) / (GRID_COLUMNS - 1));

            /* Take another line of a font in each column, so that not all samples lie between two
             * letters. */
            add_sample(search, x, MIN(y + column % 5, area->y + area->h - 1));
        }
    }
}

static bool has_moved(const Search *search, const Sample *sample, const VncMotion *motion)
{
    const VncPicturePair *pair = search->pair;
    int x = sample->x + motion->dx;
    int y = sample->y + motion->dy;

    return x >= 0 && y >= 0 && x + SAMPLE <= pair->width && y < pair->height &&
           equal(before_at(pair, sample->x, sample->y), after_at(pair, x, y));
}

/* Count the samples that have moved by @motion. Returns whether so many agree that no other motion
 * can be better. */
static bool vote(Search *search, const VncMotion *motion)
{
    int votes = 0;

    for (int i = 0; i < search->count; i++) {
        votes += has_moved(search, &search->samples[i], motion);
    }
    if (votes > search->votes) {
        search->votes = votes;
        search->best = *motion;
    }
    return votes * 4 >= search->count * 3;
}

/* Bit i: row[i] is @colour. */
static inline unsigned find_colour(const uint32_t *row, uint32_t colour)
{
    unsigned mask = 0;

    for (int i = 0; i < SAMPLE; i++) {
        mask |= (unsigned)((row[i] & RGB_MASK) == colour) << i;
    }
    return mask;
}

/* Look for @sample in one row, moved by @dy and by @left to @right - 1. */
static bool probe_row(Search *search, const Sample *sample, int dy, int left, int right,
                      int *places)
{
    const VncPicturePair *pair = search->pair;
    uint32_t colour = before_at(pair, sample->x, sample->y)[sample->anchor] & RGB_MASK;
    int y = sample->y + dy;

    /* The sample, and what find_colour() looks at, stay within the row. */
    left = MAX(left, -sample->x);
    right = MIN(right, pair->width - SAMPLE - sample->x + 1);
    if (y < 0 || y >= pair->height) {
        return false;
    }
    for (int dx = left; dx<right && * places> 0; dx += SAMPLE) {
        int x = MIN(sample->x + dx + sample->anchor, pair->width - SAMPLE);
        int skipped = sample->x + dx + sample->anchor - x;
        unsigned found = find_colour(after_at(pair, x, y), colour) >> skipped;

        for (; found && *places > 0; found &= found - 1) {
            VncMotion motion = {dx + __builtin_ctz(found), dy};

            if (motion.dx < right && (motion.dx || dy) && has_moved(search, sample, &motion)) {
                --*places;
                if (vote(search, &motion)) {
                    return true;
                }
            }
        }
    }
    return false;
}

static bool probe(Search *search, const Sample *sample)
{
    int places = MAX_PLACES;

    for (int dy = 1; dy <= VNC_MOTION_STRAIGHT; dy++) {
        if (probe_row(search, sample, -dy, 0, 1, &places) ||
            probe_row(search, sample, dy, 0, 1, &places)) {
            return true;
        }
    }
    if (probe_row(search, sample, 0, -VNC_MOTION_STRAIGHT, VNC_MOTION_STRAIGHT + 1, &places)) {
        return true;
    }
    for (int dy = 1; dy <= VNC_MOTION_ASKEW && places > 0; dy++) {
        if (probe_row(search, sample, -dy, -VNC_MOTION_ASKEW, VNC_MOTION_ASKEW + 1, &places) ||
            probe_row(search, sample, dy, -VNC_MOTION_ASKEW, VNC_MOTION_ASKEW + 1, &places)) {
            return true;
        }
    }
    return false;
}

bool vnc_motion_find(const VncPicturePair *pair, const VncRect *area, const VncMotion *hint,
                     VncMotion *motion)
{
    Search search = {.pair = pair};
    bool sure;

    collect_samples(&search, area);
    if (search.count < MIN_VOTES) {
        return false;
    }
    sure = (hint->dx || hint->dy) && vote(&search, hint);
    for (int i = 0; i < MAX_PROBES && !sure; i++) {
        /* Samples from all over the area. */
        sure = probe(&search, &search.samples[(2 * i + 1) * search.count / (2 * MAX_PROBES)]);
    }
    *motion = search.best;
    return search.votes >= MIN_VOTES && search.votes * 6 >= search.count;
}
