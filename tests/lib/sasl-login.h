/*
 * Logins for tests: users known to Cyrus SASL on the server's side, its client on the other.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, and VncOffload's threads.
 */
#ifndef TESTS_LIB_SASL_LOGIN_H
#define TESTS_LIB_SASL_LOGIN_H

#include "ui/auth/auth.h"

#include <sasl/sasl.h>

#define USER     "fred"
#define PASSWORD "sesame"
#define NOBODY   "barney" /* whom SASL does not know */

/* At the begin of a program: a directory with qemu.conf and the users; and at its end. */
void users_make(void);
void users_clear(void);

/* --- the server's side -------------------------------------------------------------------- */

typedef struct Login {
    VncPasswords passwords;
    VncAddressInfo address;
    VncHostOps ops;
    VncBuffer in, out;
    VncLogin login;
    VncAuth *auth;
    bool woken;
    unsigned asked; /* how often the host has been */
} Login;

/* @sheltered: by a unix socket; else by TCP. The host allows USER by "allows-fred", and nobody
 * else. */
Login *login_new(const VncAuthType *type, bool sheltered);
void login_free(Login *login);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Login, login_free)

/* One step, and those after work. */
VncAuthResult login_step(Login *login);

/* Give it @len bytes in pieces; it is to want more until the last. */
VncAuthResult login_give(Login *login, const void *bytes, size_t len, size_t piece);

/* Until the mechanisms have come, which are to be freed. */
char *login_begin(Login *login);

/* --- the viewer's side -------------------------------------------------------------------- */

typedef struct Client {
    sasl_conn_t *conn;
    const char *user;
    sasl_secret_t *secret;
    sasl_callback_t callbacks[4];
} Client;

void client_init(Client *client, const char *user, const char *password, unsigned max_packet);
void client_clear(Client *client);

/* As gtk-vnc does: a NUL at the end, and counted; nothing at all for no data. */
void append_data(VncBuffer *message, const char *data, unsigned len);
void append_mechanism(VncBuffer *message, const char *name, size_t len);

/* A whole login, in pieces of @piece bytes. */
VncAuthResult log_in(Login *login, Client *client, const char *mechanism, size_t piece);

#endif
