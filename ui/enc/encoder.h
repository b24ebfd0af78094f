/*
 * Encoders: pixels in, the payload of a rectangle out.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. A function depends on its arguments alone. It changes only the state, the
 * scratch and the output that it is given: there is no viewer, no socket, no global. Two threads
 * may encode at once if they share none of these three.
 */
#ifndef UI_ENC_ENCODER_H
#define UI_ENC_ENCODER_H

#include "ui/base/buffer.h"
#include "ui/base/pixel.h"
#include "ui/rfb/proto.h"
#include "ui/vnc-types.h"

/**
 * VncView: pixels to read, 0x00RRGGBB in host byte order.
 */
typedef struct VncView {
    const uint32_t *pixels; /* top left */
    ptrdiff_t stride;       /* pixels from a row to the next */
    int width, height;
} VncView;

static inline const uint32_t *vnc_view_at(const VncView *view, int x, int y)
{
    return view->pixels + y * view->stride + x;
}

/**
 * VncSubsampling: how much of the colour JPEG keeps. From VNC_SUBSAMPLING_444 on in the order of
 * the JPEG Subsampling Level pseudo-encodings, -768 to -763.
 */
typedef enum VncSubsampling {
    VNC_SUBSAMPLING_AUTO, /* the encoder chooses */
    VNC_SUBSAMPLING_444,
    VNC_SUBSAMPLING_420,
    VNC_SUBSAMPLING_422,
    VNC_SUBSAMPLING_GRAY,
    VNC_SUBSAMPLING_410, /* one colour for 8 pixels */
    VNC_SUBSAMPLING_16X, /* one colour for 16 pixels */
} VncSubsampling;

/**
 * VncEncodeParams: what a viewer asked for, by value. The same for all rectangles of an update.
 */
typedef struct VncEncodeParams {
    VncPixelFormat format;
    VncConverter pixel, cpixel, tpixel; /* for format, one per VncPixelLayout */
    int compress_level;                 /* 0 to 9 */
    int quality;                        /* JPEG's, 0 to 100, or -1: nothing lossy */
    VncSubsampling subsampling;
    bool gradient; /* Tight: the viewer is known to decode the gradient filter */
} VncEncodeParams;

/**
 * VncPiece: a rectangle to be encoded, and its flags.
 */
typedef struct VncPiece {
    VncRect rect;
    bool exact;     /* nothing lossy, whatever quality the viewer asked for */
    bool fast;      /* changes many times a second: prefer small to sharp */
    bool may_split; /* encode() may return VNC_METHOD_MIXED, to have it cut */
} VncPiece;

/* Fill the format, its converters, the level and the quality; the rest is 0. */
void vnc_encode_params_init(VncEncodeParams *params, const VncPixelFormat *format,
                            int compress_level, int quality);

/* JPEG's quality for RFB's levels 0 to 9, the values that QEMU's users know. */
int vnc_quality_from_level(int level);

/**
 * VncMethod: how a rectangle was encoded.
 */
typedef enum VncMethod {
    VNC_METHOD_COPY,        /* no pixels: the viewer copies its own; no encoder does this */
    VNC_METHOD_RAW,         /* pixels as they are */
    VNC_METHOD_DEFLATE,     /* pixels, deflated */
    VNC_METHOD_TILES,       /* tiles of several shapes */
    VNC_METHOD_WAVELET,     /* lossy */
    VNC_METHOD_SOLID,       /* one colour */
    VNC_METHOD_MONO,        /* two colours, one bit per pixel */
    VNC_METHOD_INDEXED,     /* a palette, one byte per pixel */
    VNC_METHOD_FULL_COLOUR, /* Tight: pixels, deflated */
    VNC_METHOD_GRADIENT,    /* Tight: differences from a prediction, deflated */
    VNC_METHOD_JPEG,        /* lossy */
    VNC_METHOD_PNG,
    VNC_METHODS,
    /* nothing has been written: call again without may_split for each part that vnc_split() cuts */
    VNC_METHOD_MIXED,
} VncMethod;

bool vnc_method_is_lossy(VncMethod method);
const char *vnc_method_name(VncMethod method);

/* The compression level if the viewer names none. */
#define VNC_DEFAULT_COMPRESS_LEVEL 1

/**
 * VncScratch: a worker's own memory, used again for each rectangle. Holds nothing between calls.
 */
typedef struct VncScratch VncScratch;
VncScratch *vnc_scratch_new(void);
void vnc_scratch_free(VncScratch *scratch);

typedef enum VncEncoderFlags {
    VNC_ENCODER_STATELESS = 1 << 0, /* state_size is 0: rectangles do not depend on earlier ones */
    VNC_ENCODER_LOSSY = 1 << 1,     /* may lose precision if a quality is asked for */
    VNC_ENCODER_SPLITS = 1 << 3,    /* is smaller if a rectangle has one kind of content */
    /* its viewers derive from the quality level, 0 to 9, how to decode: no finer quality counts */
    VNC_ENCODER_QUALITY_LEVEL = 1 << 2,
} VncEncoderFlags;

typedef struct VncEncoder {
    int32_t number;   /* RFB's */
    const char *name; /* as the specification spells it */
    unsigned flags;
    int max_width;  /* of a rectangle, pixels */
    int max_pixels; /* of a rectangle: keeps a slice of work short */
    int align;      /* rectangles are best cut at multiples of this many rows */
    /* at most so many undamaged cells between damaged ones are sent along, rather than begin
     * another rectangle */
    int gap;
    size_t state_size;
    /* the encoder whose state it shares, which comes earlier in vnc_encoders; NULL: it has its own,
     * or none */
    const struct VncEncoder *state_of;
    /* The state lives as long as the viewer. NULL where state_size is 0. Any thread. */
    void (*init)(void *state);
    void (*clear)(void *state);
    /**
     * encode: append the payload (not the 12-byte head) of @piece to @out.
     *
     * @state: unused by a stateless encoder
     * @piece: its rectangle is within @view, not empty, within max_width and max_pixels
     */
    VncMethod (*encode)(void *state, const VncEncodeParams *params, const VncView *view,
                        const VncPiece *piece, VncScratch *scratch, VncBuffer *out);
} VncEncoder;

/* Each is defined in a file of its own. */
extern const VncEncoder vnc_encoder_raw, vnc_encoder_hextile, vnc_encoder_zlib, vnc_encoder_tight,
    vnc_encoder_zrle, vnc_encoder_zywrle, vnc_encoder_trle, vnc_encoder_rre, vnc_encoder_tight_png;

#endif
