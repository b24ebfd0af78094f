/*
 * TLS over a stream.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, and a thread of VncOffload for each step of the handshake. The session and its
 * buffers belong to that thread while `running`. A stream that is freed meanwhile leaves them to
 * the end of the step, or takes back a step that has not begun. No lock: VncOffload hands over.
 */
#include "ui/net/tls.h"

#include "ui/base/thread.h"
#include "ui/base/wipe.h"
#include "ui/net/layer.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#define RECORD_BYTES (16 * 1024)
/* AES-GCM takes 0.1 ms for twice as many bytes, ChaCha20 and AES-CBC 0.5 ms. */
#define SHARE (128 * 1024)
/* Records read in one turn: the smallest ones cost a third of a microsecond each. */
#define DECODE_RECORDS 512

typedef struct TlsStream TlsStream;

typedef struct Session {
    /* main thread */
    TlsStream *owner; /* NULL: freed */
    bool running;

    /* the thread that runs the session */
    gnutls_session_t gnutls;
    VncTlsCredentials *credentials;
    VncBuffer in, out;
    int result;
    unsigned ssf;
    char *dname, *fault; /* the viewer's certificate: its owner's name, and why it is refused */
} Session;

struct TlsStream {
    VncLayer layer; /* first */
    Session *session;
    VncOffload *offload;
    const char *source;
    VncTlsDone *done; /* NULL: it has been called */
    void *opaque;
    VncStreamReady *lower_ready; /* the layer's, from the end of the handshake on */
};

/* --- GnuTLS's view of the buffers -------------------------------------------------------- */

static ssize_t pull(gnutls_transport_ptr_t opaque, void *bytes, size_t len)
{
    Session *session = opaque;
    size_t n = MIN(len, session->in.len);

    if (n == 0) {
        gnutls_transport_set_errno(session->gnutls, EAGAIN);
        return -1;
    }
    memcpy(bytes, vnc_buffer_bytes(&session->in), n);
    vnc_buffer_consume(&session->in, n);
    return n;
}

static ssize_t push(gnutls_transport_ptr_t opaque, const void *bytes, size_t len)
{
    Session *session = opaque;

    vnc_buffer_append(&session->out, bytes, len);
    return len;
}

static int pull_timeout(gnutls_transport_ptr_t opaque, G_GNUC_UNUSED unsigned ms)
{
    Session *session = opaque;

    return session->in.len > 0;
}

/* Whether to go on although GnuTLS wants more bytes. It says so after each record that ends no
 * message of the handshake, and after a change of keys, even if it has more bytes. @before: bytes
 * in session->in before the last call. */
static bool has_more(const Session *session, size_t before)
{
    return session->in.len > 0 && session->in.len < before;
}

static void session_free(Session *session)
{
    gnutls_deinit(session->gnutls);
    vnc_tls_credentials_unref(session->credentials);
    vnc_buffer_clear(&session->in);
    vnc_buffer_clear(&session->out);
    g_free(session->dname);
    g_free(session->fault);
    g_free(session);
}

/* --- the handshake, off the main thread --------------------------------------------------- */

static const char *fault_of(unsigned status)
{
    if (status & GNUTLS_CERT_REVOKED) {
        return "the viewer's certificate is revoked";
    }
    if (status & GNUTLS_CERT_EXPIRED) {
        return "the viewer's certificate has expired";
    }
    if (status & GNUTLS_CERT_NOT_ACTIVATED) {
        return "the viewer's certificate is not yet valid";
    }
    if (status & (GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA)) {
        return "the viewer's certificate is not signed by our CA";
    }
    if (status & GNUTLS_CERT_PURPOSE_MISMATCH) {
        return "the viewer's certificate is not for clients";
    }
    return status ? "the viewer's certificate is not valid" : NULL;
}

static void read_dname(Session *session, const gnutls_datum_t *der)
{
    gnutls_x509_crt_t certificate;
    size_t len = 0;

    if (gnutls_x509_crt_init(&certificate) < 0) {
        return;
    }
    /* In the order that QEMU's authorization rules expect. */
    if (gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) >= 0 &&
        gnutls_x509_crt_get_dn(certificate, NULL, &len) == GNUTLS_E_SHORT_MEMORY_BUFFER) {
        session->dname = g_malloc0(len + 1);
        if (gnutls_x509_crt_get_dn(certificate, session->dname, &len) < 0) {
            g_clear_pointer(&session->dname, g_free);
        }
    }
    gnutls_x509_crt_deinit(certificate);
}

static void examine(Session *session)
{
    /* A server's certificate of the same CA is not accepted. One that names no purpose is. */
    gnutls_typed_vdata_st purpose = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
                                     .data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT};
    const gnutls_datum_t *chain;
    unsigned count = 0, status = 0;
    int code;

    session->ssf = 8 * gnutls_cipher_get_key_size(gnutls_cipher_get(session->gnutls));
    if (!vnc_tls_credentials_verify_peer(session->credentials)) {
        return;
    }
    chain = gnutls_certificate_get_peers(session->gnutls, &count);
    if (!chain || count == 0) {
        session->fault = g_strdup("the viewer has sent no certificate");
        return;
    }
    read_dname(session, &chain[0]);
    code = gnutls_certificate_verify_peers(session->gnutls, &purpose, 1, &status);
    session->fault = g_strdup(code < 0 ? gnutls_strerror(code) : fault_of(status));
}

static void step(void *opaque)
{
    Session *session = opaque;
    size_t before;

    VNC_WORKER();
    do {
        before = session->in.len;
        session->result = gnutls_handshake(session->gnutls);
    } while (session->result < 0 &&
             (session->result != GNUTLS_E_AGAIN || has_more(session, before)) &&
             !gnutls_error_is_fatal(session->result));
    if (session->result == 0) {
        examine(session);
    } else if (session->result != GNUTLS_E_AGAIN) {
        gnutls_alert_send_appropriate(session->gnutls, session->result);
    }
}

/* --- the handshake, on the main thread ---------------------------------------------------- */

static bool fail(int code, GError **error)
{
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "TLS: %s", gnutls_strerror(code));
    return false;
}

static bool decode(VncLayer *layer, GError **error);
static void step_done(void *opaque);

/* End the handshake; @error is taken over. May free @tls. */
static void finish(TlsStream *tls, GError *error)
{
    VncTlsDone *done = tls->done;

    tls->done = NULL;
    vnc_stream_watch(tls->layer.lower, 0);
    if (!error) {
        tls->layer.opening = false;
        vnc_stream_set_ready(tls->layer.lower, tls->lower_ready, tls);
        /* Viewers may send data in the same packet as their last message of the handshake. */
        decode(&tls->layer, &error);
        vnc_layer_rewatch(&tls->layer);
    }
    done(tls->opaque, error);
    g_clear_error(&error);
}

/* Watch for input even while a step runs, to notice a viewer that goes. */
static void await(VncLayer *layer)
{
    bool room = layer->in.len < VNC_LAYER_CHUNK;

    if (((TlsStream *)layer)->done) {
        vnc_stream_watch(layer->lower, (room ? G_IO_IN : 0) | (layer->out.len > 0 ? G_IO_OUT : 0));
    }
}

/* Go on with the received bytes. */
static void begin_step(TlsStream *tls)
{
    Session *session = tls->session;

    vnc_buffer_move(&session->in, &tls->layer.in);
    session->running = true;
    /* At the server's end a step may come back without having run. */
    session->result = GNUTLS_E_AGAIN;
    vnc_offload_run(tls->offload, VNC_OFFLOAD_COMPUTE, tls->source, step, step_done, session);
}

static void step_done(void *opaque)
{
    Session *session = opaque;
    TlsStream *tls = session->owner;
    GError *error = NULL;

    session->running = false;
    if (!tls) {
        session_free(session);
        return;
    }
    if (!tls->done) {
        return;
    }
    vnc_buffer_move(&tls->layer.out, &session->out);
    /* A lasting failure shows again at the next read. */
    vnc_layer_flush(&tls->layer, NULL);
    if (session->result == GNUTLS_E_AGAIN) {
        if (tls->layer.in.len > 0) {
            begin_step(tls);
        }
        await(&tls->layer);
        return;
    }
    if (session->result < 0) {
        fail(session->result, &error);
    }
    finish(tls, error);
}

static void handshake_ready(void *opaque, GIOCondition condition)
{
    TlsStream *tls = opaque;
    GError *error = NULL;
    gssize n;

    if (condition & G_IO_OUT) {
        vnc_layer_flush(&tls->layer, NULL);
    }
    if (!(condition & ~G_IO_OUT)) {
        await(&tls->layer);
        return;
    }
    n = vnc_layer_fill(&tls->layer, &error);
    if (n > 0) {
        if (!tls->session->running) {
            begin_step(tls);
        }
        await(&tls->layer);
    } else if (n < 0 && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
        g_clear_error(&error);
        await(&tls->layer);
    } else {
        if (n == 0) {
            fail(GNUTLS_E_PREMATURE_TERMINATION, &error);
        }
        finish(tls, error);
    }
}

/* --- records ------------------------------------------------------------------------------ */

/* Wipe the record: GnuTLS would free its copy with any password in it. */
static void take_record(VncBuffer *plain, gnutls_packet_t record)
{
    gnutls_datum_t data;

    gnutls_packet_get(record, &data, NULL);
    vnc_buffer_append(plain, data.data, data.size);
    vnc_wipe(data.data, data.size);
    gnutls_packet_deinit(record);
}

/* Whether another record may follow, after GnuTLS has returned @n for the last one. */
static bool goes_on(const Session *session, ssize_t n, size_t before)
{
    return n > 0 || (n < 0 && (n != GNUTLS_E_AGAIN || has_more(session, before)) &&
                     n != GNUTLS_E_REHANDSHAKE && !gnutls_error_is_fatal(n));
}

static bool decode(VncLayer *layer, GError **error)
{
    Session *session = ((TlsStream *)layer)->session;
    unsigned records = 0;
    size_t before;
    ssize_t n;

    vnc_buffer_move(&session->in, &layer->in);
    do {
        gnutls_packet_t record = NULL;

        before = session->in.len;
        n = gnutls_record_recv_packet(session->gnutls, &record);
        if (record) {
            take_record(&layer->plain, record);
        }
    } while (goes_on(session, n, before) && ++records < DECODE_RECORDS);
    vnc_buffer_move(&layer->out, &session->out);
    layer->more = records == DECODE_RECORDS;
    layer->ended = n == 0;
    return layer->more || n == 0 || n == GNUTLS_E_AGAIN || fail(n, error);
}

static gssize encode(VncLayer *layer, const void *bytes, size_t len, GError **error)
{
    Session *session = ((TlsStream *)layer)->session;
    size_t taken = 0;
    ssize_t n = 0;

    while (taken < len) {
        n = gnutls_record_send(session->gnutls, (const uint8_t *)bytes + taken,
                               MIN(len - taken, RECORD_BYTES));
        if (n <= 0) {
            fail(n, error);
            return -1;
        }
        taken += n;
    }
    vnc_buffer_move(&layer->out, &session->out);
    return taken;
}

static void goodbye(VncLayer *layer)
{
    TlsStream *tls = (TlsStream *)layer;

    if (!layer->opening) {
        gnutls_bye(tls->session->gnutls, GNUTLS_SHUT_WR);
        vnc_buffer_move(&layer->out, &tls->session->out);
    }
}

static void clear(VncLayer *layer)
{
    TlsStream *tls = (TlsStream *)layer;
    Session *session = tls->session;

    session->owner = NULL;
    if (session->running && vnc_offload_cancel(tls->offload, session)) {
        session->running = false;
    }
    if (!session->running) {
        session_free(session);
    }
}

static const VncLayerOps tls_ops = {
    .share = SHARE,
    .decode = decode,
    .encode = encode,
    .await = await,
    .goodbye = goodbye,
    .clear = clear,
};

static Session *session_new(TlsStream *tls, VncTlsCredentials *credentials)
{
    Session *session = g_new0(Session, 1);

    session->owner = tls;
    session->credentials = vnc_tls_credentials_ref(credentials);
    /* Fails only without memory, which ends the process elsewhere, too. */
    if (gnutls_init(&session->gnutls, GNUTLS_SERVER | GNUTLS_NONBLOCK) < 0) {
        g_error("TLS: no memory");
    }
    vnc_tls_credentials_apply(credentials, session->gnutls);
    gnutls_handshake_set_timeout(session->gnutls, GNUTLS_INDEFINITE_TIMEOUT);
    gnutls_transport_set_ptr(session->gnutls, session);
    gnutls_transport_set_pull_function(session->gnutls, pull);
    gnutls_transport_set_push_function(session->gnutls, push);
    gnutls_transport_set_pull_timeout_function(session->gnutls, pull_timeout);
    return session;
}

VncStream *vnc_tls_stream_new(VncStream *lower, VncTlsCredentials *credentials, VncOffload *offload,
                              const char *source, GMainContext *context, VncTlsDone *done,
                              void *opaque)
{
    TlsStream *tls = g_new0(TlsStream, 1);

    VNC_MAIN();
    vnc_layer_init(&tls->layer, &tls_ops, lower, context);
    tls->layer.opening = true;
    tls->session = session_new(tls, credentials);
    tls->offload = offload;
    tls->source = source;
    tls->done = done;
    tls->opaque = opaque;
    tls->lower_ready = lower->ready;
    vnc_stream_set_ready(lower, handshake_ready, tls);
    await(&tls->layer);
    return &tls->layer.stream;
}

bool vnc_tls_stream_verify(VncStream *stream, GError **error)
{
    const char *fault;

    VNC_MAIN();
    fault = ((TlsStream *)stream)->session->fault;
    if (fault) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, fault);
    }
    return !fault;
}

const char *vnc_tls_stream_dname(VncStream *stream)
{
    VNC_MAIN();

    return ((TlsStream *)stream)->session->dname;
}

unsigned vnc_tls_stream_ssf(VncStream *stream)
{
    VNC_MAIN();

    return ((TlsStream *)stream)->session->ssf;
}
