/*
 * A function that is called from a thread of the wrong kind stops the program at once.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each call runs in its own process, and aborts it. The arguments are NULL or zeros: a function
 * checks its thread before its arguments.
 */
#include "ui/auth/auth.h"
#include "ui/auth/checkpass.h"
#include "ui/base/thread.h"
#include "ui/net/connector.h"
#include "ui/net/layer.h"
#include "ui/net/listener.h"
#include "ui/net/tls.h"
#include "ui/net/websocket.h"

#ifdef VNC_HAVE_RSA_AES
#include "ui/auth/rsa-aes-layer.h"
#endif
#ifdef VNC_HAVE_SASL
#include "ui/auth/sasl-conn.h"
#include "ui/auth/sasl-layer.h"
#endif

/* Any struct, all zeros. */
static void *const zeros = (uint64_t[512]){0};

/* X(function, arguments...): the public functions of ui/net/ and ui/auth/ that belong to the main
 * thread. The others are pure, or only for the threads of VncOffload. */
#define ENTRIES(X)                                                   \
    X(vnc_connector_new, zeros, 0, NULL, NULL, NULL, NULL)           \
    X(vnc_connector_free, zeros)                                     \
    X(vnc_layer_init, zeros, NULL, NULL, NULL)                       \
    X(vnc_layer_flush, zeros, NULL)                                  \
    X(vnc_layer_fill, zeros, NULL)                                   \
    X(vnc_layer_rewatch, zeros)                                      \
    X(vnc_listener_new, zeros, 0, NULL, NULL, NULL, NULL, NULL)      \
    X(vnc_listener_free, zeros)                                      \
    X(vnc_listener_matches, zeros, zeros, 0)                         \
    X(vnc_listener_clashes, zeros, zeros, 0)                         \
    X(vnc_listener_suspend, zeros)                                   \
    X(vnc_listener_resume, zeros, NULL)                              \
    X(vnc_listener_is_websocket, zeros)                              \
    X(vnc_listener_n_sockets, zeros)                                 \
    X(vnc_listener_socket_info, zeros, 0)                            \
    X(vnc_stream_new_socket, NULL, NULL)                             \
    X(vnc_socket_set_peer_timeout, NULL, 0)                          \
    X(vnc_stream_set_ready, zeros, NULL, NULL)                       \
    X(vnc_stream_read, zeros, NULL, 1, NULL)                         \
    X(vnc_stream_write, zeros, NULL, 1, NULL)                        \
    X(vnc_stream_watch, zeros, 0)                                    \
    X(vnc_stream_close, zeros)                                       \
    X(vnc_stream_free, NULL)                                         \
    X(vnc_tls_credentials_new, zeros, NULL)                          \
    X(vnc_tls_credentials_ref, NULL)                                 \
    X(vnc_tls_credentials_unref, NULL)                               \
    X(vnc_tls_credentials_apply, NULL, NULL)                         \
    X(vnc_tls_stream_new, zeros, NULL, NULL, NULL, NULL, NULL, NULL) \
    X(vnc_tls_stream_verify, zeros, NULL)                            \
    X(vnc_tls_stream_dname, zeros)                                   \
    X(vnc_tls_stream_ssf, zeros)                                     \
    X(vnc_websocket_stream_new, zeros, NULL, NULL)                   \
    X(vnc_auth_new, zeros, NULL)                                     \
    X(vnc_auth_step, zeros)                                          \
    X(vnc_auth_upgrade, zeros, NULL)                                 \
    X(vnc_auth_free, NULL)                                           \
    X(vnc_auth_refuse, zeros, NULL, NULL)                            \
    X(vnc_auth_begin_guess, zeros)                                   \
    X(vnc_auth_judge, zeros, false, false)                           \
    X(vnc_auth_run, zeros, NULL)                                     \
    X(vnc_auth_work_free, NULL)                                      \
    X(vnc_auth_vnc_available, NULL)                                  \
    X(vnc_auth_sasl_available, NULL)                                 \
    X(vnc_login_clear, zeros)                                        \
    X(vnc_login_lay_tls, zeros, NULL)                                \
    X(vnc_login_check_certificate, zeros, NULL, NULL)                \
    X(vnc_auth_settings_new, )                                       \
    X(vnc_auth_settings_copy, zeros)                                 \
    X(vnc_auth_settings_ref, zeros)                                  \
    X(vnc_auth_settings_unref, NULL)                                 \
    X(vnc_checkpass_new, NULL, NULL, 0, NULL, 0)                     \
    X(vnc_checkpass_step, NULL, NULL)                                \
    X(vnc_checkpass_free, NULL)                                      \
    X(vnc_passwords_init, zeros)                                     \
    X(vnc_passwords_clear, zeros)                                    \
    X(vnc_passwords_set, zeros, NULL)                                \
    X(vnc_passwords_expired, zeros)                                  \
    X(vnc_rsa_key_load, NULL, NULL)                                  \
    X(vnc_rsa_key_ref, NULL)                                         \
    X(vnc_rsa_key_unref, NULL)

#ifdef VNC_HAVE_RSA_AES
#define RSA_ENTRIES(X) X(vnc_rsa_aes_layer_new, zeros, NULL, NULL, NULL)
#else
#define RSA_ENTRIES(X)
#endif

#ifdef VNC_HAVE_SASL
#define SASL_ENTRIES(X)                 \
    X(vnc_sasl_conn_init, zeros, zeros) \
    X(vnc_sasl_conn_clear, zeros)       \
    X(vnc_sasl_pass, zeros, NULL)       \
    X(vnc_sasl_refuse, zeros, NULL, 0)  \
    X(vnc_sasl_layer_new, zeros, NULL, NULL)
#else
#define SASL_ENTRIES(X)
#endif

#define CALL(function, ...)                  \
    static void call_##function(void)        \
    {                                        \
        (void)(function(__VA_ARGS__), NULL); \
    }
#define ROW(function, ...) {#function, call_##function},

/* clang-format off */
ENTRIES(CALL)
RSA_ENTRIES(CALL)
SASL_ENTRIES(CALL)

typedef struct Entry {
    const char *name;
    void (*call)(void);
} Entry;

static const Entry entries[] = {
    ENTRIES(ROW)
    RSA_ENTRIES(ROW)
    SASL_ENTRIES(ROW)
};
/* clang-format on */

static void *worker(void *opaque)
{
    vnc_thread_become_worker();
    ((const Entry *)opaque)->call();
    return NULL;
}

static void call_in_worker(const void *entry)
{
    g_thread_join(g_thread_new("worker", worker, (void *)entry));
}

static void assert_stopped(const char *path, const char *function)
{
    g_autofree char *message =
        g_strdup_printf("*%s: assertion failed*vnc_thread_is_worker*", function);

    g_test_trap_subprocess(path, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr(message);
}

static void test_main(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
        g_autofree char *path = g_strdup_printf("/regimes/main/subprocess/%s", entries[i].name);

        assert_stopped(path, entries[i].name);
    }
}

#ifdef VNC_HAVE_SASL
static void sasl_open(void)
{
    vnc_sasl_conn_open(zeros);
}

static void test_workers(void)
{
    assert_stopped("/regimes/workers/subprocess/sasl", "vnc_sasl_conn_open");
}
#endif

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
        g_autofree char *path = g_strdup_printf("/regimes/main/subprocess/%s", entries[i].name);

        g_test_add_data_func(path, &entries[i], call_in_worker);
    }
    g_test_add_func("/regimes/main", test_main);
#ifdef VNC_HAVE_SASL
    g_test_add_func("/regimes/workers/subprocess/sasl", sasl_open);
    g_test_add_func("/regimes/workers", test_workers);
#endif
    return g_test_run();
}
