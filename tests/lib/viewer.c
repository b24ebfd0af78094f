/*
 * A viewer for stress tests.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread for each viewer; nothing is shared.
 */
#include "tests/lib/viewer.h"

#include <errno.h>
#include <sys/socket.h>

bool viewer_write(Viewer *viewer, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;

    while (len > 0) {
        ssize_t n = send(viewer->fd, p, len, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        p += n;
        len -= n;
    }
    return true;
}

bool viewer_read(Viewer *viewer, void *bytes, size_t len)
{
    uint8_t *p = bytes;

    while (len > 0) {
        ssize_t n = recv(viewer->fd, p, len, 0);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        p += n;
        len -= n;
    }
    return true;
}

static bool skip(Viewer *viewer, uint64_t len)
{
    uint8_t waste[4096];

    while (len > 0) {
        size_t n = MIN(len, sizeof(waste));

        if (!viewer_read(viewer, waste, n)) {
            return false;
        }
        len -= n;
    }
    return true;
}

static unsigned u16(const uint8_t *p)
{
    return p[0] << 8 | p[1];
}

static uint32_t u32(const uint8_t *p)
{
    return (uint32_t)u16(p) << 16 | u16(p + 2);
}

bool viewer_handshake(Viewer *viewer)
{
    uint8_t buf[24];

    if (!viewer_read(viewer, buf, 12) || !viewer_write(viewer, "RFB 003.008\n", 12) ||
        !viewer_read(viewer, buf, 2) || !viewer_write(viewer, "\1", 1) ||
        !viewer_read(viewer, buf, 4) || !viewer_write(viewer, "\1", 1) ||
        !viewer_read(viewer, buf, 24)) {
        return false;
    }
    viewer->width = u16(buf);
    viewer->height = u16(buf + 2);
    return skip(viewer, u32(buf + 20));
}

static void put_u32(uint8_t *p, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        p[i] = value >> (24 - 8 * i);
    }
}

bool viewer_set_encodings(Viewer *viewer, int32_t encoding, int level)
{
    uint8_t message[16] = {2, 0, 0, 3};

    put_u32(message + 4, encoding);
    put_u32(message + 8, -223);
    put_u32(message + 12, -256 + level);
    return viewer_write(viewer, message, sizeof(message));
}

bool viewer_request(Viewer *viewer, bool incremental)
{
    uint8_t message[10] = {3,
                           incremental,
                           0,
                           0,
                           0,
                           0,
                           viewer->width >> 8,
                           viewer->width,
                           viewer->height >> 8,
                           viewer->height};

    return viewer_write(viewer, message, sizeof(message));
}

static bool read_rect(Viewer *viewer)
{
    uint8_t head[12], len[4];

    if (!viewer_read(viewer, head, sizeof(head))) {
        return false;
    }
    unsigned x = u16(head), y = u16(head + 2), w = u16(head + 4), h = u16(head + 6);

    switch ((int32_t)u32(head + 8)) {
    case -223:
        viewer->width = w;
        viewer->height = h;
        viewer->resizes++;
        return true;
    case 0:
        viewer->pixels += (uint64_t)w * h;
        return x + w <= (unsigned)viewer->width && y + h <= (unsigned)viewer->height &&
               skip(viewer, (uint64_t)w * h * 4);
    case 6:
    case 16:
        viewer->pixels += (uint64_t)w * h;
        return x + w <= (unsigned)viewer->width && y + h <= (unsigned)viewer->height &&
               viewer_read(viewer, len, 4) && skip(viewer, u32(len));
    default:
        return false;
    }
}

bool viewer_read_update(Viewer *viewer)
{
    uint8_t head[4];

    if (!viewer_read(viewer, head, sizeof(head)) || head[0] != 0) {
        return false;
    }
    for (unsigned n = u16(head + 2); n > 0; n--) {
        if (!read_rect(viewer)) {
            return false;
        }
    }
    viewer->updates++;
    return true;
}
