/*
 * A viewer's picture: what it has of the screen, what it lacks, and what it waits for.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure: no socket, no queue, no clock; main thread, as the screen is. Changes of the screen are
 * noted; an update is a VncJob that takes of them what the viewer waits for; what a cancelled job
 * has taken comes back.
 */
#ifndef UI_CLIENT_PICTURE_H
#define UI_CLIENT_PICTURE_H

#include "ui/client/copies.h"
#include "ui/client/lossy.h"
#include "ui/client/screen.h"
#include "ui/jobs/job.h"

/**
 * VncPicture: of one viewer.
 */
typedef struct VncPicture {
    int width, height; /* the desktop's size as the viewer knows it; 0: none yet */
    VncDamage damage;  /* what it lacks, of the screen as it is */
    VncDamage flying;  /* cells of the job in flight: which state of them it sends is open */
    VncCopies copies;
    VncLossy lossy;    /* what it has with loss */
    VncRect lost;      /* asked for anew since the last refresh: nothing may be copied from there */
    VncRect requested; /* the area it waits for; empty: it waits for nothing */
    bool needs_refresh; /* its next update has to wait until the screen has been looked at */
    bool beyond;        /* it sees more than there is now: that is to be blackened */
} VncPicture;

void vnc_picture_init(VncPicture *picture);
void vnc_picture_clear(VncPicture *picture);

/* The viewer is in, and sees nothing yet of a screen of this size, which it is told. */
void vnc_picture_begin(VncPicture *picture, const VncSurface *screen);

/* The screen is another one, of another size: all is damaged. */
void vnc_picture_replace_screen(VncPicture *picture, const VncSurface *screen);

/* The viewer has been told of this size, and sees nothing beyond. All is damaged if it is news. */
void vnc_picture_tell_size(VncPicture *picture, int width, int height);

/* Whether the viewer knows the desktop by the screen's size; whether it sees more than the
 * screen. */
bool vnc_picture_fits(const VncPicture *picture, const VncSurface *screen);
bool vnc_picture_sees_beyond(const VncPicture *picture, const VncSurface *screen);

/* FramebufferUpdateRequest; @area: of what the viewer knows, maybe empty */
void vnc_picture_request(VncPicture *picture, const VncRect *area, bool incremental,
                         const VncSurface *screen);

/* Nobody waits for an update any more. */
void vnc_picture_end_request(VncPicture *picture);

static inline bool vnc_picture_is_requested(const VncPicture *picture)
{
    return picture->requested.w > 0;
}

/**
 * vnc_picture_note: a refresh of @screen has found @change. Uses screen->work.
 *
 * @copies: the viewer knows CopyRect
 */
void vnc_picture_note(VncPicture *picture, VncScreen *screen, const VncChange *change, bool copies);

/* The viewer does not know CopyRect any more. */
void vnc_picture_drop_copies(VncPicture *picture);

/* What was lossy may not be so any more. */
void vnc_picture_drop_loss(VncPicture *picture);

/* Whether there is anything to send of what has been noted. */
bool vnc_picture_has_news(VncPicture *picture);

/**
 * vnc_picture_fill: put into @job, which has been begun and may have rectangles written, what the
 * viewer waits for: copies, damage, and some of what it has with loss. Full jobs leave the rest for
 * the next one. Uses screen->work,
 * screen->fast_work and screen->split_work.
 *
 * Returns how many pixels are sent exactly that the viewer has had with loss.
 */
int64_t vnc_picture_fill(VncPicture *picture, VncScreen *screen, const VncEncoder *encoder,
                         const VncEncodeParams *params, VncJob *job);

/* Put into @job, which has been begun, black over what the viewer sees beyond the screen. It
 * answers no request. */
void vnc_picture_fill_beyond(VncPicture *picture, VncScreen *screen, const VncEncoder *encoder,
                             const VncEncodeParams *params, VncJob *job);

/* @job, filled by the first of these, is home: sent; or cancelled, so that what it had taken is
 * damaged again, and waited for; or given up with the connection. */
void vnc_picture_sent(VncPicture *picture, const VncScreen *screen, const VncJob *job);
void vnc_picture_take_back(VncPicture *picture, const VncJob *job);
void vnc_picture_landed(VncPicture *picture);

#endif
