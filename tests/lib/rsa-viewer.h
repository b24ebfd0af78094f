/*
 * A viewer of RSA-AES, for the tests: written with Nettle alone, and able to make every mistake.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread, and VncOffload's threads.
 */
#ifndef TESTS_LIB_RSA_VIEWER_H
#define TESTS_LIB_RSA_VIEWER_H

#include "ui/auth/auth.h"

#include <gnutls/x509.h>
#include <nettle/eax.h>
#include <nettle/rsa.h>

/* Of its own key. */
#define VIEWER_BITS  1024
#define VIEWER_BYTES (VIEWER_BITS / 8)

struct eax_aes256 EAX_CTX(struct aes256_ctx);

/* One direction of the messages. */
typedef struct Side {
    bool wide;
    struct eax_aes128_ctx aes128;
    struct eax_aes256 aes256;
    uint64_t count;
} Side;

/* @key: 16 bytes, or 32 if it is @wide. */
void side_init(Side *side, bool wide, const uint8_t *key);
/* Append a message of @len bytes to @to. */
void side_seal(Side *side, const uint8_t *bytes, size_t len, VncBuffer *to);
/* The message at the beginning of @from, which is all there: its bytes to @bytes. Returns how
 * many. */
size_t side_open(Side *side, VncBuffer *from, uint8_t *bytes);

/* A login, with both its ends. */
typedef struct Talk {
    VncPasswords passwords;
    VncOffload *offload;
    VncBuffer in, out;
    VncLogin login;
    VncAuth *auth;
    VncAuthResult result;
    bool woken;

    /* the viewer */
    bool wide;
    size_t piece;       /* what is sent comes in such pieces; 0: whole */
    ssize_t cut;        /* so many bytes may still be sent; < 0: any number */
    unsigned leaves_at; /* which of the server's works from now on it does not wait for; 0: none */
    VncBuffer server_message, own_message;
    struct rsa_public_key server;
    uint8_t ours[32], theirs[32];
    Side sends, receives;
} Talk;

/* What a viewer does wrong. */
typedef enum Spoil {
    NOTHING,
    KEY_SHORT,
    KEY_LONG,
    KEY_HUGE,
    KEY_BITS,
    KEY_ZERO,
    KEY_EVEN,
    KEY_OURS, /* the server's */
    EXPONENT_ONE,
    EXPONENT_EVEN,
    EXPONENT_LONG,
    RANDOM_SIZE,
    RANDOM_PADDING,
    RANDOM_ABOVE_MODULUS,
    RANDOM_LENGTH,
    RANDOM_OURS,
    HASH_OTHER,
    HASH_TAG,
    HASH_TEXT,
    HASH_SIZE,
    LOGIN_TAG,
    LOGIN_AGAIN,
    LOGIN_SIZE_0,
    LOGIN_SIZE_BIG,
    LOGIN_USER_LENGTH,
    LOGIN_PASSWORD_LENGTH,
    N_SPOILS,
} Spoil;

/* What the server complains of then: a part of it. */
extern const char *const complaints[N_SPOILS];

/* Write a private key of @bits bits as PEM; @password: of PKCS #8, or NULL. */
void rsa_write_key(const char *path, gnutls_pk_algorithm_t kind, unsigned bits, bool pkcs8,
                   const char *password);
/* Make the viewer's key; load the server's, of 2048 bits, from @file. */
void rsa_viewer_init(const char *file);
void rsa_viewer_clear(void);
/* The two; the viewer's as it is sent, to @message. */
VncRsaKey *rsa_server_key(void);
void rsa_viewer_key(Spoil spoil, VncBuffer *message);
/* What was encrypted for the viewer, VIEWER_BYTES at @bytes: @len bytes to @number. */
void rsa_viewer_decrypt(const uint8_t *bytes, uint8_t *number, size_t len);

/* For Nettle. */
void fill_random(void *opaque, size_t len, uint8_t *bytes);

void talk_init(Talk *talk, uint32_t number);
void talk_clear(Talk *talk);
/* The server's step, and those after its work. */
void talk_step(Talk *talk);
/* What the viewer is told in the end, after the layer where there is one. */
VncAuthResult talk_verdict(Talk *talk);
/* Read the server's key, which it sends at once. */
void talk_begin(Talk *talk);
/* All of it, until the server refuses or has heard the password: true in the latter case. */
bool talk_through(Talk *talk, Spoil spoil, const char *user, const char *password);

#endif
