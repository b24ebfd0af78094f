/*
 * The version of these headers, and so of the library that is linked with them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * CHANGELOG.rst says what each version has changed.
 */
#ifndef UI_VNC_VERSION_H
#define UI_VNC_VERSION_H

#define VNC_VERSION_MAJOR 0
#define VNC_VERSION_MINOR 1
#define VNC_VERSION_MICRO 0

#define VNC_VERSION       "0.1.0"

/* Whether the version is @major.@minor.@micro or a later one; for #if, too. */
#define VNC_CHECK_VERSION(major, minor, micro) \
    (VNC_VERSION_MAJOR > (major) ||            \
     (VNC_VERSION_MAJOR == (major) &&          \
      (VNC_VERSION_MINOR > (minor) ||          \
       (VNC_VERSION_MINOR == (minor) && VNC_VERSION_MICRO >= (micro)))))

#endif
