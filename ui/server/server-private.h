/*
 * A server's state, for the files of this folder.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef UI_SERVER_SERVER_PRIVATE_H
#define UI_SERVER_SERVER_PRIVATE_H

#include "ui/base/clock.h"
#include "ui/base/damage.h"
#include "ui/client/client.h"
#include "ui/jobs/job.h"
#include "ui/net/connector.h"
#include "ui/net/listener.h"
#include "ui/server/activity.h"
#include "ui/server/doorman.h"
#include "ui/server/motion-search.h"
#include "ui/server/pace.h"
#include "ui/vnc-server.h"

/**
 * VncClipboardText: what is known of the text that VncScreen.clipboard speaks of.
 */
typedef struct VncClipboardText {
    GBytes *given; /* by the host or a viewer, in this form; NULL: not yet */
    VncTextForm form;
    GRefString *text; /* as read from that, when it was first wanted; or NULL */
    uint64_t serial;  /* of this text; others have others */
    bool asked;       /* whoever has it has been asked for it */
    bool wanted;      /* by the host, which has been told that a viewer has it */
    bool fetched;     /* by the host, since it has last been told so */
    bool working;     /* a thread has it in hand, or an earlier one */
} VncClipboardText;

struct VncServer {
    /* immutable */
    const VncHostOps *ops;
    void *host;
    VncTracer tracer;
    GMainContext *context;
    VncJobQueue *queue;
    VncTurns *turns; /* of viewers */
    GSource *wake;   /* armed by the worker, see vnc_job_queue_new() */

    /* main thread */
    VncScreen screen;
    VncClock clock;
    bool ending; /* within vnc_server_free() */

    GPtrArray *viewers; /* VncState *, a reference each, oldest first */
    uint64_t next_id;
    GPtrArray *listeners;    /* VncListener * */
    VncConnector *connector; /* to a viewer, `reverse=`; NULL unless it is on its way */
    uint64_t turn;  /* to have input passed on: this viewer's or a younger one's, by their ids */
    GSource *input; /* to do so from the main loop; NULL: nothing waits that could be passed on */
    VncState *resizer; /* the one whose wish the host is dealing with, or NULL */

    /* logins */
    VncPasswords passwords;
    VncAuthSettings *settings; /* a reference */
    VncOffload *offload;
    VncDoorman doorman;
    VncLogLimit *strangers_log, *viewers_log; /* see VncClientContext */

    VncClipboardText clipboard;

    /* refresh */
    VncSurface *guest;       /* what the host shows; NULL: blank */
    pixman_image_t *convert; /* over guest, if it is not 0x??RRGGBB */
    pixman_image_t *band;    /* VNC_CELL rows of converted pixels */
    VncDamage suspect;       /* where guest may differ from the server surface */
    VncDamage unseen;        /* likewise, from before the last refresh: see VncPace */
    VncDamage changed;       /* of a refresh: what differed */
    VncDamage moved;         /* of a refresh: what was elsewhere before, by `motion` */
    VncMotionSearch motion;
    VncActivity activity;
    bool refresh_late; /* it is to come again, from the main loop */
    unsigned interval; /* as last told to the host */
    VncPace pace;
};

/* viewers.c */
unsigned vnc_server_count_initialized(const VncServer *server);
/* Or NULL. */
VncState *vnc_server_find_viewer(const VncServer *server, uint64_t id);
/* Call @each for each viewer, which may come and go meanwhile. */
void vnc_server_for_each(VncServer *server, void (*each)(VncState *vs, void *opaque), void *opaque);
/* The same for what needs to know nothing more. */
void vnc_server_tell(VncServer *server, void (*tell)(VncState *vs));
/* Whether @test holds for one of them. */
bool vnc_server_has_viewer(const VncServer *server, bool (*test)(const VncState *vs));

/* viewer-ops.c: somebody has connected to a listener. */
void vnc_server_accept(void *opaque, GSocket *socket);
void vnc_server_accept_websocket(void *opaque, GSocket *socket);
/* Disconnect all viewers. */
void vnc_server_drop_viewers(VncServer *server);

/* listen.c: listen on the addresses of @options. @keep_websockets: listeners for them stay,
 * whatever these say. All or nothing: false with @error. */
bool vnc_server_listen_on(VncServer *server, const VncOptions *options, bool keep_websockets,
                          GError **error);

/* passwords.c: what options say of passwords, looked up before anything changes; then put to use;
 * then, with everything in place, what is to be said of it. */
bool vnc_server_read_passwords(VncServer *server, const VncOptions *options,
                               VncPasswords *passwords, GError **error);
void vnc_server_use_passwords(VncServer *server, const VncPasswords *passwords);
void vnc_server_log_passwords(VncServer *server, const VncPasswords *passwords);
bool vnc_options_ask_for_passwords(const VncOptions *options);

/* security.c: likewise for what viewers must pass. NULL on failure. */
VncAuthSettings *vnc_server_read_settings(VncServer *server, const VncOptions *options,
                                          GError **error);
void vnc_server_use_settings(VncServer *server, VncAuthSettings *settings);
void vnc_server_log_settings(VncServer *server, const VncAuthSettings *settings);
/* What is offered first, and, if that is VeNCrypt, its first subtype; else NULL. @tls: over TLS
 * that is there already. */
const char *vnc_server_auth_name(const VncServer *server, bool tls, const char **vencrypt);

/* clipboard.c: as VncClientOps says; this viewer is gone; at the server's end. */
void vnc_server_text_offered(void *opaque, VncState *vs, bool available);
void vnc_server_text_given(void *opaque, VncState *vs, VncTextForm form, const uint8_t *bytes,
                           size_t len);
void vnc_server_text_wanted(void *opaque);
void vnc_server_clipboard_left(VncServer *server, VncState *vs);
void vnc_server_clipboard_clear(VncServer *server);

/* input.c: at the server's end. */
void vnc_server_input_clear(VncServer *server);

/* refresh.c */
void vnc_server_refresh_init(VncServer *server);
void vnc_server_refresh_clear(VncServer *server);
/* Tell the host the interval that fits now. */
void vnc_server_pace(VncServer *server);
/* Something has happened, or is likely to: refresh soon. */
void vnc_server_hurry(VncServer *server);

#endif
