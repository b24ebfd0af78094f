/*
 * Trace events: what the server tells, in passing, to a host that asks for it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * People read them to find out what happens; programs should not, for the words may change. An
 * event has the name that QEMU's own server gives to the same thing. No event tells a password, a
 * text on the clipboard, or a key.
 */
#ifndef UI_VNC_TRACE_H
#define UI_VNC_TRACE_H

#ifdef __cplusplus
extern "C" {
#endif

/* clang-format off */

/**
 * VNC_TRACE_EVENTS: E(NAME, name, what it tells) for each event: VNC_TRACE_NAME is called "vnc_name".
 * One a line, however long: ui/host-qemu/replace-vnc reads them.
 */
#define VNC_TRACE_EVENTS(E) \
    E(CLIENT_CONNECT, client_connect, "a viewer has connected: from where, to where") \
    E(CLIENT_INIT, client_init, "a viewer is past the handshake: ClientInit's flag, the screen's size") \
    E(CLIENT_IO_WRAP, client_io_wrap, "something is laid over its stream: TLS, a websocket, what a login has agreed on") \
    E(CLIENT_IO_ERROR, client_io_error, "a viewer's socket has failed: how") \
    E(CLIENT_EOF, client_eof, "a viewer has closed the connection") \
    E(CLIENT_DISCONNECT_START, client_disconnect_start, "a viewer is disconnected: why") \
    E(CLIENT_DISCONNECT_FINISH, client_disconnect_finish, "nothing is left of a viewer") \
    E(CLIENT_THROTTLE, client_throttle, "a viewer does not read what was sent, and updates wait: how many bytes do") \
    E(CLIENT_UNTHROTTLE, client_unthrottle, "a viewer has read enough, and updates go on") \
    E(CLIENT_THROTTLE_AUDIO, client_throttle_audio, "a viewer does not read: how many bytes of sound are dropped") \
    E(AUTH_INIT, auth_init, "the options are taken over: which security type is offered first") \
    E(AUTH_START, auth_start, "a login begins: the security type that the viewer has chosen") \
    E(AUTH_PASS, auth_pass, "a login has succeeded") \
    E(AUTH_FAIL, auth_fail, "a login has failed: why") \
    E(AUTH_REJECT, auth_reject, "a viewer is refused before a security type has the word: why") \
    E(AUTH_VENCRYPT_VERSION, auth_vencrypt_version, "VeNCrypt's version, as the viewer says") \
    E(AUTH_VENCRYPT_SUBAUTH, auth_vencrypt_subauth, "VeNCrypt's subtype, as the viewer chooses") \
    E(AUTH_SASL_MECH_LIST, auth_sasl_mech_list, "the SASL mechanisms on offer") \
    E(AUTH_SASL_MECH_CHOOSE, auth_sasl_mech_choose, "the SASL mechanism that the viewer chooses") \
    E(AUTH_SASL_SSF, auth_sasl_ssf, "by how many bits SASL encrypts; 0: not at all") \
    E(AUTH_SASL_USERNAME, auth_sasl_username, "the user's name, as SASL knows it") \
    E(AUTH_SASL_ACL, auth_sasl_acl, "whether sasl-authz allows that user") \
    E(MSG_CLIENT_SET_PIXEL_FORMAT, msg_client_set_pixel_format, "a viewer says which pixels it wants") \
    E(MSG_CLIENT_SET_ENCODINGS, msg_client_set_encodings, "a viewer lists encodings: which one and which levels come of that") \
    E(MSG_CLIENT_UPDATE_REQUEST, msg_client_update_request, "a viewer asks for an update: of what area, in full or not") \
    E(MSG_CLIENT_SET_DESKTOP_SIZE, msg_client_set_desktop_size, "a viewer asks for another size of the screen") \
    E(MSG_CLIENT_CUT_TEXT, msg_client_cut_text, "a viewer sends a text for the clipboard: how many bytes") \
    E(MSG_CLIENT_CLIPBOARD, msg_client_clipboard, "a message of the extended clipboard: its flags, how many bytes") \
    E(MSG_CLIENT_AUDIO_ENABLE, msg_client_audio_enable, "a viewer wants to hear") \
    E(MSG_CLIENT_AUDIO_DISABLE, msg_client_audio_disable, "a viewer does not want to hear any more") \
    E(MSG_CLIENT_AUDIO_FORMAT, msg_client_audio_format, "a viewer says which samples it wants") \
    E(MSG_CLIENT_XVP, msg_client_xvp, "a viewer asks for shutdown, reboot or reset, by xvp's number") \
    E(MSG_SERVER_DESKTOP_RESIZE, msg_server_desktop_resize, "a viewer is told the screen's size") \
    E(MSG_SERVER_EXT_DESKTOP_RESIZE, msg_server_ext_desktop_resize, "a viewer is told the screen's size, the reason and the status") \
    E(MSG_SERVER_CLIPBOARD, msg_server_clipboard, "a viewer is sent messages about the clipboard: how many bytes") \
    E(MSG_SERVER_AUDIO_BEGIN, msg_server_audio_begin, "a viewer is told that sound begins") \
    E(MSG_SERVER_AUDIO_DATA, msg_server_audio_data, "a viewer is sent sound: how many bytes") \
    E(MSG_SERVER_AUDIO_END, msg_server_audio_end, "a viewer is told that sound ends") \
    E(SERVER_LISTEN, server_listen, "the server listens at an address") \
    E(SERVER_DPY_RECREATE, server_dpy_recreate, "the host shows a screen of another size") \
    E(SERVER_DPY_PAGEFLIP, server_dpy_pageflip, "the host shows another screen of the same size") \
    E(SERVER_INTERVAL, server_interval, "how often the host is to refresh, in ms; 0: not at all") \
    E(SERVER_REFRESH, server_refresh, "the screen has changed: how many cells of 8x8 pixels, what moves") \
    E(SERVER_REFRESH_LATE, server_refresh_late, "the worker reads the screen: the refresh waits for it") \
    E(SERVER_CLIPBOARD, server_clipboard, "who has the clipboard's text: the host, a viewer, nobody") \
    E(JOB_ADD_RECT, job_add_rect, "a rectangle of an update, and what is particular about it") \
    E(JOB_PUSH, job_push, "an update goes to the worker: how many rectangles, by which encoding") \
    E(JOB_LOSSLESS, job_lossless, "an update sends again, exactly, what had been sent with loss: how many pixels") \
    E(JOB_START, job_start, "the worker begins with an update") \
    E(JOB_APPEND, job_append, "a part of an update can be written: how many bytes") \
    E(JOB_DONE, job_done, "the worker is through with an update: how many bytes in all, how many microseconds") \
    E(JOB_ABORT, job_abort, "the worker gives an update up: its viewer has left, or the server ends") \
    E(JOB_CANCEL, job_cancel, "an update is taken back before the worker has begun with it")

/**
 * VncTraceEvent: an event, by number.
 */
typedef enum VncTraceEvent {
#define VNC_TRACE_EVENT(NAME, name, help) VNC_TRACE_##NAME,
    VNC_TRACE_EVENTS(VNC_TRACE_EVENT)
#undef VNC_TRACE_EVENT
    VNC_TRACE_COUNT /* of events */
} VncTraceEvent;

/* clang-format on */

/* "vnc_client_connect" and so on; and what it tells. Any thread. */
const char *vnc_trace_event_name(VncTraceEvent event);
const char *vnc_trace_event_help(VncTraceEvent event);

#ifdef __cplusplus
}
#endif

#endif
