/*
 * Addresses that have guessed at passwords too often, and are kept out for a while.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owned by the server; no lock.
 */
#include "ui/server/server-private.h"

/* Addresses remembered; whoever has more than that at his disposal is not held up by this anyway. */
#define MAX_ADDRESSES 1024

/* A ban doubles with each further failure, up to this factor. */
#define MAX_DOUBLINGS 8

typedef struct Record {
    unsigned failures;
    int64_t until; /* clock, us: kept out until then; failures are forgotten one ban after that */
    int64_t forget;
} Record;

static gboolean is_stale(gpointer key G_GNUC_UNUSED, gpointer value, gpointer opaque)
{
    const Record *record = value;
    const int64_t *now = opaque;

    return record->forget <= *now;
}

/* A unix socket's peers have no address to be known by. */
static bool has_address(const VncAddressInfo *peer)
{
    return peer->family == VNC_FAMILY_IPV4 || peer->family == VNC_FAMILY_IPV6;
}

bool vnc_server_bans(VncServer *server, const VncAddressInfo *peer)
{
    const Record *record;

    if (!has_address(peer)) {
        return false;
    }
    record = g_hash_table_lookup(server->guessers, peer->host);
    return record && record->until > vnc_clock_now(&server->clock);
}

void vnc_server_note_login(VncServer *server, const VncAddressInfo *peer, bool passed)
{
    int64_t now = vnc_clock_now(&server->clock);
    int64_t ban = (int64_t)server->login_ban * G_USEC_PER_SEC;
    Record *record;

    if (!has_address(peer) || server->login_failures == 0) {
        return;
    }
    if (passed) {
        g_hash_table_remove(server->guessers, peer->host);
        return;
    }
    g_hash_table_foreach_remove(server->guessers, is_stale, &now);
    record = g_hash_table_lookup(server->guessers, peer->host);
    if (!record) {
        if (g_hash_table_size(server->guessers) >= MAX_ADDRESSES) {
            return;
        }
        record = g_new0(Record, 1);
        g_hash_table_insert(server->guessers, g_strdup(peer->host), record);
    }
    record->failures++;
    if (record->failures >= server->login_failures) {
        unsigned doublings = MIN(record->failures - server->login_failures, MAX_DOUBLINGS);

        ban <<= doublings;
        record->until = now + ban;
    }
    record->forget = MAX(record->until, now) + ban;
}
