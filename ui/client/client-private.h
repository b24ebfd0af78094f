/*
 * A viewer's state, for the files of this folder.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef UI_CLIENT_CLIENT_PRIVATE_H
#define UI_CLIENT_CLIENT_PRIVATE_H

#include "ui/auth/auth.h"
#include "ui/base/damage.h"
#include "ui/client/client.h"
#include "ui/client/lossy.h"
#include "ui/enc/encoders.h"
#include "ui/rfb/handshake.h"
#include "ui/rfb/read.h"

/* A viewer gets its next update once no more than this waits to be sent to it. */
#define VNC_OUTPUT_LOW (128 * 1024)

/* Bytes read from, or written to, a viewer before others get their turn. */
#define VNC_READ_CHUNK  (64 * 1024)
#define VNC_WRITE_CHUNK (1024 * 1024)

/* Memory a viewer keeps in its buffers when nothing has been sent for a while. */
#define VNC_BUFFER_KEEP (128 * 1024)
#define VNC_TRIM_US     1000000

/* What a viewer points at comes back as the guest's pointer. This long after it has pointed last, the guest's is
 * where the guest wants it. */
#define VNC_POINTER_ECHO_US 300000

/* What a viewer has typed and pointed at that the host does not take yet. One with more is not listened to. */
#define VNC_MAX_AHEAD 8192

/* Keys a viewer can hold down at once; further ones are passed on, but not released for it. */
#define VNC_MAX_HELD_KEYS 64

/* What the viewer has still to be told. Each is said once, however often it changes meanwhile:
 * a viewer that does not read makes nothing grow. */
typedef enum VncPending {
    VNC_PENDING_SIZE = 1 << 0,         /* the desktop's size has changed */
    VNC_PENDING_SIZE_REQUEST = 1 << 1, /* -308: asked with a full request */
    VNC_PENDING_SIZE_ANSWER = 1 << 2,  /* -308: to SetDesktopSize, in `answers` */
    VNC_PENDING_CURSOR = 1 << 3,
    VNC_PENDING_LEDS = 1 << 4,
    VNC_PENDING_POINTER_TYPE = 1 << 5,
    VNC_PENDING_NAME = 1 << 6,
    VNC_PENDING_KEY_EVENT_ACK = 1 << 7,
    VNC_PENDING_MOUSE_BUTTONS_ACK = 1 << 8,
    VNC_PENDING_COLOUR_MAP = 1 << 9,
    VNC_PENDING_CLIPBOARD_CAPS = 1 << 10,
    VNC_PENDING_CLIPBOARD_NEWS = 1 << 11,    /* whether there is a text */
    VNC_PENDING_CLIPBOARD_TEXT = 1 << 12,    /* it */
    VNC_PENDING_CLIPBOARD_REQUEST = 1 << 13, /* the viewer is asked for its own */
    VNC_PENDING_AUDIO_ACK = 1 << 14,
    VNC_PENDING_XVP_INIT = 1 << 15,
    VNC_PENDING_POINTER_POSITION = 1 << 16,
    VNC_PENDING_CLIPBOARD = VNC_PENDING_CLIPBOARD_CAPS | VNC_PENDING_CLIPBOARD_NEWS |
                            VNC_PENDING_CLIPBOARD_TEXT | VNC_PENDING_CLIPBOARD_REQUEST,
    VNC_PENDING_SIZES = VNC_PENDING_SIZE | VNC_PENDING_SIZE_REQUEST | VNC_PENDING_SIZE_ANSWER,
    VNC_PENDING_ACKS =
        VNC_PENDING_KEY_EVENT_ACK | VNC_PENDING_MOUSE_BUTTONS_ACK | VNC_PENDING_AUDIO_ACK,
    /* no rectangles */
    VNC_PENDING_MESSAGES = VNC_PENDING_COLOUR_MAP | VNC_PENDING_CLIPBOARD | VNC_PENDING_XVP_INIT,
} VncPending;

/* Answers to SetDesktopSize that may wait; a viewer that asks on without reading is not listened to. */
#define VNC_MAX_SIZE_ANSWERS 64

typedef struct VncSizeAnswer {
    enum VncDesktopSizeStatus status;
    int width, height; /* as the viewer asked; so are these: */
    uint32_t screen_id, screen_flags;
} VncSizeAnswer;

/* Which pseudo-encodings the viewer has listed. */
typedef struct VncFeatures {
    bool desktop_size, extended_desktop_size;
    bool cursor, cursor_with_alpha, x_cursor;
    bool pointer_type, pointer_position;
    bool led_state;
    bool desktop_name;
    bool copy_rect, last_rect;
    bool tight_png;
    bool audio, xvp;
} VncFeatures;

/* What the viewer hears, see audio.c. */
typedef struct VncAudio {
    VncAudioFormat format;
    bool listening;    /* between audio_start and audio_stop */
    bool begun;        /* it has been told that a stream has begun, and not that it has ended */
    bool over;         /* which it has to be told ahead of anything else */
    VncBuffer waiting; /* frames */
    VncBuffer out;     /* empty, but while it is filled */
} VncAudio;

/* A CopyRect to be sent. */
typedef struct VncCopy {
    VncRect rect; /* where it goes */
    int source_x, source_y;
    bool lossy; /* the source was sent with loss */
} VncCopy;

typedef struct VncHeldKey {
    uint32_t keysym, keycode;
} VncHeldKey;

/* A key or pointer event, as in VncMessage. */
typedef struct VncInput {
    uint32_t keysym, keycode;
    uint16_t x, y, buttons;
    bool is_key, down;
} VncInput;

struct VncState {
    VncJobOwner owner; /* first; its own regimes: see job.h */

    /* immutable */
    VncClientContext context;
    uint64_t id;
    char *source; /* as VncClientContext.source */

    /* main thread */
    int refs;
    enum {
        VNC_STATE_HANDSHAKE,
        VNC_STATE_NORMAL,
        VNC_STATE_GONE, /* disconnected; waits for the last reference */
    } phase;
    bool initialized; /* has been admitted, even if gone since */

    VncStream *stream;
    bool websocket; /* is on it */
    VncAddressInfo local, peer;
    VncHandshake handshake;
    VncLogin login;
    char *dname;          /* of its certificate, as it may be shown; or NULL */
    VncAuth *auth;        /* while the security type has the word */
    bool stepping;        /* it is at work just now, and may have asked the host */
    GSource *login_timer; /* what is to happen if nothing else does; or NULL */
    bool guessing;        /* a password is being looked at, as the server has been told */
    bool refused;         /* the answer to a wrong password is being held back */
    bool busy;            /* the security type works elsewhere: what is read has to wait */
    bool upgrading;       /* as soon as everything is written, another stream is laid over */
    bool view_only;       /* what it types and points at is ignored */
    VncBuffer input;
    VncBuffer sending; /* taken from the output, on its way into the stream */

    /* as the viewer asked */
    VncPixelFormat format;
    const VncEncoder *encoder;
    int compress_level;
    int quality; /* JPEG's, as listed; -1 for none */
    VncSubsampling subsampling;
    VncEncodeParams params;
    VncReadFeatures read_features;
    VncFeatures features;

    /* clipboard */
    VncClipboardCaps caps;
    enum {
        VNC_WANTS_NO_TEXT,
        VNC_WANTS_NEW_TEXT, /* it has not asked */
        VNC_WANTS_ASKED_TEXT,
    } wants_text;
    bool text_refused; /* which the log has told */

    /* audio and power */
    VncAudio audio;
    bool told_xvp; /* that there is power control */

    /* what it lacks */
    VncDamage damage;
    GArray *copies, *sent_copies; /* VncCopy, see copy.c */
    VncDamage flying;  /* cells of the job in flight: which state of them it sends is open */
    VncLossy lossy;    /* what it has with loss */
    VncRect lost;      /* asked for anew since the last refresh: nothing may be copied from there */
    VncRect requested; /* the area it waits for; empty: it waits for nothing */
    bool needs_refresh; /* its next update has to wait until the screen has been looked at */
    unsigned pending;   /* VncPending */
    unsigned told;      /* VncPending: what the job in flight says */
    GArray *answers;    /* VncSizeAnswer, in the order of the requests */
    int width, height;  /* the desktop's size as the viewer knows it */
    bool throttled;     /* it has not read enough of what it was sent */
    bool other_resized; /* VNC_PENDING_SIZE: it was another viewer's wish */
    bool beyond;        /* it sees more than there is now: that is to be blackened */

    /* jobs */
    VncJob *job;  /* to be filled; NULL while in flight */
    int64_t used; /* clock, us: the first refresh after a job was pushed; INT64_MAX: one was since
                        * the last refresh; 0: none since memory was trimmed */
    VncEncoderStates states; /* that of the encoder in use is with the job in flight */

    /* input */
    VncBuffer ahead; /* VncInput, which wait for the host to take them; see ahead.c */
    bool mute;       /* writing has failed: what it said before is read, nothing is written */
    bool left;       /* all has been read: it goes when what is ahead has been passed on */
    VncHeldKey held[VNC_MAX_HELD_KEYS];
    unsigned n_held;
    int64_t acted;       /* monotonic, us: the last of it, and of the clipboard */
    GSource *idle_timer; /* or NULL */
    unsigned buttons;
    int pointer_x, pointer_y; /* last position, pixels; -1: none yet */
    bool told_absolute;       /* what the last PointerTypeChange said */
    int64_t pointed; /* clock, us: the first refresh after it has pointed; INT64_MAX: it has since
                      * the last one */
    bool guest_pointed; /* the guest's pointer has moved, which the viewer may have to be told */
};

#define VNC_TRACE_VIEWER(vs, ...) VNC_TRACE(&(vs)->owner.tracer, __VA_ARGS__)

/* client.c: log a line with the viewer's address in front. */
void vnc_state_log(VncState *vs, const char *text);

/* io.c */
void vnc_state_start_io(VncState *vs);
/* Read from and write to vs->stream, which is another one now. */
void vnc_state_use_stream(VncState *vs);
void vnc_state_flush(VncState *vs);     /* write what the stream takes now */
void vnc_state_trim(VncState *vs);      /* free memory that only a busy viewer needs */
size_t vnc_state_backlog(VncState *vs); /* bytes waiting to be sent */
void vnc_state_send(VncState *vs, VncBuffer *messages); /* append whole messages; empties it */

void vnc_state_write_later(VncState *vs); /* what has been appended, from the main loop */

/* Handle what the input holds. */
void vnc_state_take_input(VncState *vs);
/* What was typed ahead has become less. */
void vnc_state_listen_again(VncState *vs);

/* login.c: begin; go as far as the input reaches; lay over what waits for the output to be written; forget it. */
void vnc_state_start_login(VncState *vs);
void vnc_state_login(VncState *vs);
void vnc_state_try_upgrade(VncState *vs);
void vnc_state_end_login(VncState *vs);

/* idle.c: somebody has done something at the viewer; look now and then whether that is so; end. */
void vnc_state_act(VncState *vs);
void vnc_state_watch_idle(VncState *vs);
void vnc_state_end_idle(VncState *vs);

/* messages.c: handle one message. */
void vnc_state_handle(VncState *vs, const VncMessage *message);

/* encodings.c */
void vnc_state_set_pixel_format(VncState *vs, const VncPixelFormat *format);
void vnc_state_set_encodings(VncState *vs, const VncMessage *message);
/* The parameters of the next job, from what the viewer has asked for and the options allow. */
void vnc_state_settle_params(VncState *vs);

/* update.c: send the viewer what it waits for, if it can be done now. */
void vnc_state_update(VncState *vs);
/* Whether the screen is smaller than the viewer knows it. */
bool vnc_state_sees_beyond(const VncState *vs);
void vnc_state_job_home(VncJobOwner *owner, VncJob *job);
void vnc_state_job_progress(VncJobOwner *owner);

/* copy.c */
/* Merge a change into what the viewer lacks. */
void vnc_state_note_change(VncState *vs, const VncChange *change);
/* Begin @job with the copies if all lie @within, else make damage of them. */
void vnc_state_write_copies(VncState *vs, const VncRect *within, VncJob *job);
/* A job is home, and what it has sent exactly is so noted: the copies that wait come after it. */
void vnc_state_note_lossy_copies(VncState *vs);
/* Make damage of them. */
void vnc_state_drop_copies(VncState *vs);

/* pseudo.c: append what is pending; returns how many pseudo-rectangles. */
unsigned vnc_state_write_size(VncState *vs, VncBuffer *out);
unsigned vnc_state_write_pseudo(VncState *vs, VncBuffer *out);
unsigned vnc_state_write_ack(VncState *vs, VncBuffer *out); /* one of them, or none */
void vnc_state_write_messages(VncState *vs, VncBuffer *out);

/* clipboard.c: messages of the viewer; append those that are pending for it. */
void vnc_state_cut_text(VncState *vs, const VncMessage *message);
void vnc_state_clipboard(VncState *vs, const VncMessage *message);
void vnc_state_write_clipboard(VncState *vs, VncBuffer *out);
/* It may have a part in it from now on, or none any more. */
void vnc_state_allow_clipboard(VncState *vs);

/* audio.c, power.c: the viewer has listed the encoding. */
void vnc_state_list_audio(VncState *vs);
void vnc_state_list_xvp(VncState *vs);

/* audio.c */
void vnc_state_audio_message(VncState *vs, const VncMessage *message);
void vnc_state_try_audio(VncState *vs); /* send what waits, if little else does; or in any case */
void vnc_state_send_audio(VncState *vs);
/* The viewer is not to hear any more; or is leaving. */
void vnc_state_stop_audio(VncState *vs);
void vnc_state_end_audio(VncState *vs);

/* power.c */
void vnc_state_xvp_message(VncState *vs, const VncMessage *message);

/* ahead.c: a key or pointer event has come. */
void vnc_state_input(VncState *vs, const VncMessage *message);

/* input.c */
void vnc_state_key(VncState *vs, bool down, uint32_t keysym, uint32_t keycode);
void vnc_state_pointer(VncState *vs, int x, int y, unsigned buttons);
void vnc_state_release_input(VncState *vs);
/* A refresh, at @now: whether the viewer is to be told where the guest's pointer is. */
void vnc_state_follow_pointer(VncState *vs, int64_t now);
/* Whether its coordinates are distances, as far as it has been told. */
bool vnc_state_points_relatively(const VncState *vs);

/* Whether one of @what was pending; it is no longer. */
static inline bool vnc_state_take(VncState *vs, unsigned what)
{
    bool pending = vs->pending & what;

    vs->pending &= ~what;
    return pending;
}

static inline bool vnc_state_is_far_ahead(const VncState *vs)
{
    return vs->ahead.len >= VNC_MAX_AHEAD * sizeof(VncInput);
}

/* Whether what the viewer says has to wait: its login does, or what it has typed. */
static inline bool vnc_state_is_deaf(const VncState *vs)
{
    return vs->refused || vs->busy || vs->upgrading || vs->left || vnc_state_is_far_ahead(vs);
}

static inline VncState *vnc_state_from_owner(VncJobOwner *owner)
{
    return (VncState *)owner; /* the first member */
}

#endif
