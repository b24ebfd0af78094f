/*
 * Functions compiled for several processors: the program chooses the best version when it is
 * loaded.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread.
 */
#ifndef UI_BASE_CLONES_H
#define UI_BASE_CLONES_H

#include <glib.h>

/* The choice needs an indirect function, which gcc, ELF and the GNU C library have. clang 14 is
 * left out: it gives the function a name that no other file finds. Sanitizers are left out: the
 * choice is made before they are ready to run. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__ELF__) && \
    defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define VNC_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define VNC_CLONES
#endif

#endif
