/*
 * Secrets, as QEMU's -object spells them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns nothing; no lock.
 */
#include "ui/host-demo/secrets.h"

#include "ui/vnc-options.h"

#include <string.h>

static bool fail(GError **error, const char *what)
{
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--object: %s", what);
    return false;
}

/* Cut in two at the first '='; the value, or NULL. */
static const char *split(char *item)
{
    char *equals = strchr(item, '=');

    if (!equals) {
        return NULL;
    }
    *equals = '\0';
    return equals + 1;
}

static bool read_items(const char *text, GHashTable *items, GError **error)
{
    static const char *const known[] = {"id", "data", "file", "format", NULL};

    while (*text) {
        char *item = vnc_options_next_item(&text);
        const char *value = split(item);

        if (!value || !g_strv_contains(known, item)) {
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                        "--object secret: '%s' is none of id=, data=, file=, format=", item);
            g_free(item);
            return false;
        }
        g_hash_table_insert(items, item, (char *)value);
    }
    return true;
}

/* The bytes of the secret, ended by a zero. */
static char *read_bytes(GHashTable *items, gsize *len, GError **error)
{
    const char *data = g_hash_table_lookup(items, "data");
    const char *file = g_hash_table_lookup(items, "file");
    char *bytes = NULL;

    if (!data == !file) {
        fail(error, "a secret needs either data= or file=");
        return NULL;
    }
    if (data) {
        *len = strlen(data);
        return g_strdup(data);
    }
    if (g_file_get_contents(file, &bytes, len, error) && *len > DEMO_SECRET_MAX_BYTES) {
        g_clear_pointer(&bytes, g_free);
        fail(error, "the file of a secret is too long");
    }
    return bytes;
}

bool demo_secrets_add(GHashTable *secrets, const char *object, GError **error)
{
    g_autoptr(GHashTable) items = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *type = vnc_options_next_item(&object);
    g_autofree char *bytes = NULL;
    const char *id, *format;
    gsize len = 0;

    if (strcmp(type, "secret") != 0) {
        return fail(error, "only secret,id=ID,data=TEXT or file=PATH is known here");
    }
    if (!read_items(object, items, error)) {
        return false;
    }
    id = g_hash_table_lookup(items, "id");
    format = g_hash_table_lookup(items, "format");
    if (!id || !id[0]) {
        return fail(error, "a secret needs an id=");
    }
    if (format && strcmp(format, "raw") != 0 && strcmp(format, "base64") != 0) {
        return fail(error, "format= is raw or base64");
    }
    bytes = read_bytes(items, &len, error);
    if (!bytes) {
        return false;
    }
    if (format && strcmp(format, "base64") == 0) {
        guchar *decoded = g_base64_decode_inplace(bytes, &len);

        decoded[len] = '\0';
    }
    if (memchr(bytes, '\0', len) || !g_utf8_validate(bytes, len, NULL)) {
        return fail(error, "the secret is no text in UTF-8");
    }
    g_hash_table_insert(secrets, g_strdup(id), g_steal_pointer(&bytes));
    return true;
}
