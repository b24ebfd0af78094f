/*
 * Which viewer is dropped when too many are in their login.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; owns nothing; no lock.
 */
#include "ui/server/half-open.h"

#include <stdbool.h>

/* Each step of progress makes a viewer 2^BITS_A_STEP times less likely to be dropped. Where 100
 * newcomers a second take 30 places, a viewer that is asked for its password is dropped about once
 * in a minute. */
#define BITS_A_STEP 4

/* The number of viewers of each source. */
static GHashTable *count_sources(const VncHalfOpen *all, unsigned n)
{
    GHashTable *counts = g_hash_table_new(g_str_hash, g_str_equal);

    for (unsigned i = 0; i < n; i++) {
        if (all[i].source) {
            unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, all[i].source));

            g_hash_table_insert(counts, (gpointer)all[i].source, GUINT_TO_POINTER(count + 1));
        }
    }
    return counts;
}

static unsigned count_of(GHashTable *counts, const VncHalfOpen *one)
{
    return one->source ? GPOINTER_TO_UINT(g_hash_table_lookup(counts, one->source)) : 1;
}

static uint64_t weight_at(unsigned progress)
{
    return (uint64_t)1 << BITS_A_STEP * (VNC_PROGRESS_MAX - progress);
}

/* Fill @weights: how likely each viewer is to be dropped; 0: never. @own: the crowd is the
 * newcomer's source. */
static void weigh(const VncHalfOpen *all, unsigned n, const bool *crowd, bool own,
                  uint64_t *weights)
{
    unsigned furthest = n, progress = 0, others = 0;

    for (unsigned i = 0; i < n; i++) {
        if (crowd[i] && all[i].progress > progress) {
            progress = all[i].progress;
            furthest = i;
        }
    }
    for (unsigned i = 0; i < n; i++) {
        bool chosen = crowd[i] && i != furthest;

        weights[i] = chosen ? weight_at(all[i].progress) : 0;
        others += chosen && i < n - 1 && all[i].progress <= all[n - 1].progress;
    }
    if (others > 0) {
        weights[n - 1] = 0;
    } else if (crowd[n - 1] && !own) {
        /* Otherwise an attacker with many addresses, who holds all places, keeps all others out. */
        weights[n - 1] = weight_at(progress);
    }
}

static int choose(const uint64_t *weights, unsigned n, const VncRandom *random)
{
    uint64_t sum = 0, at;
    unsigned i = 0;

    for (unsigned j = 0; j < n; j++) {
        sum += weights[j];
    }
    at = (random->next ? random->next(random->data) : g_random_int()) * sum >> 32;
    while (i < n - 1 && at >= weights[i]) {
        at -= weights[i++];
    }
    return (int)i;
}

int vnc_half_open_drop(const VncHalfOpen *all, unsigned n, unsigned most, const VncRandom *random)
{
    g_autoptr(GHashTable) counts = NULL;
    g_autofree bool *crowd = NULL;
    g_autofree uint64_t *weights = NULL;
    const VncHalfOpen *newcomer = &all[n - 1];
    bool own; /* whether it is the newcomer's own source that has too many */
    unsigned largest = 0;

    counts = count_sources(all, n);
    own = count_of(counts, newcomer) > most - most / 4;
    if (!own && n <= most) {
        return -1;
    }
    for (unsigned i = 0; i < n; i++) {
        largest = MAX(largest, count_of(counts, &all[i]));
    }
    crowd = g_new(bool, n);
    weights = g_new(uint64_t, n);
    for (unsigned i = 0; i < n; i++) {
        crowd[i] = own ? g_strcmp0(all[i].source, newcomer->source) == 0
                       : count_of(counts, &all[i]) == largest;
    }
    weigh(all, n, crowd, own, weights);
    return choose(weights, n, random);
}
