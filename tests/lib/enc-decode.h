/*
 * Decoders written from the specification: strict where viewers are lenient.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The decoders share no code with ui/enc. A payload must be used up to its last byte; a deflate
 * stream must end at a flush; all that the specification forbids is an error.
 */
#ifndef TESTS_LIB_ENC_DECODE_H
#define TESTS_LIB_ENC_DECODE_H

#include "ui/base/pixel.h"

#include <glib.h>

typedef struct Decoder Decoder;

/* How rectangles were made up: counted over the decoder's life. */
typedef struct DecoderCounts {
    unsigned tight_fill, tight_mono, tight_indexed, tight_full, tight_gradient, tight_jpeg,
        tight_short, png_indexed, png_rgb;
    unsigned rre_solid, rre_subrects;
    unsigned hextile_raw, hextile_solid, hextile_mono, hextile_coloured, hextile_carried;
    unsigned zrle_raw, zrle_solid, zrle_packed, zrle_plain_rle, zrle_palette_rle; /* and TRLE's */
    unsigned trle_packed_reused, trle_rle_reused;
} DecoderCounts;

Decoder *decoder_new(const VncPixelFormat *format);
void decoder_free(Decoder *decoder);
const DecoderCounts *decoder_counts(const Decoder *decoder);

/* TRLE's or ZRLE's subencoding of each tile of the last rectangle, in order. */
const GByteArray *decoder_tile_types(const Decoder *decoder);

/**
 * decoder_run: decode one payload to @pixels: w * h values of the viewer's format, as numbers.
 * A Tight rectangle in JPEG is measured, not decoded.
 *
 * Returns NULL, or what is wrong.
 */
const char *decoder_run(Decoder *decoder, int32_t encoding, int w, int h, const uint8_t *payload,
                        size_t len, uint32_t *pixels);

#endif
