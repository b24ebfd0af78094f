/*
 * Objects of -object that a display uses: secrets, TLS credentials, authorization.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL. Owns nothing: objects are looked up each time, so that they may come and go.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "authz/base.h"
#include "crypto/secret.h"
#include "crypto/tlscreds.h"
#include "crypto/tlscredsanon.h"
#include "crypto/tlscredsx509.h"
#include "qapi/error.h"

/* Takes over @cause. */
static void pass_on(GError **error, Error *cause)
{
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, error_get_pretty(cause));
    error_free(cause);
}

char *vnc_host_secret(void *opaque, const char *id, GError **error)
{
    Error *cause = NULL;
    char *text = qcrypto_secret_lookup_as_utf8(id, &cause);

    if (!text) {
        pass_on(error, cause);
    }
    return text;
}

/* The property's text; NULL: none. */
static char *get_text(Object *object, const char *name)
{
    char *text = object_property_get_str(object, name, NULL);

    if (text && !text[0]) {
        g_clear_pointer(&text, g_free);
    }
    return text;
}

static bool read_x509(Object *object, VncTlsObject *tls, GError **error)
{
    g_autofree char *password = get_text(object, "passwordid");

    tls->x509 = true;
    tls->verify_peer = object_property_get_bool(object, "verify-peer", NULL);
    if (password) {
        tls->password = vnc_host_secret(NULL, password, error);
    }
    return !password || tls->password;
}

bool vnc_host_tls_object(void *opaque, const char *id, VncTlsObject *tls, GError **error)
{
    Object *object = object_resolve_path_component(object_get_objects_root(), id);
    Error *cause = NULL;
    bool x509;

    if (!object || !object_dynamic_cast(object, TYPE_QCRYPTO_TLS_CREDS)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s",
                    object ? "this object is no TLS credentials"
                           : "No TLS credentials with this id: give them by -object tls-creds-...");
        return false;
    }
    x509 = object_dynamic_cast(object, TYPE_QCRYPTO_TLS_CREDS_X509);
    if (!x509 && !object_dynamic_cast(object, TYPE_QCRYPTO_TLS_CREDS_ANON)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "Unsupported TLS cred type %s: use tls-creds-x509 or tls-creds-anon",
                    object_get_typename(object));
        return false;
    }
    if (!qcrypto_tls_creds_check_endpoint(QCRYPTO_TLS_CREDS(object),
                                          QCRYPTO_TLS_CREDS_ENDPOINT_SERVER, &cause)) {
        pass_on(error, cause);
        return false;
    }
    tls->dir = get_text(object, "dir");
    tls->priority = get_text(object, "priority");
    return !x509 || read_x509(object, tls, error);
}

bool vnc_host_authorize(void *opaque, const char *id, const char *identity, GError **error)
{
    Error *cause = NULL;
    bool allowed = qauthz_is_allowed_by_id(id, identity, &cause);

    if (cause) {
        pass_on(error, cause);
    }
    return allowed;
}
