/*
 * The encoders' memory of a viewer: lent, taken back, freed.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. AddressSanitizer sees that all memory is freed.
 */
#include "ui/enc/encoders.h"

static const VncEncoder *whose(const VncEncoder *encoder)
{
    return encoder->state_of ? encoder->state_of : encoder;
}

/* Each encoder gets the same state each time, and only those that share one get another's. */
static void test_lend(void)
{
    VncEncoderStates states = {0};
    void *seen[VNC_MAX_ENCODERS] = {NULL};
    unsigned shared = 0;

    for (int round = 0; round < 2; round++) {
        for (unsigned i = 0; vnc_encoders[i]; i++) {
            void *state = vnc_encoder_states_lend(&states, vnc_encoders[i]);

            g_assert_true((state != NULL) == (vnc_encoders[i]->state_size > 0));
            g_assert_true(round == 0 || state == seen[i]);
            seen[i] = state;
            vnc_encoder_states_take_back(&states, vnc_encoders[i], state);
        }
    }
    for (unsigned i = 0; vnc_encoders[i]; i++) {
        for (unsigned j = 0; j < i; j++) {
            bool same = whose(vnc_encoders[i]) == whose(vnc_encoders[j]);

            g_assert_true(!seen[i] || (seen[i] == seen[j]) == same);
            shared += same;
        }
    }
    g_assert_cmpuint(shared, >, 0);
    vnc_encoder_states_clear(&states);
}

/* States of different encoders may be away at once. */
static void test_two_lent(void)
{
    VncEncoderStates states = {0};
    void *tight = vnc_encoder_states_lend(&states, &vnc_encoder_tight);
    void *zlib = vnc_encoder_states_lend(&states, &vnc_encoder_zlib);

    g_assert_true(tight != zlib);
    vnc_encoder_states_take_back(&states, &vnc_encoder_tight, tight);
    vnc_encoder_states_take_back(&states, &vnc_encoder_zlib, zlib);
    g_assert_true(vnc_encoder_states_lend(&states, &vnc_encoder_tight) == tight);
    g_assert_true(vnc_encoder_states_lend(&states, &vnc_encoder_zlib) == zlib);
    vnc_encoder_states_take_back(&states, &vnc_encoder_zlib, zlib);
    vnc_encoder_states_take_back(&states, &vnc_encoder_tight, tight);
    vnc_encoder_states_clear(&states);
}

/* Cleared, it is as at the beginning. */
static void test_clear(void)
{
    static const VncEncoderStates none = {0};
    VncEncoderStates states = {0};

    vnc_encoder_states_clear(&states);
    for (unsigned i = 0; vnc_encoders[i]; i++) {
        vnc_encoder_states_take_back(&states, vnc_encoders[i],
                                     vnc_encoder_states_lend(&states, vnc_encoders[i]));
    }
    g_assert_true(memcmp(&states, &none, sizeof(none)) != 0);
    vnc_encoder_states_clear(&states);
    g_assert_true(memcmp(&states, &none, sizeof(none)) == 0);
}

/* Of two that share a state one is at work at a time: the viewer knows only one. */
static void test_lent_twice(void)
{
    if (g_test_subprocess()) {
        VncEncoderStates states = {0};
        void *first = vnc_encoder_states_lend(&states, &vnc_encoder_zrle);
        void *second = vnc_encoder_states_lend(&states, &vnc_encoder_zywrle);

        vnc_encoder_states_take_back(&states, &vnc_encoder_zrle, first);
        vnc_encoder_states_take_back(&states, &vnc_encoder_zywrle, second);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*vnc_encoder_states_take_back*");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/encoder-states/lend", test_lend);
    g_test_add_func("/encoder-states/two-lent", test_two_lent);
    g_test_add_func("/encoder-states/clear", test_clear);
    g_test_add_func("/encoder-states/lent-twice", test_lent_twice);
    return g_test_run();
}
