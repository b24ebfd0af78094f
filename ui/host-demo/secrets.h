/*
 * Secrets, as QEMU's -object spells them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef UI_HOST_DEMO_SECRETS_H
#define UI_HOST_DEMO_SECRETS_H

#include <glib.h>
#include <stdbool.h>

/* A file with a secret has no more bytes than this. */
#define DEMO_SECRET_MAX_BYTES 65536

/**
 * demo_secrets_add: read "secret,id=ID,data=TEXT" or "secret,id=ID,file=PATH", each with ",format=base64" if it
 * is so encoded, into @secrets (id -> text); two commas stand for one.
 *
 * Fails with G_OPTION_ERROR or the error of the file.
 */
bool demo_secrets_add(GHashTable *secrets, const char *object, GError **error);

#endif
