/*
 * CopyRect: what has moved on the screen moves in a viewer's picture, too.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure. The waiting copies are to be made in their order, before the damage of the same update.
 * What holds between two calls: once the viewer's picture, as all that is sent and in flight leaves
 * it, has been through these copies, it is the server surface everywhere but in the viewer's
 * damage.
 *
 * A viewer that asks for pixels anew has lost them, maybe before it has made the copies of the last
 * update: so those are remembered, too.
 */
#ifndef UI_CLIENT_COPIES_H
#define UI_CLIENT_COPIES_H

#include "ui/base/buffer.h"
#include "ui/client/lossy.h"
#include "ui/client/screen.h"

/* Copies that may wait. A viewer that would have more is sent pixels instead. */
#define VNC_MAX_COPIES 256

/**
 * VncCopies: the copies of one viewer.
 */
typedef struct VncCopies {
    GArray *waiting; /* VncCopy, to be sent with the next update */
    GArray *sent;    /* VncCopy, of the last one that had any */
} VncCopies;

void vnc_copies_init(VncCopies *copies);
void vnc_copies_clear(VncCopies *copies);

/* Forget all copies: the screen is another one. */
void vnc_copies_forget(VncCopies *copies);

/* Make damage of those that wait. */
void vnc_copies_to_damage(VncCopies *copies, VncDamage *damage);

/* The viewer has lost @lost: make damage of each copy whose source is in it; what such a
 *                                    copy brings is lost, too, and is added to @lost. */
void vnc_copies_lose(VncCopies *copies, VncDamage *lost, VncDamage *damage);

/**
 * vnc_copies_note: what @change says has moved is to be copied, as far as the viewer has its
 * source, and is damaged no longer; @damage takes the rest of what has changed.
 *
 * @flying: which cells are on their way to the viewer, in which state is open
 * @lossy: what the viewer has with loss; what is copied from there has lost as much
 * @moved: scratch, of the screen's size
 */
void vnc_copies_note(VncCopies *copies, const VncChange *change, const VncDamage *flying,
                     VncDamage *damage, VncLossy *lossy, VncDamage *moved);

/* A job is home, and what it has sent exactly is so noted in @lossy: the copies that wait come
 * after it. @width,
 * @height: of the screen */
void vnc_copies_note_loss(const VncCopies *copies, int width, int height, VncLossy *lossy);

/**
 * vnc_copies_write: append them to @out if all lie @within, else make damage of them. They count as
 * sent.
 *
 * @count: what has been written
 */
void vnc_copies_write(VncCopies *copies, const VncRect *within, VncDamage *damage, VncBuffer *out,
                      VncMethodCount *count);

#endif
