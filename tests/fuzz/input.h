/*
 * Take a fuzzer's input apart: bytes beyond its end are 0.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#ifndef TESTS_FUZZ_INPUT_H
#define TESTS_FUZZ_INPUT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct Input {
    const uint8_t *bytes;
    size_t len;
} Input;

static inline uint8_t take_u8(Input *input)
{
    if (input->len == 0) {
        return 0;
    }
    input->len--;
    return *input->bytes++;
}

static inline uint16_t take_u16(Input *input)
{
    uint8_t high = take_u8(input);

    return (uint16_t)(high << 8 | take_u8(input));
}

static inline uint32_t take_u32(Input *input)
{
    uint32_t high = take_u16(input);

    return high << 16 | take_u16(input);
}

/* 0 to @end - 1. */
static inline int take_below(Input *input, unsigned end)
{
    return (int)(take_u16(input) % end);
}

static inline void take_bytes(Input *input, uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bytes[i] = take_u8(input);
    }
}

/* An area of @width x @height pixels, not empty and within. */
static inline void take_area(Input *input, int width, int height, int *x, int *y, int *w, int *h)
{
    *x = take_below(input, width);
    *y = take_below(input, height);
    *w = 1 + take_below(input, width - *x);
    *h = 1 + take_below(input, height - *y);
}

#endif
