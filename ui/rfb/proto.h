/*
 * Numbers of the RFB protocol.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Names and values as in the community's protocol specification (rfbproto).
 */
#ifndef UI_RFB_PROTO_H
#define UI_RFB_PROTO_H

#include <stdint.h>

enum VncSecurityType {
    VNC_SECURITY_INVALID = 0,
    VNC_SECURITY_NONE = 1,
    VNC_SECURITY_VNC = 2,
    VNC_SECURITY_RA2 = 5,
    VNC_SECURITY_RA2NE = 6,
    VNC_SECURITY_VENCRYPT = 19,
    VNC_SECURITY_SASL = 20,
    VNC_SECURITY_RA2_256 = 129,
    VNC_SECURITY_RA2NE_256 = 130,
};

/* At most so many security types are offered at a time; the same holds for VeNCrypt's types. */
#define VNC_MAX_SECURITY_TYPES 16

enum VncVencryptType {
    VNC_VENCRYPT_PLAIN = 256,
    VNC_VENCRYPT_TLS_NONE = 257,
    VNC_VENCRYPT_TLS_VNC = 258,
    VNC_VENCRYPT_TLS_PLAIN = 259,
    VNC_VENCRYPT_X509_NONE = 260,
    VNC_VENCRYPT_X509_VNC = 261,
    VNC_VENCRYPT_X509_PLAIN = 262,
    VNC_VENCRYPT_X509_SASL = 263,
    VNC_VENCRYPT_TLS_SASL = 264,
};

enum VncClientMessageType {
    VNC_CLIENT_SET_PIXEL_FORMAT = 0,
    VNC_CLIENT_SET_ENCODINGS = 2,
    VNC_CLIENT_FRAMEBUFFER_UPDATE_REQUEST = 3,
    VNC_CLIENT_KEY_EVENT = 4,
    VNC_CLIENT_POINTER_EVENT = 5,
    VNC_CLIENT_CUT_TEXT = 6,
    VNC_CLIENT_XVP = 250,
    VNC_CLIENT_SET_DESKTOP_SIZE = 251,
    VNC_CLIENT_QEMU = 255,
};

enum VncClientQemuType {
    VNC_CLIENT_QEMU_EXTENDED_KEY_EVENT = 0,
    VNC_CLIENT_QEMU_AUDIO = 1,
};

/* Operations of QEMU's audio message. */
enum VncClientAudioOperation {
    VNC_CLIENT_AUDIO_ENABLE = 0,
    VNC_CLIENT_AUDIO_DISABLE = 1,
    VNC_CLIENT_AUDIO_SET_FORMAT = 2,
};

enum VncServerAudioOperation {
    VNC_SERVER_AUDIO_END = 0,
    VNC_SERVER_AUDIO_BEGIN = 1,
    VNC_SERVER_AUDIO_DATA = 2,
};

/* Power control: the version, and the codes of both sides' messages. */
#define VNC_XVP_VERSION 1

enum VncXvpCode {
    VNC_XVP_FAIL = 0,
    VNC_XVP_INIT = 1,
    VNC_XVP_SHUTDOWN = 2,
    VNC_XVP_REBOOT = 3,
    VNC_XVP_RESET = 4,
};

enum VncServerMessageType {
    VNC_SERVER_FRAMEBUFFER_UPDATE = 0,
    VNC_SERVER_SET_COLOUR_MAP_ENTRIES = 1,
    VNC_SERVER_BELL = 2,
    VNC_SERVER_CUT_TEXT = 3,
    VNC_SERVER_XVP = 250,
    VNC_SERVER_QEMU = 255,
};

enum VncServerQemuType {
    VNC_SERVER_QEMU_AUDIO = 1,
};

enum VncEncodingNumber {
    VNC_ENCODING_RAW = 0,
    VNC_ENCODING_COPY_RECT = 1,
    VNC_ENCODING_RRE = 2,
    VNC_ENCODING_HEXTILE = 5,
    VNC_ENCODING_ZLIB = 6,
    VNC_ENCODING_TIGHT = 7,
    VNC_ENCODING_TRLE = 15,
    VNC_ENCODING_ZRLE = 16,
    VNC_ENCODING_ZYWRLE = 17,
    VNC_ENCODING_TIGHT_PNG = -260,

    VNC_ENCODING_SUBSAMPLING_444 = -768, /* JPEG: in the order of VncSubsampling */
    VNC_ENCODING_SUBSAMPLING_16X = -763,
    VNC_ENCODING_FINE_QUALITY_0 = -512, /* JPEG quality 0 to 100 */
    VNC_ENCODING_FINE_QUALITY_100 = -412,
    VNC_ENCODING_QUALITY_0 = -32, /* JPEG quality 0 to 9 */
    VNC_ENCODING_QUALITY_9 = -23,
    VNC_ENCODING_DESKTOP_SIZE = -223,
    VNC_ENCODING_LAST_RECT = -224,
    VNC_ENCODING_POINTER_POSITION = -232,
    VNC_ENCODING_CURSOR = -239,
    VNC_ENCODING_X_CURSOR = -240,
    VNC_ENCODING_COMPRESS_0 = -256, /* compression level 0 to 9 */
    VNC_ENCODING_COMPRESS_9 = -247,
    VNC_ENCODING_POINTER_TYPE_CHANGE = -257,
    VNC_ENCODING_EXTENDED_KEY_EVENT = -258,
    VNC_ENCODING_AUDIO = -259,
    VNC_ENCODING_LED_STATE = -261,
    VNC_ENCODING_DESKTOP_NAME = -307,
    VNC_ENCODING_EXTENDED_DESKTOP_SIZE = -308,
    VNC_ENCODING_XVP = -309,
    VNC_ENCODING_CURSOR_WITH_ALPHA = -314,
    VNC_ENCODING_EXTENDED_MOUSE_BUTTONS = -316,
    VNC_ENCODING_EXTENDED_CLIPBOARD = -1063131698, /* 0xc0a1e5ce */
};

/* The flags of an extended ClientCutText or ServerCutText: formats and actions. */
enum VncClipboardFlags {
    VNC_CLIPBOARD_TEXT = 1 << 0,
    VNC_CLIPBOARD_CAPS = 1 << 24,
    VNC_CLIPBOARD_REQUEST = 1 << 25,
    VNC_CLIPBOARD_PEEK = 1 << 26,
    VNC_CLIPBOARD_NOTIFY = 1 << 27,
    VNC_CLIPBOARD_PROVIDE = 1 << 28,
    VNC_CLIPBOARD_ACTIONS = 0x1f << 24, /* all actions */
};

/* The results in an ExtendedDesktopSize rectangle: x (reason) and y (status). */
enum VncDesktopSizeReason {
    VNC_DESKTOP_SIZE_BY_SERVER = 0,
    VNC_DESKTOP_SIZE_BY_THIS_VIEWER = 1,
    VNC_DESKTOP_SIZE_BY_OTHER_VIEWER = 2,
};

enum VncDesktopSizeStatus {
    VNC_DESKTOP_SIZE_OK = 0,
    VNC_DESKTOP_SIZE_PROHIBITED = 1,
    VNC_DESKTOP_SIZE_OUT_OF_RESOURCES = 2,
    VNC_DESKTOP_SIZE_INVALID_LAYOUT = 3,
    VNC_DESKTOP_SIZE_FORWARDED = 4, /* the guest has been asked, and decides */
};

/* The longest cut text that a viewer may send, bytes, as with QEMU's own server; the same holds for
 * the extended form. A longer one ends the connection. */
#define VNC_MAX_CUT_TEXT (1024 * 1024)

#endif
