/*
 * TLS credentials, loaded from the files that the host's object names.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The main thread loads them; afterwards they are immutable, and any thread reads them. Owns
 * GnuTLS's structures; no lock.
 */
#include "ui/net/tls-credentials.h"

#include "ui/base/thread.h"
#include "ui/base/wipe.h"

#include <gio/gio.h>
#include <gnutls/gnutls.h>
#include <string.h>

struct VncTlsCredentials {
    int refs; /* main thread */
    bool x509, verify_peer;
    gnutls_priority_t priority;
    gnutls_anon_server_credentials_t anon;
    gnutls_certificate_credentials_t certificate;
};

/* All that GnuTLS has in NORMAL, but in the server's order: TigerVNC and libvncclient would prefer
 * ANON-ECDH. AES-CBC comes last: it takes the main thread twice the time of AES-GCM. X25519 comes
 * first: browsers begin with it, and would otherwise have to begin again. */
#define PRIORITY                                                  \
    "NORMAL:-AES-256-CBC:-AES-128-CBC:+AES-256-CBC:+AES-128-CBC:" \
    "-GROUP-ALL:+GROUP-X25519:+GROUP-ALL:%SERVER_PRECEDENCE"

void vnc_tls_object_clear(VncTlsObject *object)
{
    g_clear_pointer(&object->dir, g_free);
    g_clear_pointer(&object->priority, g_free);
    vnc_wipe_free(&object->password, -1);
}

static bool check(int code, const char *what, GError **error)
{
    if (code >= 0) {
        return true;
    }
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", what, gnutls_strerror(code));
    return false;
}

/* The path of file @name in @dir. NULL without error: the file is missing, and not required. */
static char *find(const char *dir, const char *name, bool required, GError **error)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        return g_steal_pointer(&path);
    }
    if (required) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s: no such file", path);
    }
    return NULL;
}

static bool load_dh(VncTlsCredentials *credentials, const char *dir, GError **error)
{
    g_autofree char *path = dir ? find(dir, "dh-params.pem", false, NULL) : NULL;
    gnutls_datum_t data;
    gnutls_dh_params_t dh;
    int code;

    if (!path) {
        /* GnuTLS's own groups: those of RFC 7919. */
        code = credentials->x509 ? gnutls_certificate_set_known_dh_params(credentials->certificate,
                                                                          GNUTLS_SEC_PARAM_MEDIUM)
                                 : gnutls_anon_set_server_known_dh_params(credentials->anon,
                                                                          GNUTLS_SEC_PARAM_MEDIUM);
        return check(code, "Diffie-Hellman parameters", error);
    }
    if (!check(gnutls_load_file(path, &data), path, error)) {
        return false;
    }
    code = gnutls_dh_params_init(&dh);
    if (code >= 0) {
        code = gnutls_dh_params_import_pkcs3(dh, &data, GNUTLS_X509_FMT_PEM);
        if (code < 0) {
            gnutls_dh_params_deinit(dh);
        } else if (credentials->x509) {
            /* The credentials take over the parameters. */
            gnutls_certificate_set_dh_params(credentials->certificate, dh);
        } else {
            gnutls_anon_set_server_dh_params(credentials->anon, dh);
        }
    }
    gnutls_free(data.data);
    return check(code, path, error);
}

static bool load_x509(VncTlsCredentials *credentials, const VncTlsObject *object, GError **error)
{
    gnutls_certificate_credentials_t certificate = credentials->certificate;
    g_autofree char *ca = NULL, *crl = NULL, *cert = NULL, *key = NULL, *both = NULL;
    int code;

    if (!object->dir) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                            "TLS credentials with certificates need a directory");
        return false;
    }
    if (!(ca = find(object->dir, "ca-cert.pem", true, error)) ||
        !(cert = find(object->dir, "server-cert.pem", true, error)) ||
        !(key = find(object->dir, "server-key.pem", true, error))) {
        return false;
    }
    code = gnutls_certificate_set_x509_trust_file(certificate, ca, GNUTLS_X509_FMT_PEM);
    if (!check(code == 0 ? GNUTLS_E_NO_CERTIFICATE_FOUND : code, ca, error)) {
        return false;
    }
    crl = find(object->dir, "ca-crl.pem", false, NULL);
    if (crl && !check(gnutls_certificate_set_x509_crl_file(certificate, crl, GNUTLS_X509_FMT_PEM),
                      crl, error)) {
        return false;
    }
    both = g_strdup_printf("%s with %s", cert, key);
    return check(gnutls_certificate_set_x509_key_file2(certificate, cert, key, GNUTLS_X509_FMT_PEM,
                                                       object->password, 0),
                 both, error);
}

/* Without certificates ANON-DH comes first: it has AES-GCM, ANON-ECDH only AES-CBC with SHA-1. */
static bool load_priority(VncTlsCredentials *credentials, const char *wanted, GError **error)
{
    g_autofree char *text =
        g_strconcat(wanted ? wanted : PRIORITY, credentials->x509 ? "" : ":+ANON-DH:+ANON-ECDH",
                    ":-VERS-TLS1.0:-VERS-TLS1.1", NULL);

    return check(gnutls_priority_init(&credentials->priority, text, NULL), text, error);
}

VncTlsCredentials *vnc_tls_credentials_new(const VncTlsObject *object, GError **error)
{
    g_autoptr(VncTlsCredentials) credentials = g_new0(VncTlsCredentials, 1);
    int code;

    VNC_MAIN();

    credentials->refs = 1;
    credentials->x509 = object->x509;
    credentials->verify_peer = object->x509 && object->verify_peer;
    code = object->x509 ? gnutls_certificate_allocate_credentials(&credentials->certificate)
                        : gnutls_anon_allocate_server_credentials(&credentials->anon);
    if (!check(code, "TLS credentials", error) ||
        !load_priority(credentials, object->priority, error) ||
        (object->x509 && !load_x509(credentials, object, error)) ||
        !load_dh(credentials, object->dir, error)) {
        return NULL;
    }
    return g_steal_pointer(&credentials);
}

VncTlsCredentials *vnc_tls_credentials_ref(VncTlsCredentials *credentials)
{
    VNC_MAIN();

    credentials->refs++;
    return credentials;
}

void vnc_tls_credentials_unref(VncTlsCredentials *credentials)
{
    VNC_MAIN();

    if (!credentials || --credentials->refs > 0) {
        return;
    }
    if (credentials->priority) {
        gnutls_priority_deinit(credentials->priority);
    }
    if (credentials->anon) {
        gnutls_anon_free_server_credentials(credentials->anon);
    }
    if (credentials->certificate) {
        gnutls_certificate_free_credentials(credentials->certificate);
    }
    g_free(credentials);
}

bool vnc_tls_credentials_x509(const VncTlsCredentials *credentials)
{
    return credentials->x509;
}

bool vnc_tls_credentials_verify_peer(const VncTlsCredentials *credentials)
{
    return credentials->verify_peer;
}

void vnc_tls_credentials_apply(VncTlsCredentials *credentials, gnutls_session_t session)
{
    VNC_MAIN();

    gnutls_priority_set(session, credentials->priority);
    if (credentials->x509) {
        gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials->certificate);
    } else {
        gnutls_credentials_set(session, GNUTLS_CRD_ANON, credentials->anon);
    }
    if (credentials->verify_peer) {
        gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUEST);
    }
}
