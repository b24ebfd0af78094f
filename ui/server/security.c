/*
 * The server's security settings: read from the options, and reloaded.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/server/server-private.h"

#include "ui/auth/types.h"
#include "ui/auth/vencrypt.h"
#include "ui/base/log.h"

static bool bad_option(GError **error, const char *what)
{
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, what);
    return false;
}

static VncTlsCredentials *load_tls(VncServer *server, const char *id, GError **error)
{
    VncTlsObject object = {0};
    VncTlsCredentials *credentials = NULL;
    g_autoptr(GError) cause = NULL;

    if (!server->ops->tls_object) {
        g_set_error_literal(&cause, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                            "there are no tls-creds objects here");
    } else if (server->ops->tls_object(server->host, id, &object, &cause)) {
        credentials = vnc_tls_credentials_new(&object, &cause);
    }
    vnc_tls_object_clear(&object);
    if (!credentials) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "option 'tls-creds': '%s': %s",
                    id, cause->message);
    }
    return credentials;
}

static bool load_rsa(VncAuthSettings *settings, const char *file, GError **error)
{
    g_autoptr(GError) cause = NULL;

    settings->rsa = vnc_rsa_key_load(file, &cause);
    if (!settings->rsa) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "option 'rsa-key': '%s': %s",
                    file, cause->message);
        return false;
    }
    return settings->password || settings->plain ||
           bad_option(error, "option 'rsa-key' encrypts a login: it needs one, by 'password', "
                             "'password-secret' or 'plain'");
}

static bool check_vnc_auth(const VncOptions *options, GError **error)
{
    if (options->vnc_auth) {
        return true;
    }
    if (!options->rsa_key) {
        return bad_option(error, "option 'vnc-auth': off leaves passwords to RSA-AES: it needs "
                                 "'rsa-key'");
    }
    return !options->tls_creds ||
           bad_option(error, "option 'vnc-auth': off does not go with 'tls-creds', as most viewers "
                             "have no RSA-AES within TLS");
}

static bool check_sasl(const VncOptions *options, GError **error)
{
    g_autoptr(GError) cause = NULL;

    if (options->plain && !options->tls_creds && !options->rsa_key) {
        return bad_option(error, "option 'plain' has viewers send passwords as they are: it needs "
                                 "'tls-creds' or 'rsa-key'");
    }
    if (options->sasl_authz && !options->sasl && !options->plain) {
        return bad_option(error, "option 'sasl-authz' names which users of SASL's may come: it "
                                 "needs 'sasl' or 'plain'");
    }
    if ((options->sasl || options->plain) && !vnc_auth_sasl_available(&cause)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "option '%s': %s",
                    options->sasl ? "sasl" : "plain", cause->message);
        return false;
    }
    return true;
}

VncAuthSettings *vnc_server_read_settings(VncServer *server, const VncOptions *options,
                                          GError **error)
{
    g_autoptr(VncAuthSettings) settings = vnc_auth_settings_new();

    if (!check_sasl(options, error) || !check_vnc_auth(options, error)) {
        return NULL;
    }
    settings->password = vnc_options_ask_for_passwords(options);
    settings->vnc_auth = options->vnc_auth;
    settings->sasl = options->sasl;
    settings->plain = options->plain;
    settings->sasl_authz = g_strdup(options->sasl_authz);
    if (options->tls_creds) {
        settings->tls = load_tls(server, options->tls_creds, error);
        if (!settings->tls) {
            return NULL;
        }
    } else if (options->tls_authz) {
        bad_option(error, "option 'tls-authz' names who may come with which certificate: it needs "
                          "'tls-creds'");
        return NULL;
    }
    settings->tls_authz = g_strdup(options->tls_authz);
    if (options->rsa_key && !load_rsa(settings, options->rsa_key, error)) {
        return NULL;
    }
    return g_steal_pointer(&settings);
}

void vnc_server_use_settings(VncServer *server, VncAuthSettings *settings)
{
    vnc_auth_settings_unref(server->settings);
    server->settings = vnc_auth_settings_ref(settings);
}

void vnc_server_log_settings(VncServer *server, const VncAuthSettings *settings)
{
    if (settings->rsa) {
        g_autofree char *fingerprint = vnc_rsa_key_fingerprint(settings->rsa);

        vnc_log(server->ops, server->host, "fingerprint of the RSA key: %s", fingerprint);
    }
}

bool vnc_server_reload_tls(VncServer *server, GError **error)
{
    g_autofree char *id = g_strdup(server->screen.options->tls_creds);
    g_autoptr(VncAuthSettings) before = vnc_auth_settings_ref(server->settings);
    VncTlsCredentials *credentials;
    VncAuthSettings *settings;

    VNC_MAIN();
    if (!id) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                            "there is no TLS here: start with the option tls-creds=");
        return false;
    }
    credentials = load_tls(server, id, error);
    if (!credentials) {
        return false;
    }
    /* The host, asked for its object, has reopened the server or reloaded the credentials. */
    if (server->settings != before) {
        vnc_tls_credentials_unref(credentials);
        return true;
    }
    settings = vnc_auth_settings_copy(server->settings);
    vnc_tls_credentials_unref(settings->tls);
    settings->tls = credentials;
    vnc_auth_settings_unref(server->settings);
    server->settings = settings;
    return true;
}

const char *vnc_server_auth_name(const VncServer *server, bool tls, const char **vencrypt)
{
    uint8_t numbers[VNC_MAX_SECURITY_TYPES];
    uint32_t subtypes[VNC_MAX_SECURITY_TYPES];

    *vencrypt = NULL;
    if (vnc_auth_offer(server->settings, tls, numbers) == 0) {
        return "invalid";
    }
    if (numbers[0] == VNC_SECURITY_VENCRYPT &&
        vnc_auth_vencrypt_offer(server->settings, tls, subtypes) > 0) {
        *vencrypt = vnc_auth_vencrypt_name(subtypes[0]);
    }
    return vnc_auth_find(numbers[0])->name;
}
