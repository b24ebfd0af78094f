/*
 * A function compiled for several processors, the best one chosen when the program is loaded.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread.
 */
#ifndef UI_BASE_CLONES_H
#define UI_BASE_CLONES_H

#include <glib.h>

/* The choice needs an indirect function: gcc, ELF and the GNU C library have it (clang 14 gives
 * it a name that no other file finds), and it is made before a sanitizer is ready to run. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__ELF__) && \
    defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define VNC_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define VNC_CLONES
#endif

#endif
