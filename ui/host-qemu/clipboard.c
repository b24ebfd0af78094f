/*
 * The clipboard: between a display's viewers and the rest of QEMU, such as the guest's agent
 * (-chardev qemu-vdagent,clipboard=on) or another display.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL; the agent may call in from a vCPU's thread. Owns a reference to QEMU's last announcement.
 * Of QEMU's selections only the clipboard is shared: viewers have no other.
 */
#include "qemu/osdep.h"
#include "host.h"

#define SELECTION QEMU_CLIPBOARD_SELECTION_CLIPBOARD
#define TEXT      QEMU_CLIPBOARD_TYPE_TEXT

/* A new announcement is a new object: data that was asked for arrives in the same object. */
static void update(VncHost *host, QemuClipboardInfo *info)
{
    bool same = info == host->clipboard_info;
    g_autofree char *text = NULL;

    if (!same) {
        qemu_clipboard_info_unref(host->clipboard_info);
        host->clipboard_info = qemu_clipboard_info_ref(info);
    }
    if (info->owner == &host->clipboard) {
        return;
    }
    if (info->types[TEXT].data) {
        text = g_strndup(info->types[TEXT].data, info->types[TEXT].size);
    }
    if (same && text) {
        vnc_server_give_clipboard(host->server, text);
    } else if (text || !info->types[TEXT].available) {
        vnc_server_set_clipboard(host->server, text);
    } else if (!same) {
        vnc_server_offer_clipboard(host->server);
    }
}

static void notify(Notifier *notifier, void *data)
{
    QemuClipboardNotify *news = data;

    if (news->type == QEMU_CLIPBOARD_UPDATE_INFO && news->info->selection == SELECTION) {
        update(container_of(notifier, VncHost, clipboard.notifier), news->info);
    }
}

/* QEMU asks for the viewers' text. */
static void request(QemuClipboardInfo *info, QemuClipboardType type)
{
    if (type == TEXT) {
        vnc_server_request_clipboard(container_of(info->owner, VncHost, clipboard)->server);
    }
}

void vnc_host_clipboard_offered(void *opaque, bool available)
{
    VncHost *host = opaque;

    if (host->ending) {
        return;
    }
    if (available) {
        g_autoptr(QemuClipboardInfo) info = qemu_clipboard_info_new(&host->clipboard, SELECTION);

        info->types[TEXT].available = true;
        qemu_clipboard_update(info);
    } else {
        qemu_clipboard_peer_release(&host->clipboard, SELECTION);
    }
}

void vnc_host_clipboard_text(void *opaque, const char *text)
{
    VncHost *host = opaque;

    qemu_clipboard_set_data(&host->clipboard, host->clipboard_info, TEXT, strlen(text), text, true);
}

void vnc_host_clipboard_wanted(void *opaque)
{
    VncHost *host = opaque;

    if (host->clipboard_info) {
        qemu_clipboard_request(host->clipboard_info, TEXT);
    }
}

void vnc_host_clipboard_init(VncHost *host)
{
    host->clipboard.name = "vnc";
    host->clipboard.notifier.notify = notify;
    host->clipboard.request = request;
    qemu_clipboard_peer_register(&host->clipboard);
}

void vnc_host_clipboard_clear(VncHost *host)
{
    qemu_clipboard_peer_unregister(&host->clipboard);
    g_clear_pointer(&host->clipboard_info, qemu_clipboard_info_unref);
}
