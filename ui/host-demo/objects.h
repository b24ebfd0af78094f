/*
 * Objects that options refer to, as QEMU's -object spells them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#ifndef UI_HOST_DEMO_OBJECTS_H
#define UI_HOST_DEMO_OBJECTS_H

#include "ui/vnc-host.h"

/* Most bytes of a secret's file. */
#define DEMO_SECRET_MAX_BYTES 65536

typedef struct DemoObjects DemoObjects;

DemoObjects *demo_objects_new(void);
void demo_objects_free(DemoObjects *objects);

/**
 * demo_objects_add: read "TYPE,id=ID,NAME=VALUE...", in which two commas stand for one. Types are
 * secret, tls-creds-anon, tls-creds-x509 and authz-simple. A secret's file is read now, those of
 * TLS when they are used.
 *
 * Fails with G_OPTION_ERROR or the error of the file.
 */
bool demo_objects_add(DemoObjects *objects, const char *text, GError **error);

/* Returns false if no object has this @id. */
bool demo_objects_remove(DemoObjects *objects, const char *id);

/* See secret(), tls_object() and authorize() of VncHostOps. */
char *demo_objects_secret(DemoObjects *objects, const char *id, GError **error);
bool demo_objects_tls(DemoObjects *objects, const char *id, VncTlsObject *object, GError **error);
bool demo_objects_authorize(DemoObjects *objects, const char *id, const char *identity,
                            GError **error);

#endif
