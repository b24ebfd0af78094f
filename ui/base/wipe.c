/*
 * Wiping secrets from memory.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; owns nothing; no lock.
 */
#include "ui/base/wipe.h"

#include <string.h>

void vnc_wipe(void *bytes, size_t len)
{
    static void *(*const volatile set)(void *, int, size_t) = memset;

    if (len > 0) {
        set(bytes, 0, len);
    }
}

void vnc_wipe_free(char **bytes, gssize len)
{
    if (*bytes) {
        vnc_wipe(*bytes, len < 0 ? strlen(*bytes) : (size_t)len);
        g_clear_pointer(bytes, g_free);
    }
}
