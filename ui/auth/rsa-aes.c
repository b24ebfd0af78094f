/*
 * Security types 5, 6, 129 and 130, RSA-AES: both sides agree on AES keys by their RSA keys, and
 * AES protects the password.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; the run_...() functions run on any thread, and own their RsaWork meanwhile. A login
 * owns its part; no lock.
 *
 * As in rfbproto, which leaves one thing open: with AES-256 the random numbers have 32 bytes, as in
 * all viewers. With 5 and 129 everything after the login is encrypted, SecurityResult too; with 6
 * and 130 nothing is.
 */
#include "ui/auth/checkpass.h"
#include "ui/auth/rsa-aes-cipher.h"
#include "ui/auth/rsa-aes-layer.h"
#include "ui/auth/rsa-key-private.h"
#include "ui/base/wipe.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

/* Limits for viewers' keys. TigerVNC and noVNC have the same limits for servers' keys. */
#define VIEWER_MIN_BITS 1024
#define VIEWER_MAX_BITS VNC_RSA_KEY_MAX_BITS
/* The viewer chooses its exponent. An exponent of full length takes thousands of multiplications,
 * the usual 65537 takes 17. */
#define VIEWER_MAX_EXPONENT_BITS 64

#define MAX_CREDENTIALS          (1 + UINT8_MAX + 1 + UINT8_MAX)

/* What the viewer has to send. */
enum { SUBTYPE_USER_PASSWORD = 1, SUBTYPE_PASSWORD = 2 };

/* A task for RSA: to encrypt the server's random number, then to decrypt the viewer's. */
typedef struct RsaWork {
    VncAuthWork work; /* first */
    VncRsaKey *key;
    struct rsa_public_key viewer;
    size_t random_len;
    uint8_t ours[VNC_RSA_AES_KEY_BYTES], theirs[VNC_RSA_AES_KEY_BYTES];
    uint8_t encrypted[VNC_RSA_KEY_MAX_BYTES]; /* the server's random number, then the viewer's */
    bool done;
} RsaWork;

typedef enum State {
    BEGIN,
    VIEWER_KEY,
    ENCRYPTED,
    RANDOM,
    DECRYPTED,
    HASH,
    CREDENTIALS,
    CHECK,
    RESULT
} State;

typedef struct VncAuthRsaAes {
    VncAuth auth;
    State state;
    RsaWork *work;        /* NULL once the viewer's hash has been checked */
    VncBuffer viewer_key; /* the message, as received */
    VncRsaAesCipher in, out;
    uint8_t subtype;
    VncCheckpass *check;  /* SUBTYPE_USER_PASSWORD, from state CHECK on */
    VncAuthResult result; /* valid in state RESULT */
} VncAuthRsaAes;

/* --- RSA, off the main thread ------------------------------------------------------------- */

/* Nettle's source of random numbers. Sets the bool @failed if GnuTLS has none. */
static void fill_random(void *failed, size_t len, uint8_t *bytes)
{
    if (gnutls_rnd(GNUTLS_RND_KEY, bytes, len) < 0) {
        *(bool *)failed = true;
    }
}

static void run_encrypt(VncAuthWork *opaque)
{
    RsaWork *work = (RsaWork *)opaque;
    bool failed = false;
    mpz_t number;

    mpz_init(number);
    fill_random(&failed, work->random_len, work->ours);
    work->done =
        rsa_encrypt(&work->viewer, &failed, fill_random, work->random_len, work->ours, number) &&
        !failed;
    nettle_mpz_get_str_256(work->viewer.size, work->encrypted, number);
    mpz_clear(number);
}

static void run_decrypt(VncAuthWork *opaque)
{
    RsaWork *work = (RsaWork *)opaque;
    bool failed = false;
    mpz_t number;

    nettle_mpz_init_set_str_256_u(number, work->key->public.size, work->encrypted);
    /* A message with bad padding leaves a random number here, so that the login fails no sooner and
     * in no other way than with a wrong number. Bleichenbacher's attack needs to learn whether the
     * padding was right. */
    fill_random(&failed, work->random_len, work->theirs);
    rsa_sec_decrypt(&work->key->public, &work->key->private, &failed, fill_random, work->random_len,
                    work->theirs, number);
    work->done = !failed;
    mpz_clear(number);
}

static void free_work(VncAuthWork *opaque)
{
    RsaWork *work = (RsaWork *)opaque;

    vnc_rsa_key_unref(work->key);
    rsa_public_key_clear(&work->viewer);
    vnc_wipe(work, sizeof(*work));
    g_free(work);
}

static VncAuthResult run(VncAuthRsaAes *self, void (*function)(VncAuthWork *), State then)
{
    self->work->work.run = function;
    /* When the server ends, the task may come back without having run. */
    self->work->done = false;
    self->state = then;
    return vnc_auth_run(&self->auth, &self->work->work);
}

/* --- the way to the keys ------------------------------------------------------------------ */

static bool is_wide(const VncAuthRsaAes *self)
{
    uint32_t number = self->auth.type->number;

    return number == VNC_SECURITY_RA2_256 || number == VNC_SECURITY_RA2NE_256;
}

static bool encrypts_all(const VncAuthRsaAes *self)
{
    uint32_t number = self->auth.type->number;

    return number == VNC_SECURITY_RA2 || number == VNC_SECURITY_RA2_256;
}

static const struct nettle_hash *hash_of(const VncAuthRsaAes *self)
{
    return is_wide(self) ? &nettle_sha256 : &nettle_sha1;
}

/* The first @len bytes of the hash over @first and @second. */
static void hash_two(const struct nettle_hash *hash, const uint8_t *first, size_t first_len,
                     const uint8_t *second, size_t second_len, uint8_t *digest, size_t len)
{
    union {
        struct sha1_ctx sha1;
        struct sha256_ctx sha256;
    } context;

    g_assert(hash->context_size <= sizeof(context));
    hash->init(&context);
    hash->update(&context, first_len, first);
    hash->update(&context, second_len, second);
    hash->digest(&context, len, digest);
    vnc_wipe(&context, sizeof(context));
}

static void send_message(VncAuthRsaAes *self, const uint8_t *bytes, size_t len)
{
    VncBuffer *out = self->auth.login->out;

    vnc_rsa_aes_seal(&self->out, bytes, len, vnc_buffer_reserve(out, len + VNC_RSA_AES_OVERHEAD));
    vnc_buffer_commit(out, len + VNC_RSA_AES_OVERHEAD);
}

/* Read the viewer's next message, of @min to @max bytes, into @bytes; *@len becomes its length. If
 * false, step() has to return *@result. */
static bool read_message(VncAuthRsaAes *self, size_t min, size_t max, uint8_t *bytes, size_t *len,
                         VncAuthResult *result)
{
    VncBuffer *in = self->auth.login->in;

    *result = VNC_AUTH_MORE;
    if (in->len < VNC_RSA_AES_HEADER) {
        return false;
    }
    *len = vnc_get_u16(vnc_buffer_bytes(in));
    if (*len < min || *len > max) {
        *result = vnc_auth_refuse(&self->auth, "RSA-AES: a message of the wrong length",
                                  g_strdup_printf("RSA-AES: a message of %zu bytes in place of "
                                                  "%zu to %zu",
                                                  *len, min, max));
        return false;
    }
    if (in->len < *len + VNC_RSA_AES_OVERHEAD) {
        return false;
    }
    if (!vnc_rsa_aes_open(&self->in, vnc_buffer_bytes(in), bytes)) {
        *result = vnc_auth_refuse(&self->auth, "RSA-AES: a message is not authentic", NULL);
        return false;
    }
    vnc_buffer_consume(in, *len + VNC_RSA_AES_OVERHEAD);
    return true;
}

static VncAuthResult begin(VncAuthRsaAes *self)
{
    const VncRsaKey *key = self->auth.login->settings->rsa;

    vnc_buffer_append(self->auth.login->out, key->message, key->message_len);
    self->state = VIEWER_KEY;
    return VNC_AUTH_MORE;
}

/* Take the numbers at @bytes as the viewer's public key. */
static bool take_viewer_key(RsaWork *work, unsigned bits, const uint8_t *bytes)
{
    struct rsa_public_key *viewer = &work->viewer;
    size_t size = (bits + 7) / 8;

    nettle_mpz_set_str_256_u(viewer->n, size, bytes);
    nettle_mpz_set_str_256_u(viewer->e, size, bytes + size);
    return rsa_public_key_prepare(viewer) && viewer->size == size && mpz_odd_p(viewer->e) &&
           mpz_cmp_ui(viewer->e, 3) >= 0 &&
           mpz_sizeinbase(viewer->e, 2) <= VIEWER_MAX_EXPONENT_BITS;
}

static VncAuthResult read_viewer_key(VncAuthRsaAes *self)
{
    VncLogin *login = self->auth.login;
    size_t message_len;
    unsigned bits;

    if (login->in->len < 4) {
        return VNC_AUTH_MORE;
    }
    bits = vnc_get_u32(vnc_buffer_bytes(login->in));
    if (bits < VIEWER_MIN_BITS || bits > VIEWER_MAX_BITS) {
        return vnc_auth_refuse(&self->auth, "RSA-AES: the viewer's key is too short or too long",
                               g_strdup_printf("RSA-AES: the viewer's key has %u bits: %d to %d "
                                               "are possible",
                                               bits, VIEWER_MIN_BITS, VIEWER_MAX_BITS));
    }
    message_len = 4 + 2 * ((bits + 7) / 8);
    if (login->in->len < message_len) {
        return VNC_AUTH_MORE;
    }
    self->work = g_new0(RsaWork, 1);
    self->work->work.kind = VNC_OFFLOAD_COMPUTE;
    self->work->work.free = free_work;
    self->work->key = vnc_rsa_key_ref(login->settings->rsa);
    self->work->random_len = is_wide(self) ? AES256_KEY_SIZE : AES128_KEY_SIZE;
    rsa_public_key_init(&self->work->viewer);
    vnc_buffer_append(&self->viewer_key, vnc_buffer_bytes(login->in), message_len);
    vnc_buffer_consume(login->in, message_len);
    if (!take_viewer_key(self->work, bits, vnc_buffer_bytes(&self->viewer_key) + 4)) {
        return vnc_auth_refuse(&self->auth, "RSA-AES: the viewer's key is not valid", NULL);
    }
    /* A viewer that sends the server's own messages back would pass for the owner of its key. */
    if (mpz_cmp(self->work->viewer.n, self->work->key->public.n) == 0) {
        return vnc_auth_refuse(&self->auth, "RSA-AES: the viewer's key is the server's", NULL);
    }
    return run(self, run_encrypt, ENCRYPTED);
}

static VncAuthResult send_random(VncAuthRsaAes *self)
{
    const RsaWork *work = self->work;

    if (!work->done) {
        return vnc_auth_refuse(&self->auth, "RSA-AES: no random numbers", NULL);
    }
    vnc_buffer_append_u16(self->auth.login->out, (uint16_t)work->viewer.size);
    vnc_buffer_append(self->auth.login->out, work->encrypted, work->viewer.size);
    self->state = RANDOM;
    return VNC_AUTH_MORE;
}

static VncAuthResult read_random(VncAuthRsaAes *self)
{
    VncBuffer *in = self->auth.login->in;
    size_t size = self->work->key->public.size;

    if (in->len < 2) {
        return VNC_AUTH_MORE;
    }
    if (vnc_get_u16(vnc_buffer_bytes(in)) != size) {
        return vnc_auth_refuse(&self->auth, "RSA-AES: a random number of the wrong length", NULL);
    }
    if (in->len < 2 + size) {
        return VNC_AUTH_MORE;
    }
    memcpy(self->work->encrypted, vnc_buffer_bytes(in) + 2, size);
    vnc_buffer_consume(in, 2 + size);
    return run(self, run_decrypt, DECRYPTED);
}

/* Both random numbers are known. */
static VncAuthResult send_hash(VncAuthRsaAes *self)
{
    const RsaWork *work = self->work;
    const struct nettle_hash *hash = hash_of(self);
    uint8_t key[VNC_RSA_AES_KEY_BYTES], digest[SHA256_DIGEST_SIZE];
    size_t len = work->random_len;

    if (!work->done) {
        return vnc_auth_refuse(&self->auth, "RSA-AES: no random numbers", NULL);
    }
    /* Otherwise both directions would use the same AES key. */
    if (gnutls_memcmp(work->ours, work->theirs, len) == 0) {
        return vnc_auth_refuse(&self->auth, "RSA-AES: the viewer's random number is the server's",
                               NULL);
    }
    hash_two(hash, work->ours, len, work->theirs, len, key, len);
    vnc_rsa_aes_init(&self->in, key, len);
    hash_two(hash, work->theirs, len, work->ours, len, key, len);
    vnc_rsa_aes_init(&self->out, key, len);
    vnc_wipe(key, sizeof(key));
    hash_two(hash, work->key->message, work->key->message_len, vnc_buffer_bytes(&self->viewer_key),
             self->viewer_key.len, digest, hash->digest_size);
    send_message(self, digest, hash->digest_size);
    self->state = HASH;
    return VNC_AUTH_MORE;
}

static VncAuthResult read_hash(VncAuthRsaAes *self)
{
    const VncRsaKey *key = self->work->key;
    const struct nettle_hash *hash = hash_of(self);
    uint8_t digest[SHA256_DIGEST_SIZE], said[SHA256_DIGEST_SIZE];
    size_t len = hash->digest_size;
    VncAuthResult result;

    if (!read_message(self, len, len, said, &len, &result)) {
        return result;
    }
    hash_two(hash, vnc_buffer_bytes(&self->viewer_key), self->viewer_key.len, key->message,
             key->message_len, digest, len);
    if (gnutls_memcmp(said, digest, len) != 0) {
        return vnc_auth_refuse(&self->auth, "RSA-AES: somebody between us has changed the keys",
                               g_strdup("RSA-AES: the viewer has seen other keys than ours"));
    }
    vnc_auth_work_free(&self->work->work);
    self->work = NULL;
    /* Only one subtype can be asked for: with Plain logins on, a user name and a password. */
    self->subtype = self->auth.login->settings->plain ? SUBTYPE_USER_PASSWORD : SUBTYPE_PASSWORD;
    send_message(self, &self->subtype, sizeof(self->subtype));
    self->state = CREDENTIALS;
    return VNC_AUTH_MORE;
}

/* --- who the user is ---------------------------------------------------------------------- */

/* Whether @given is @password. The time that this takes does not depend on where they differ. */
static bool matches(const char *password, const uint8_t *given, size_t len)
{
    uint8_t wanted[SHA256_DIGEST_SIZE], had[SHA256_DIGEST_SIZE];
    bool same;

    if (!password || !password[0]) {
        return false;
    }
    hash_two(&nettle_sha256, (const uint8_t *)password, strlen(password), NULL, 0, wanted,
             sizeof(wanted));
    hash_two(&nettle_sha256, given, len, NULL, 0, had, sizeof(had));
    same = gnutls_memcmp(wanted, had, sizeof(wanted)) == 0;
    vnc_wipe(wanted, sizeof(wanted));
    vnc_wipe(had, sizeof(had));
    return same;
}

/* SUBTYPE_PASSWORD: a user name, if the viewer sends one, is ignored. */
static VncAuthResult check_password(VncAuthRsaAes *self, const uint8_t *password, size_t len)
{
    const VncPasswords *passwords = self->auth.login->passwords;

    if (!vnc_auth_begin_guess(&self->auth)) {
        return VNC_AUTH_REFUSED;
    }
    return vnc_auth_judge(&self->auth, matches(passwords->full, password, len),
                          matches(passwords->view_only, password, len));
}

static VncAuthResult check(VncAuthRsaAes *self, const uint8_t *user, size_t user_len,
                           const uint8_t *password, size_t password_len)
{
    if (self->subtype == SUBTYPE_PASSWORD) {
        return check_password(self, password, password_len);
    }
    self->check = vnc_checkpass_new(&self->auth, user, user_len, password, password_len);
    return vnc_checkpass_step(&self->auth, self->check);
}

/* Pass on the check's result, unless the check still runs. If the session is encrypted, the viewer
 * gets the result encrypted, too. */
static VncAuthResult conclude(VncAuthRsaAes *self, VncAuthResult result)
{
    if (result == VNC_AUTH_BUSY) {
        self->state = CHECK;
        return result;
    }
    if (!encrypts_all(self)) {
        return result;
    }
    self->result = result;
    self->state = RESULT;
    return VNC_AUTH_UPGRADE;
}

static VncAuthResult read_credentials(VncAuthRsaAes *self)
{
    uint8_t bytes[MAX_CREDENTIALS] = {0};
    size_t len, user_len;
    VncAuthResult result;

    if (!read_message(self, 2, sizeof(bytes), bytes, &len, &result)) {
        return result;
    }
    user_len = bytes[0];
    if (len != 1 + user_len + 1 + bytes[1 + user_len]) {
        result = vnc_auth_refuse(&self->auth, "RSA-AES: a login of the wrong length", NULL);
    } else {
        result = check(self, bytes + 1, user_len, bytes + 1 + user_len + 1, bytes[1 + user_len]);
    }
    vnc_wipe(bytes, sizeof(bytes));
    return conclude(self, result);
}

static VncAuthResult go_on_checking(VncAuthRsaAes *self)
{
    return conclude(self, vnc_checkpass_step(&self->auth, self->check));
}

static VncAuthResult tell_result(VncAuthRsaAes *self)
{
    return self->result;
}

/* --- the type ----------------------------------------------------------------------------- */

static VncAuthResult rsa_aes_step(VncAuth *auth)
{
    static VncAuthResult (*const steps[])(VncAuthRsaAes * self) = {
        [BEGIN] = begin,
        [VIEWER_KEY] = read_viewer_key,
        [ENCRYPTED] = send_random,
        [RANDOM] = read_random,
        [DECRYPTED] = send_hash,
        [HASH] = read_hash,
        [CREDENTIALS] = read_credentials,
        [CHECK] = go_on_checking,
        [RESULT] = tell_result,
    };
    VncAuthRsaAes *self = (VncAuthRsaAes *)auth;
    VncAuthResult result;
    State before;

    do {
        before = self->state;
        result = steps[before](self);
    } while (result == VNC_AUTH_MORE && self->state != before);
    return result;
}

static VncStream *rsa_aes_upgrade(VncAuth *auth, VncStream *lower)
{
    VncAuthRsaAes *self = (VncAuthRsaAes *)auth;

    VNC_TRACE(&auth->login->tracer, CLIENT_IO_WRAP, "type=%s", auth->type->name);
    return vnc_rsa_aes_layer_new(lower, auth->login->context, &self->in, &self->out);
}

static void rsa_aes_clear(VncAuth *auth)
{
    VncAuthRsaAes *self = (VncAuthRsaAes *)auth;

    vnc_auth_work_free((VncAuthWork *)self->work);
    vnc_checkpass_free(self->check);
    vnc_buffer_clear(&self->viewer_key);
    vnc_wipe(&self->in, sizeof(self->in));
    vnc_wipe(&self->out, sizeof(self->out));
}

/* query-vnc has no names for the types with 256 bits. */
#define RSA_AES_TYPE(number_, name_)                                                           \
    {                                                                                          \
        .number = number_, .name = name_, .size = sizeof(VncAuthRsaAes), .step = rsa_aes_step, \
        .upgrade = rsa_aes_upgrade, .clear = rsa_aes_clear,                                    \
    }

const VncAuthType vnc_auth_ra2 = RSA_AES_TYPE(VNC_SECURITY_RA2, "ra2");
const VncAuthType vnc_auth_ra2ne = RSA_AES_TYPE(VNC_SECURITY_RA2NE, "ra2ne");
const VncAuthType vnc_auth_ra2_256 = RSA_AES_TYPE(VNC_SECURITY_RA2_256, "ra2");
const VncAuthType vnc_auth_ra2ne_256 = RSA_AES_TYPE(VNC_SECURITY_RA2NE_256, "ra2ne");
