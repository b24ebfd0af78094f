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
 * VncClipboardText: the text that VncScreen.clipboard announces, as far as it is known.
 */
typedef struct VncClipboardText {
    GBytes *given;    /* by the host or a viewer; NULL: not yet */
    VncTextForm form; /* of `given` */
    GRefString *text; /* read from `given` when the text was first wanted; or NULL */
    uint64_t serial;  /* no two texts have the same */
    bool asked;       /* its owner has been asked for the text */
    bool wanted;      /* the host, told that a viewer has a text, waits for it */
    bool fetched;     /* the host has fetched a text since it was last told of one */
    bool working;     /* a thread works on this text, or on an earlier one */
} VncClipboardText;

struct VncServer {
    /* immutable */
    const VncHostOps *ops;
    void *host;
    VncTracer tracer;
    GMainContext *context;
    VncJobQueue *queue;
    VncTurns *turns; /* viewers that wait for a turn of the main loop */
    GSource *wake;   /* armed by the worker, see vnc_job_queue_new() */

    /* main thread */
    VncScreen screen;
    VncClock clock;
    bool ending; /* within vnc_server_free() */

    GPtrArray *viewers; /* VncState *, a reference each, oldest first */
    uint64_t next_id;
    GPtrArray *listeners;    /* VncListener * */
    VncConnector *connector; /* to a viewer, `reverse=`; NULL unless it is connecting */
    uint64_t turn;     /* the viewer with this id, or the next greater one, passes input on next */
    GSource *input;    /* passes input on from the main loop; NULL: none that the host could take */
    VncState *resizer; /* the viewer whose request to resize the host handles now, or NULL */

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
    VncDamage suspect;       /* where `guest` may differ from the server surface */
    VncDamage unseen;        /* likewise, from refreshes that compared nothing: see VncPace */
    VncDamage changed;       /* scratch of a refresh: cells that differed */
    VncDamage moved;         /* scratch of a refresh: cells that `motion` has moved here */
    VncMotionSearch motion;
    VncActivity activity;
    bool refresh_late; /* the worker held the display lock: its wake-up repeats the refresh */
    unsigned interval; /* as last told to the host, ms */
    VncPace pace;
};

/* viewers.c */
unsigned vnc_server_count_initialized(const VncServer *server);
/* The viewer with this id, or NULL. */
VncState *vnc_server_find_viewer(const VncServer *server, uint64_t id);
/* Call @each for each viewer. Viewers may come and go meanwhile. */
void vnc_server_for_each(VncServer *server, void (*each)(VncState *vs, void *opaque), void *opaque);
/* The same for a function of the viewer alone. */
void vnc_server_tell(VncServer *server, void (*tell)(VncState *vs));
/* Whether @test holds for a viewer. */
bool vnc_server_has_viewer(const VncServer *server, bool (*test)(const VncState *vs));

/* viewer-ops.c: a viewer has connected to a listener. */
void vnc_server_accept(void *opaque, GSocket *socket);
void vnc_server_accept_websocket(void *opaque, GSocket *socket);
/* Disconnect all viewers. */
void vnc_server_drop_viewers(VncServer *server);

/* listen.c: listen on the addresses of @options. @keep_websockets: websocket listeners stay,
 * whatever @options say. On failure nothing changes: false with @error. */
bool vnc_server_listen_on(VncServer *server, const VncOptions *options, bool keep_websockets,
                          GError **error);

/* passwords.c. Read: look up the passwords of @options, before anything changes. Use: put them in
 * place. Log: say what is to be said of them, once everything is in place. */
bool vnc_server_read_passwords(VncServer *server, const VncOptions *options,
                               VncPasswords *passwords, GError **error);
void vnc_server_use_passwords(VncServer *server, const VncPasswords *passwords);
void vnc_server_log_passwords(VncServer *server, const VncPasswords *passwords);
bool vnc_options_ask_for_passwords(const VncOptions *options);

/* security.c: likewise for the security settings. Reading returns NULL on failure. */
VncAuthSettings *vnc_server_read_settings(VncServer *server, const VncOptions *options,
                                          GError **error);
void vnc_server_use_settings(VncServer *server, VncAuthSettings *settings);
void vnc_server_log_settings(VncServer *server, const VncAuthSettings *settings);
/* The name of the security type that is offered first. *@vencrypt: if that is VeNCrypt, the first
 * subtype; else NULL. @tls: the stream runs over TLS already. */
const char *vnc_server_auth_name(const VncServer *server, bool tls, const char **vencrypt);

/* clipboard.c. The first three: see VncClientOps. Left: the viewer @vs has gone. Clear: at the
 * server's end. */
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
/* Tell the host the current interval between refreshes. */
void vnc_server_pace(VncServer *server);
/* The screen has changed, or is likely to: refresh soon. */
void vnc_server_hurry(VncServer *server);

#endif
