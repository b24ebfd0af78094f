/*
 * The encryption that a SASL mechanism has brought, over a stream.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#ifndef UI_AUTH_SASL_LAYER_H
#define UI_AUTH_SASL_LAYER_H

#include "ui/net/stream.h"

#include <sasl/sasl.h>

/* Lay @conn's encryption over @lower. Both are taken over. */
VncStream *vnc_sasl_layer_new(VncStream *lower, sasl_conn_t *conn, GMainContext *context);

#endif
