/*
 * Keyboard layouts: which keys type a symbol, from the keymap files that QEMU ships (-k).
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL; owned by a display; immutable once loaded.
 *
 * A line of such a file is "NAME NUMBER [shift] [altgr] ...": the symbol, QEMU's number of the key,
 * and the modifiers to hold. All keysyms of a character count as the same symbol.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "qapi/error.h"
#include "qemu/datadir.h"
#include "ui/vnc-keysym.h"

#define CHARACTER 0x80000000u /* plus its code point; else a keysym */

struct VncLayout {
    GHashTable *symbols;       /* number of a symbol -> GArray of VncLayoutKey */
    bool altgr[UINT8_MAX + 1]; /* by the key's number */
};

static uint32_t number_symbol(uint32_t keysym)
{
    uint32_t character = vnc_keysym_to_unicode(keysym);

    return character ? character | CHARACTER : keysym;
}

static void add(VncLayout *layout, uint32_t symbol, const VncLayoutKey *key)
{
    GArray *keys = g_hash_table_lookup(layout->symbols, GUINT_TO_POINTER(symbol));

    if (!keys) {
        keys = g_array_new(FALSE, FALSE, sizeof(VncLayoutKey));
        g_hash_table_insert(layout->symbols, GUINT_TO_POINTER(symbol), keys);
    }
    g_array_append_val(keys, *key);
}

static bool add_line(VncLayout *layout, char **words)
{
    uint32_t keysym = vnc_keysym_from_name(words[0]);
    VncLayoutKey key = {.altgr = false};
    guint64 number;

    if (!words[1] || g_str_equal(words[0], "map")) {
        return true;
    }
    if (g_str_equal(words[0], "include") ||
        !g_ascii_string_to_unsigned(words[1] + (g_str_has_prefix(words[1], "0x") ? 2 : 0), 16, 0,
                                    0xff, &number, NULL)) {
        return false;
    }
    key.number = number;
    key.shift = g_strv_contains((const char *const *)words, "shift");
    key.altgr = g_strv_contains((const char *const *)words, "altgr");
    /* A number of 0 stands for a key that keyboards lack. */
    if (!keysym || !number) {
        return true;
    }
    layout->altgr[number] |= key.altgr;
    add(layout, number_symbol(keysym), &key);
    if (g_strv_contains((const char *const *)words, "addupper")) {
        key.shift = true;
        add(layout, g_unichar_toupper(vnc_keysym_to_unicode(keysym)) | CHARACTER, &key);
    }
    return true;
}

VncLayout *vnc_layout_new(const char *language, Error **errp)
{
    g_autofree char *path = qemu_find_file(QEMU_FILE_TYPE_KEYMAP, language);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    VncLayout *layout;

    if (!path || !g_file_get_contents(path, &text, NULL, NULL)) {
        error_setg(errp, "could not read keymap file: '%s'", language);
        return NULL;
    }
    layout = g_new0(VncLayout, 1);
    layout->symbols = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) words = g_strsplit_set(g_strstrip(*line), " \t", -1);

        if (words[0] && words[0][0] && words[0][0] != '#' && !add_line(layout, words)) {
            error_setg(errp, "keymap file '%s': cannot read '%s'", path, *line);
            vnc_layout_free(layout);
            return NULL;
        }
    }
    return layout;
}

void vnc_layout_free(VncLayout *layout)
{
    if (layout) {
        g_hash_table_unref(layout->symbols);
        g_free(layout);
    }
}

const VncLayoutKey *vnc_layout_find(const VncLayout *layout, uint32_t keysym, unsigned *count)
{
    const GArray *keys =
        g_hash_table_lookup(layout->symbols, GUINT_TO_POINTER(number_symbol(keysym)));

    *count = keys ? keys->len : 0;
    return keys ? (const VncLayoutKey *)keys->data : NULL;
}

bool vnc_layout_uses_altgr(const VncLayout *layout, uint8_t number)
{
    return layout->altgr[number];
}
