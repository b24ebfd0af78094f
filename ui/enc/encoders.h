/*
 * The table of encoders, and the state that they keep for a viewer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; the owner's lock or regime protects a VncEncoderStates.
 */
#ifndef UI_ENC_ENCODERS_H
#define UI_ENC_ENCODERS_H

#include "ui/enc/encoder.h"

#define VNC_MAX_ENCODERS 9

/* All encoders, ended by NULL. */
extern const VncEncoder *const vnc_encoders[];

/* The encoder with this RFB number, or NULL. */
const VncEncoder *vnc_encoder_find(int32_t number);

/* Allocate and initialise the state of an encoder; NULL for a stateless one. free accepts NULL. */
void *vnc_encoder_state_new(const VncEncoder *encoder);
void vnc_encoder_state_free(const VncEncoder *encoder, void *state);

/**
 * VncEncoderStates: the state that the encoders keep for one viewer. Each is created when it is
 * lent for the first time; a zeroed VncEncoderStates has none.
 */
typedef struct VncEncoderStates {
    void *kept[VNC_MAX_ENCODERS]; /* in the order of vnc_encoders; NULL: none yet, or lent */
} VncEncoderStates;

/**
 * vnc_encoder_states_lend, vnc_encoder_states_take_back: lend the caller the state that @encoder
 * uses, until it is taken back. NULL for a stateless encoder.
 *
 * @encoder: one of vnc_encoders, or one that shares the state of one of them (VncEncoder.state_of):
 *           of encoders that share a state, only one may be at work at a time
 */
void *vnc_encoder_states_lend(VncEncoderStates *states, const VncEncoder *encoder);
void vnc_encoder_states_take_back(VncEncoderStates *states, const VncEncoder *encoder, void *state);

/* Free all states. None may be lent. */
void vnc_encoder_states_clear(VncEncoderStates *states);

#endif
