/*
 * Objects that options name, spelled as QEMU's -object spells them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns the objects; no lock.
 */
#include "ui/host-demo/objects.h"

#include "ui/vnc-options.h"

#include <string.h>

typedef struct ObjectType {
    const char *name;
    const char *items[8]; /* allowed items, beyond id=; NULL-terminated */
} ObjectType;

static const ObjectType types[] = {
    {"secret", {"data", "file", "format", NULL}},
    {"tls-creds-anon", {"endpoint", "dir", "priority", NULL}},
    {"tls-creds-x509", {"endpoint", "dir", "priority", "verify-peer", "passwordid", NULL}},
    {"authz-simple", {"identity", NULL}},
};

typedef struct Object {
    const ObjectType *type;
    GHashTable *items; /* name -> value */
    char *text;        /* of a secret */
} Object;

struct DemoObjects {
    GHashTable *by_id; /* id -> Object */
};

static void object_free(gpointer opaque)
{
    Object *object = opaque;

    g_hash_table_unref(object->items);
    g_free(object->text);
    g_free(object);
}

DemoObjects *demo_objects_new(void)
{
    DemoObjects *objects = g_new0(DemoObjects, 1);

    objects->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, object_free);
    return objects;
}

void demo_objects_free(DemoObjects *objects)
{
    g_hash_table_unref(objects->by_id);
    g_free(objects);
}

static bool fail(GError **error, const char *what)
{
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--object: %s", what);
    return false;
}

static const char *get(const Object *object, const char *name)
{
    return g_hash_table_lookup(object->items, name);
}

static const ObjectType *find_type(const char *name, GError **error)
{
    g_autoptr(GString) known = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (strcmp(types[i].name, name) == 0) {
            return &types[i];
        }
        g_string_append_printf(known, "%s%s", i ? ", " : "", types[i].name);
    }
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--object '%s': known are %s",
                name, known->str);
    return NULL;
}

static bool read_items(Object *object, const char *text, GError **error)
{
    while (*text) {
        char *item = vnc_options_next_item(&text);
        char *equals = strchr(item, '=');

        if (equals) {
            *equals = '\0';
        }
        if (!equals || (strcmp(item, "id") != 0 && !g_strv_contains(object->type->items, item))) {
            g_autofree char *known = g_strjoinv("=, ", (char **)object->type->items);

            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                        "--object %s: '%s' is none of id=, %s=", object->type->name, item, known);
            g_free(item);
            return false;
        }
        g_hash_table_insert(object->items, item, equals + 1);
    }
    if (!get(object, "id") || !get(object, "id")[0]) {
        return fail(error, "an object needs an id=");
    }
    return true;
}

/* The bytes of the secret, ended by a zero. */
static char *read_bytes(const Object *object, gsize *len, GError **error)
{
    const char *data = get(object, "data");
    const char *file = get(object, "file");
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

static bool read_secret(Object *object, GError **error)
{
    const char *format = get(object, "format");
    gsize len = 0;

    if (format && strcmp(format, "raw") != 0 && strcmp(format, "base64") != 0) {
        return fail(error, "format= is raw or base64");
    }
    object->text = read_bytes(object, &len, error);
    if (!object->text) {
        return false;
    }
    if (format && strcmp(format, "base64") == 0) {
        guchar *decoded = g_base64_decode_inplace(object->text, &len);

        decoded[len] = '\0';
    }
    if (memchr(object->text, '\0', len) || !g_utf8_validate(object->text, len, NULL)) {
        return fail(error, "the secret is no text in UTF-8");
    }
    return true;
}

static bool read_bool(const Object *object, const char *name, bool *value, GError **error)
{
    const char *text = get(object, name);

    return !text || vnc_options_read_bool(text, value) || fail(error, "verify-peer= is on or off");
}

static bool check(Object *object, GError **error)
{
    const char *endpoint = get(object, "endpoint");
    bool verify;

    if (strcmp(object->type->name, "secret") == 0) {
        return read_secret(object, error);
    }
    if (strcmp(object->type->name, "authz-simple") == 0 && !get(object, "identity")) {
        return fail(error, "authz-simple needs an identity=");
    }
    if (endpoint && strcmp(endpoint, "server") != 0) {
        return fail(error, "endpoint= is server");
    }
    if (strcmp(object->type->name, "tls-creds-x509") == 0 && !get(object, "dir")) {
        return fail(error, "tls-creds-x509 needs a dir= with its files");
    }
    return read_bool(object, "verify-peer", &verify, error);
}

bool demo_objects_add(DemoObjects *objects, const char *text, GError **error)
{
    g_autofree char *name = vnc_options_next_item(&text);
    const ObjectType *type = find_type(name, error);
    Object *object;

    if (!type) {
        return false;
    }
    object = g_new0(Object, 1);
    object->type = type;
    object->items = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!read_items(object, text, error) || !check(object, error)) {
        object_free(object);
        return false;
    }
    g_hash_table_insert(objects->by_id, g_strdup(get(object, "id")), object);
    return true;
}

bool demo_objects_remove(DemoObjects *objects, const char *id)
{
    return g_hash_table_remove(objects->by_id, id);
}

/* The object @id if the name of its type begins with @type. */
static const Object *find(DemoObjects *objects, const char *id, const char *type, GError **error)
{
    const Object *object = g_hash_table_lookup(objects->by_id, id);

    if (!object || !g_str_has_prefix(object->type->name, type)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "there is no such %s object: give it by --object %s...,id=%s,...", type, type,
                    id);
        return NULL;
    }
    return object;
}

char *demo_objects_secret(DemoObjects *objects, const char *id, GError **error)
{
    const Object *object = find(objects, id, "secret", error);

    return object ? g_strdup(object->text) : NULL;
}

bool demo_objects_tls(DemoObjects *objects, const char *id, VncTlsObject *tls, GError **error)
{
    const Object *object = find(objects, id, "tls-creds-", error);
    const char *password;

    if (!object) {
        return false;
    }
    tls->x509 = strcmp(object->type->name, "tls-creds-x509") == 0;
    tls->verify_peer = tls->x509;
    read_bool(object, "verify-peer", &tls->verify_peer, NULL);
    tls->dir = g_strdup(get(object, "dir"));
    tls->priority = g_strdup(get(object, "priority"));
    password = get(object, "passwordid");
    if (password) {
        tls->password = demo_objects_secret(objects, password, error);
    }
    return !password || tls->password;
}

bool demo_objects_authorize(DemoObjects *objects, const char *id, const char *identity,
                            GError **error)
{
    const Object *object = find(objects, id, "authz-simple", error);

    return object && strcmp(get(object, "identity"), identity) == 0;
}
