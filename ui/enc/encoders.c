/*
 * The table of encoders, and the state that they keep for a viewer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; the owner's lock or regime protects a VncEncoderStates.
 */
#include "ui/enc/encoders.h"

const VncEncoder *const vnc_encoders[] = {
    &vnc_encoder_raw,
    &vnc_encoder_hextile,
    &vnc_encoder_zlib,
    &vnc_encoder_tight,
    &vnc_encoder_zrle,
    &vnc_encoder_zywrle,
    &vnc_encoder_trle,
    &vnc_encoder_rre,
#ifdef VNC_HAVE_PNG
    &vnc_encoder_tight_png,
#endif
    NULL,
};

G_STATIC_ASSERT(G_N_ELEMENTS(vnc_encoders) - 1 <= VNC_MAX_ENCODERS);

const VncEncoder *vnc_encoder_find(int32_t number)
{
    for (size_t i = 0; vnc_encoders[i]; i++) {
        if (vnc_encoders[i]->number == number) {
            return vnc_encoders[i];
        }
    }
    return NULL;
}

void *vnc_encoder_state_new(const VncEncoder *encoder)
{
    if (encoder->state_size == 0) {
        return NULL;
    }
    void *state = g_malloc0(encoder->state_size);
    encoder->init(state);
    return state;
}

void vnc_encoder_state_free(const VncEncoder *encoder, void *state)
{
    if (state) {
        encoder->clear(state);
        g_free(state);
    }
}

/* The place of the state that @encoder uses. */
static void **slot_of(VncEncoderStates *states, const VncEncoder *encoder)
{
    const VncEncoder *whose = encoder->state_of ? encoder->state_of : encoder;
    size_t i = 0;

    while (vnc_encoders[i] != whose) {
        g_assert(vnc_encoders[i]);
        i++;
    }
    return &states->kept[i];
}

void *vnc_encoder_states_lend(VncEncoderStates *states, const VncEncoder *encoder)
{
    void **slot = slot_of(states, encoder);

    return *slot ? g_steal_pointer(slot) : vnc_encoder_state_new(encoder);
}

void vnc_encoder_states_take_back(VncEncoderStates *states, const VncEncoder *encoder, void *state)
{
    void **slot = slot_of(states, encoder);

    g_assert(!*slot);
    *slot = state;
}

void vnc_encoder_states_clear(VncEncoderStates *states)
{
    for (size_t i = 0; vnc_encoders[i]; i++) {
        vnc_encoder_state_free(vnc_encoders[i], g_steal_pointer(&states->kept[i]));
    }
}
