/*
 * What a server can tell about its listeners and viewers.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef UI_VNC_INFO_H
#define UI_VNC_INFO_H

#include "ui/vnc-types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum VncFamily {
    VNC_FAMILY_IPV4,
    VNC_FAMILY_IPV6,
    VNC_FAMILY_UNIX,
    VNC_FAMILY_UNKNOWN,
} VncFamily;

/**
 * VncAddressInfo: one end of a socket, in numbers.
 */
typedef struct VncAddressInfo {
    VncFamily family;
    char *host;    /* "127.0.0.1", "::1"; "" for unix */
    char *service; /* the port in decimal; the path for unix, "" if it has none */
} VncAddressInfo;

typedef struct VncListenerInfo {
    VncAddressInfo address;
    bool websocket;
    const char *auth;     /* the security type offered first: "none", "vnc", "vencrypt" */
    const char *vencrypt; /* its first subtype, "x509-vnc" and so on; NULL unless "vencrypt" */
} VncListenerInfo;

typedef struct VncViewerInfo {
    VncAddressInfo address; /* of the viewer's end */
    VncAddressInfo local;   /* of our end: where it was accepted or, `reverse=`, called from */
    /* The name in its certificate, with '?' for unprintable characters; NULL: it has shown none. */
    const char *x509_dname;
    const char *sasl_username; /* likewise; NULL: it has not logged in by SASL */
    uint64_t id;               /* unique within the server's life */
    bool initialized;          /* past ClientInit */
    bool shared;               /* as ClientInit said */
    bool view_only;            /* its keys and pointer events are ignored */
    bool websocket;            /* it is connected by a websocket */
} VncViewerInfo;

/**
 * VncServerStatus: a snapshot, owned by the caller.
 */
typedef struct VncServerStatus {
    GPtrArray *listeners;        /* VncListenerInfo * */
    GPtrArray *viewers;          /* VncViewerInfo *, oldest first, connecting ones included */
    const char *auth, *vencrypt; /* as VncListenerInfo's, for those that are no websockets */
} VncServerStatus;

/**
 * VncMethodInfo: what has been sent to all viewers by one method, since the server began.
 */
typedef struct VncMethodInfo {
    const char *name;       /* "copy", "raw", "jpeg", ...: docs/encodings.rst has them all */
    uint64_t rects, pixels; /* of the screen */
    uint64_t bytes;         /* on the wire, the heads of the rectangles included */
} VncMethodInfo;

/* All methods, used or not, as VncMethodInfo; the caller frees the array. */
GArray *vnc_server_get_methods(VncServer *server);

VncServerStatus *vnc_server_get_status(VncServer *server);
void vnc_server_status_free(VncServerStatus *status); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncServerStatus, vnc_server_status_free)

#ifdef __cplusplus
}
#endif

#endif
