/*
 * Take pictures of a VNC server with an independent viewer, libvncclient.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Usage: capture HOST PORT ENCODINGS COMPRESS QUALITY
 *
 * Logs in with VNC_USERNAME and VNC_PASSWORD of the environment, and trusts the CA in the file
 * VNC_CA.
 *
 * ENCODINGS as libvncclient names them ("zrle", "tight", ...). Connects, prints "connected WxH",
 * then runs the commands on standard input, and answers each with "ok" or "error TEXT":
 *
 *   size W H     wait until the desktop has this size
 *   shot FILE    request the whole screen, wait until every pixel has come, write it as a PPM
 *   follow FILE  request changes until the picture in FILE (a PPM) is on the screen
 *   key KEYSYM   press and release a key
 *   move X Y B   pointer event with button mask B
 *   copy TEXT    the viewer's clipboard has another text, Latin-1
 *   paste TEXT   wait until the server has sent this one
 */
#include <rfb/rfbclient.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Coverage {
    char *seen; /* a byte a pixel */
    int width, height;
    size_t left; /* pixels not seen yet */
} Coverage;

static Coverage coverage;

static char *clipboard; /* what the server has sent last; or NULL */

static void got_text(rfbClient *client, const char *text, int len)
{
    (void)client;
    free(clipboard);
    clipboard = strndup(text, len);
}

static void coverage_reset(int width, int height)
{
    coverage.width = width;
    coverage.height = height;
    coverage.left = (size_t)width * height;
    coverage.seen = realloc(coverage.seen, coverage.left);
    memset(coverage.seen, 0, coverage.left);
}

static rfbBool resize(rfbClient *client)
{
    free(client->frameBuffer);
    client->frameBuffer = calloc((size_t)client->width * client->height, 4);
    coverage_reset(client->width, client->height);
    return client->frameBuffer != NULL;
}

static void got_update(rfbClient *client, int x, int y, int w, int h)
{
    (void)client;
    for (int row = y; row < y + h && row < coverage.height; row++) {
        for (int col = x; col < x + w && col < coverage.width; col++) {
            char *seen = coverage.seen + (size_t)row * coverage.width + col;

            coverage.left -= !*seen;
            *seen = 1;
        }
    }
}

static bool pump(rfbClient *client)
{
    /* libvncclient reads ahead, and looks at the socket alone when it waits. */
    int n = client->buffered > 0 ? 1 : WaitForMessage(client, 500000);

    return n == 0 || (n > 0 && HandleRFBServerMessage(client));
}

/* The picture as the lines of a PPM: 3 bytes a pixel. */
static unsigned char *to_rgb(const rfbClient *client)
{
    size_t n = (size_t)client->width * client->height;
    const uint32_t *pixels = (const uint32_t *)(const void *)client->frameBuffer;
    unsigned char *rgb = malloc(n * 3);

    for (size_t i = 0; i < n; i++) {
        rgb[3 * i] = pixels[i] >> client->format.redShift;
        rgb[3 * i + 1] = pixels[i] >> client->format.greenShift;
        rgb[3 * i + 2] = pixels[i] >> client->format.blueShift;
    }
    return rgb;
}

static const char *shot(rfbClient *client, const char *path)
{
    unsigned char *rgb;
    FILE *file;
    bool good;

    coverage_reset(client->width, client->height);
    if (!SendFramebufferUpdateRequest(client, 0, 0, client->width, client->height, FALSE)) {
        return "cannot send";
    }
    while (coverage.left > 0) {
        if (!pump(client)) {
            return "connection lost";
        }
    }
    file = fopen(path, "wb");
    if (!file) {
        return "cannot write the file";
    }
    rgb = to_rgb(client);
    good = fprintf(file, "P6\n%d %d\n255\n", client->width, client->height) > 0 &&
           fwrite(rgb, 3, (size_t)client->width * client->height, file) > 0;
    good &= fclose(file) == 0;
    free(rgb);
    return good ? NULL : "cannot write the file";
}

static const char *follow(rfbClient *client, const char *path)
{
    FILE *file = fopen(path, "rb");
    int width, height;
    unsigned char *expected;
    const char *error = NULL;
    bool same = false;

    if (!file || fscanf(file, "P6 %d %d 255", &width, &height) != 2 || fgetc(file) == EOF) {
        return "cannot read the file";
    }
    expected = malloc((size_t)width * height * 3);
    if (fread(expected, 3, (size_t)width * height, file) != (size_t)width * height) {
        error = "the file is short";
    }
    fclose(file);
    while (!error && !same) {
        if (width == client->width && height == client->height) {
            unsigned char *rgb = to_rgb(client);

            same = memcmp(rgb, expected, (size_t)width * height * 3) == 0;
            free(rgb);
        }
        if (!same && !pump(client)) {
            error = "connection lost";
        }
    }
    free(expected);
    return error;
}

static const char *wait_size(rfbClient *client, int width, int height)
{
    while (client->width != width || client->height != height) {
        if (!pump(client)) {
            return "connection lost";
        }
    }
    return NULL;
}

static const char *paste(rfbClient *client, const char *text)
{
    while (!clipboard || strcmp(clipboard, text) != 0) {
        if (!pump(client)) {
            return "connection lost";
        }
    }
    return NULL;
}

static const char *obey(rfbClient *client, const char *line)
{
    char path[1024];
    int a, b, c;
    unsigned keysym;

    if (sscanf(line, "size %d %d", &a, &b) == 2) {
        return wait_size(client, a, b);
    }
    if (sscanf(line, "shot %1023s", path) == 1) {
        return shot(client, path);
    }
    if (sscanf(line, "follow %1023s", path) == 1) {
        return follow(client, path);
    }
    if (sscanf(line, "key %x", &keysym) == 1) {
        return SendKeyEvent(client, keysym, TRUE) && SendKeyEvent(client, keysym, FALSE)
                   ? NULL
                   : "cannot send";
    }
    if (sscanf(line, "move %d %d %d", &a, &b, &c) == 3) {
        return SendPointerEvent(client, a, b, c) ? NULL : "cannot send";
    }
    if (sscanf(line, "copy %1023[^\n]", path) == 1) {
        return SendClientCutText(client, path, strlen(path)) ? NULL : "cannot send";
    }
    if (sscanf(line, "paste %1023[^\n]", path) == 1) {
        return paste(client, path);
    }
    return "unknown command";
}

/* libvncclient frees what it asks for. */
static char *copy_variable(const char *name)
{
    const char *given = getenv(name);

    return strdup(given ? given : "");
}

static char *password(rfbClient *client)
{
    (void)client;
    return copy_variable("VNC_PASSWORD");
}

static char *user(rfbClient *client)
{
    (void)client;
    return copy_variable("VNC_USERNAME");
}

/* Within VeNCrypt. */
static rfbCredential *credential(rfbClient *client, int type)
{
    rfbCredential *given = calloc(1, sizeof(*given));

    (void)client;
    if (type == rfbCredentialTypeX509) {
        given->x509Credential.x509CACertFile = copy_variable("VNC_CA");
    } else {
        given->userCredential.username = copy_variable("VNC_USERNAME");
        given->userCredential.password = copy_variable("VNC_PASSWORD");
    }
    return given;
}

int main(int argc, char **argv)
{
    rfbClient *client = rfbGetClient(8, 3, 4);
    char line[1200];

    if (argc != 6) {
        fprintf(stderr, "usage: %s HOST PORT ENCODINGS COMPRESS QUALITY\n", argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    client->serverHost = strdup(argv[1]);
    client->GetPassword = password;
    client->GetCredential = credential;
    client->GetUser = user;
    client->serverPort = atoi(argv[2]);
    client->appData.encodingsString = argv[3];
    client->appData.compressLevel = atoi(argv[4]);
    client->appData.qualityLevel = atoi(argv[5]);
    client->appData.enableJPEG = atoi(argv[5]) >= 0;
    client->canHandleNewFBSize = TRUE;
    client->MallocFrameBuffer = resize;
    client->GotFrameBufferUpdate = got_update;
    client->GotXCutText = got_text;
    if (!rfbInitClient(client, NULL, NULL)) {
        return 1;
    }
    printf("connected %dx%d\n", client->width, client->height);
    while (fgets(line, sizeof(line), stdin)) {
        const char *error = obey(client, line);

        printf(error ? "error %s\n" : "ok\n", error);
    }
    rfbClientCleanup(client);
    free(clipboard);
    return 0;
}
