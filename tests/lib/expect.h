/*
 * Compare the contents of a buffer, byte for byte.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_LIB_EXPECT_H
#define TESTS_LIB_EXPECT_H

#include "ui/base/buffer.h"

/* The buffer holds @bytes, and is emptied. */
static inline void expect(VncBuffer *out, const char *bytes, size_t len)
{
    g_assert_cmpmem(vnc_buffer_bytes(out), out->len, bytes, len);
    vnc_buffer_reset(out);
}

/* The same of a literal, without its terminator. */
#define EXPECT(out, literal) expect(out, literal, sizeof(literal) - 1)

#endif
