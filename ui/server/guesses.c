/*
 * Wrong passwords: counted for each source, which is locked after too many.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owned by the server; no lock.
 */
#include "ui/server/guesses.h"

#include "ui/net/address.h"

#include <string.h>

typedef struct User {
    char *name; /* "": the password of VNC authentication; NULL: this place is free */
    unsigned failures;
} User;

typedef struct Record {
    GList link; /* in VncGuesses.order */
    char *source;
    unsigned failures;  /* of all users */
    unsigned in_flight; /* guesses under way */
    int64_t until;      /* clock, us: locked until then */
    int64_t forget;     /* clock, us */
    User users[VNC_GUESS_USERS];
} Record;

struct VncGuesses {
    const VncClock *clock;
    unsigned failures;   /* as vnc_guesses_limit() says */
    int64_t ban;         /* us */
    GHashTable *records; /* Record.source -> Record */
    GQueue order;        /* Record; at the end the one with the latest wrong guess */
};

static void record_free(gpointer opaque)
{
    Record *record = opaque;

    for (unsigned i = 0; i < VNC_GUESS_USERS; i++) {
        g_free(record->users[i].name);
    }
    g_free(record->source);
    g_free(record);
}

VncGuesses *vnc_guesses_new(const VncClock *clock)
{
    VncGuesses *guesses = g_new0(VncGuesses, 1);

    guesses->clock = clock;
    guesses->records = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, record_free);
    return guesses;
}

void vnc_guesses_free(VncGuesses *guesses)
{
    g_hash_table_unref(guesses->records);
    g_free(guesses);
}

void vnc_guesses_limit(VncGuesses *guesses, unsigned failures, unsigned ban)
{
    guesses->failures = failures;
    guesses->ban = (int64_t)ban * G_USEC_PER_SEC;
}

/* --- sources ------------------------------------------------------------------------------ */

char *vnc_guess_source(const VncAddressInfo *peer, const VncAddressInfo *local)
{
    g_autoptr(GInetAddress) address = vnc_address_info_inet(peer);
    const uint8_t *bytes;

    if (!address) {
        return g_strdup_printf("unix:%s", local->service);
    }
    if (g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV4) {
        return g_inet_address_to_string(address);
    }
    bytes = g_inet_address_to_bytes(address);
    return g_strdup_printf("%02x%02x:%02x%02x:%02x%02x:%02x%02x::/64", bytes[0], bytes[1], bytes[2],
                           bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]);
}

/* --- the records -------------------------------------------------------------------------- */

static void forget(VncGuesses *guesses, Record *record)
{
    g_queue_unlink(&guesses->order, &record->link);
    g_hash_table_remove(guesses->records, record->source);
}

/* The record of @source. NULL: none, or an outdated one, which is dropped. */
static Record *find(VncGuesses *guesses, const char *source)
{
    Record *record = g_hash_table_lookup(guesses->records, source);

    if (record && record->in_flight == 0 && record->forget <= vnc_clock_now(guesses->clock)) {
        forget(guesses, record);
        record = NULL;
    }
    return record;
}

/* Drop the oldest record; one with guesses under way only if all records have some. */
static void make_room(VncGuesses *guesses)
{
    GList *oldest = guesses->order.head;

    while (oldest && ((Record *)oldest->data)->in_flight > 0) {
        oldest = oldest->next;
    }
    forget(guesses, oldest ? oldest->data : guesses->order.head->data);
}

static Record *find_or_add(VncGuesses *guesses, const char *source)
{
    Record *record = find(guesses, source);

    if (record) {
        return record;
    }
    if (g_hash_table_size(guesses->records) >= VNC_GUESS_SOURCES) {
        make_room(guesses);
    }
    record = g_new0(Record, 1);
    record->source = g_strdup(source);
    record->link.data = record;
    g_hash_table_insert(guesses->records, record->source, record);
    g_queue_push_tail_link(&guesses->order, &record->link);
    return record;
}

/* The place of @user, else a free one. NULL: no place is free, or the name is too long. */
static User *find_user(Record *record, const char *user)
{
    User *place = NULL;

    user = user ? user : "";
    for (unsigned i = 0; i < VNC_GUESS_USERS; i++) {
        User *u = &record->users[i];

        if (u->name && strcmp(u->name, user) == 0) {
            return u;
        }
        if (!u->name && !place) {
            place = u;
        }
    }
    return strlen(user) <= VNC_GUESS_USER_BYTES ? place : NULL;
}

static int64_t lock_time(const VncGuesses *guesses, unsigned failures)
{
    int64_t time = guesses->ban;

    while (failures-- > guesses->failures && time < VNC_GUESS_LONGEST_LOCK) {
        time *= 2;
    }
    return MIN(time, MAX(guesses->ban, VNC_GUESS_LONGEST_LOCK));
}

static void count(VncGuesses *guesses, Record *record, const char *user)
{
    int64_t now = vnc_clock_now(guesses->clock);
    User *place = find_user(record, user);

    if (place) {
        place->name = place->name ? place->name : g_strdup(user ? user : "");
        place->failures++;
    }
    record->failures++;
    if (record->failures >= guesses->failures) {
        record->until = now + lock_time(guesses, record->failures);
    }
    record->forget = MAX(record->until, now) + MAX(guesses->ban, VNC_GUESS_LONGEST_LOCK);
    g_queue_unlink(&guesses->order, &record->link);
    g_queue_push_tail_link(&guesses->order, &record->link);
}

static void forgive(Record *record, const char *user)
{
    User *place = find_user(record, user);

    if (place) {
        record->failures -= place->failures;
        g_free(place->name);
        *place = (User){0};
    }
}

bool vnc_guesses_locked(VncGuesses *guesses, const char *source)
{
    const Record *record = find(guesses, source);

    return guesses->failures > 0 && record && record->until > vnc_clock_now(guesses->clock);
}

VncGuessStart vnc_guesses_begin(VncGuesses *guesses, const char *source)
{
    unsigned most = guesses->failures;
    Record *record;

    if (vnc_guesses_locked(guesses, source)) {
        return VNC_GUESS_LOCKED;
    }
    record = find_or_add(guesses, source);
    if (most > 0 && record->in_flight >= (record->failures < most ? most - record->failures : 1)) {
        return VNC_GUESS_TOO_MANY;
    }
    record->in_flight++;
    return VNC_GUESS_GO;
}

void vnc_guesses_end(VncGuesses *guesses, const char *source, VncGuessResult result,
                     const char *user)
{
    /* The record may have been dropped meanwhile, to make room. */
    Record *record = find_or_add(guesses, source);

    record->in_flight -= record->in_flight > 0;
    if (result == VNC_GUESS_WRONG && guesses->failures > 0) {
        count(guesses, record, user);
    } else if (result == VNC_GUESS_RIGHT) {
        forgive(record, user);
    }
    if (record->failures == 0 && record->in_flight == 0) {
        forget(guesses, record);
    }
}
