/*
 * Security type 19, VeNCrypt 0.2: TLS, and within it another security type.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; a login owns its part and the inner one; no lock.
 *
 * As in rfbproto: version, subtype, a byte that accepts the subtype, TLS. The inner type then runs
 * as if the viewer had chosen it without TLS.
 */
#include "ui/auth/vencrypt.h"

#include "ui/auth/auth.h"

#define VERSION_MAJOR 0
#define VERSION_MINOR 2

enum { VERSION_ACCEPTED = 0, VERSION_REFUSED = 255, SUBTYPE_REFUSED = 0, SUBTYPE_ACCEPTED = 1 };

typedef enum VencryptTls { NO_TLS, ANONYMOUS, X509 } VencryptTls;

typedef struct VencryptType {
    uint32_t number;
    const char *name;
    VencryptTls tls;
    const VncAuthType *inner;
} VencryptType;

/* Best first: the subtypes that tell most about the user. */
static const VencryptType subtypes[] = {
#ifdef VNC_HAVE_SASL
    {VNC_VENCRYPT_X509_SASL, "x509-sasl", X509, &vnc_auth_sasl},
#endif
    {VNC_VENCRYPT_X509_PLAIN, "x509-plain", X509, &vnc_auth_plain},
    {VNC_VENCRYPT_X509_VNC, "x509-vnc", X509, &vnc_auth_vnc},
    {VNC_VENCRYPT_X509_NONE, "x509-none", X509, &vnc_auth_none},
#ifdef VNC_HAVE_SASL
    {VNC_VENCRYPT_TLS_SASL, "tls-sasl", ANONYMOUS, &vnc_auth_sasl},
#endif
    {VNC_VENCRYPT_TLS_PLAIN, "tls-plain", ANONYMOUS, &vnc_auth_plain},
    {VNC_VENCRYPT_TLS_VNC, "tls-vnc", ANONYMOUS, &vnc_auth_vnc},
    {VNC_VENCRYPT_TLS_NONE, "tls-none", ANONYMOUS, &vnc_auth_none},
    {VNC_VENCRYPT_PLAIN, "plain", NO_TLS, &vnc_auth_plain},
};

typedef struct VncAuthVencrypt {
    VncAuth auth;
    enum { BEGIN, VERSION, SUBTYPE, TLS, INNER } state;
    const VencryptType *chosen;
    VncAuth *inner;
} VncAuthVencrypt;

static bool offers_inner(const VncAuthSettings *settings, uint32_t inner)
{
    switch (inner) {
    case VNC_SECURITY_SASL:
        return settings->sasl;
    case VNC_VENCRYPT_PLAIN:
        return settings->plain;
    case VNC_SECURITY_VNC:
        return settings->password && settings->vnc_auth;
    case VNC_SECURITY_NONE:
        return !settings->sasl && !settings->plain && !settings->password;
    default:
        return false;
    }
}

static bool offers(const VncAuthSettings *settings, bool tls, const VencryptType *type)
{
    VencryptTls wanted = tls || !settings->tls                     ? NO_TLS
                         : vnc_tls_credentials_x509(settings->tls) ? X509
                                                                   : ANONYMOUS;

    return type->tls == wanted && (wanted != NO_TLS || tls) &&
           offers_inner(settings, type->inner->number);
}

unsigned vnc_auth_vencrypt_offer(const VncAuthSettings *settings, bool tls, uint32_t *numbers)
{
    unsigned n = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(subtypes); i++) {
        if (offers(settings, tls, &subtypes[i])) {
            numbers[n++] = subtypes[i].number;
        }
    }
    return n;
}

const char *vnc_auth_vencrypt_name(uint32_t number)
{
    for (size_t i = 0; i < G_N_ELEMENTS(subtypes); i++) {
        if (subtypes[i].number == number) {
            return subtypes[i].name;
        }
    }
    return NULL;
}

/* The viewer's version is complete: answer with the subtypes. */
static VncAuthResult read_version(VncAuthVencrypt *self)
{
    VncLogin *login = self->auth.login;
    uint32_t numbers[VNC_MAX_SECURITY_TYPES];
    unsigned n = vnc_auth_vencrypt_offer(login->settings, login->tls != NULL, numbers);
    const uint8_t *version = vnc_buffer_bytes(login->in);

    VNC_TRACE(&login->tracer, AUTH_VENCRYPT_VERSION, "major=%u minor=%u", version[0], version[1]);
    if (version[0] != VERSION_MAJOR || version[1] != VERSION_MINOR) {
        char *why =
            g_strdup_printf("VeNCrypt %u.%u: only 0.2 is spoken here", version[0], version[1]);

        vnc_buffer_append_u8(login->out, VERSION_REFUSED);
        return vnc_auth_refuse(&self->auth, "Only VeNCrypt 0.2 is spoken here", why);
    }
    vnc_buffer_consume(login->in, 2);
    vnc_buffer_append_u8(login->out, VERSION_ACCEPTED);
    vnc_buffer_append_u8(login->out, (uint8_t)n);
    for (unsigned i = 0; i < n; i++) {
        vnc_buffer_append_u32(login->out, numbers[i]);
    }
    self->state = SUBTYPE;
    return VNC_AUTH_MORE;
}

static VncAuthResult read_subtype(VncAuthVencrypt *self)
{
    VncLogin *login = self->auth.login;
    uint32_t number = vnc_get_u32(vnc_buffer_bytes(login->in));

    vnc_buffer_consume(login->in, 4);
    for (size_t i = 0; i < G_N_ELEMENTS(subtypes) && !self->chosen; i++) {
        if (subtypes[i].number == number &&
            offers(login->settings, login->tls != NULL, &subtypes[i])) {
            self->chosen = &subtypes[i];
        }
    }
    VNC_TRACE(&login->tracer, AUTH_VENCRYPT_SUBAUTH, "auth=%u (%s)", number,
              self->chosen ? self->chosen->name : "not offered");
    if (!self->chosen) {
        vnc_buffer_append_u8(login->out, SUBTYPE_REFUSED);
        return vnc_auth_refuse(
            &self->auth, "That subtype of VeNCrypt was not offered",
            g_strdup_printf("the viewer chose VeNCrypt subtype %u, which was not offered", number));
    }
    if (self->chosen->tls == NO_TLS) {
        self->state = INNER;
        return VNC_AUTH_MORE;
    }
    vnc_buffer_append_u8(login->out, SUBTYPE_ACCEPTED);
    self->state = TLS;
    return VNC_AUTH_UPGRADE;
}

/* Check the certificate once TLS is open; until then the handshake runs. */
static VncAuthResult check_tls(VncAuthVencrypt *self)
{
    g_autofree char *reason = NULL;
    char *why = NULL;

    if (self->auth.login->opening) {
        return VNC_AUTH_BUSY;
    }
    if (!vnc_login_check_certificate(self->auth.login, &reason, &why)) {
        return vnc_auth_refuse(&self->auth, reason, why);
    }
    self->state = INNER;
    return VNC_AUTH_MORE;
}

static VncAuthResult vencrypt_step(VncAuth *auth)
{
    VncAuthVencrypt *self = (VncAuthVencrypt *)auth;
    VncAuthResult result = VNC_AUTH_MORE;

    if (self->state == BEGIN) {
        vnc_buffer_append_u8(auth->login->out, VERSION_MAJOR);
        vnc_buffer_append_u8(auth->login->out, VERSION_MINOR);
        self->state = VERSION;
    }
    if (self->state == VERSION && auth->login->in->len >= 2) {
        result = read_version(self);
    }
    if (self->state == SUBTYPE && auth->login->in->len >= 4) {
        result = read_subtype(self);
    } else if (self->state == TLS) {
        result = check_tls(self);
    }
    if (self->state != INNER || result != VNC_AUTH_MORE) {
        return result;
    }
    if (!self->inner) {
        self->inner = vnc_auth_new(self->chosen->inner, auth->login);
    }
    return vnc_auth_step(self->inner);
}

static VncStream *vencrypt_upgrade(VncAuth *auth, VncStream *lower)
{
    VncAuthVencrypt *self = (VncAuthVencrypt *)auth;

    return self->inner ? vnc_auth_upgrade(self->inner, lower)
                       : vnc_login_lay_tls(auth->login, lower);
}

static void vencrypt_clear(VncAuth *auth)
{
    vnc_auth_free(((VncAuthVencrypt *)auth)->inner);
}

const VncAuthType vnc_auth_vencrypt = {
    .number = VNC_SECURITY_VENCRYPT,
    .name = "vencrypt",
    .size = sizeof(VncAuthVencrypt),
    .step = vencrypt_step,
    .upgrade = vencrypt_upgrade,
    .clear = vencrypt_clear,
};
