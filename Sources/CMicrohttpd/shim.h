#ifndef TVAERINDEKS_CMICROHTTPD_SHIM_H
#define TVAERINDEKS_CMICROHTTPD_SHIM_H
#include <microhttpd.h>
#include <stdint.h>
#include <string.h>

/* The calls of libmicrohttpd that Swift cannot make: those with variable arguments, and those
   whose closed enumerations would trap on a value this header does not know. */

/* What a server needs to start. The strings must outlive it; a null `certificate` means no TLS. */
struct mhd_settings {
    unsigned int threads;
    unsigned int connections;
    unsigned int connections_per_address;
    unsigned int idle_seconds;
    size_t connection_memory;
    const char *certificate;
    const char *key;
    const char *client_authority;
    const char *priorities;
    void *context;
    MHD_AccessHandlerCallback handler;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
    void *(*target)(void *context, const char *target, struct MHD_Connection *connection);
    MHD_LogCallback log;
};

/* Leaves paths and queries as they were sent: decoding is not the library's matter. */
static inline size_t mhd_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

static inline struct MHD_Daemon *mhd_start(const struct mhd_settings *s) {
    struct MHD_OptionItem options[16];
    unsigned int count = 0;
    unsigned int flags =
        MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    flags |= MHD_is_feature_supported(MHD_FEATURE_EPOLL) == MHD_YES
                 ? MHD_USE_EPOLL_INTERNAL_THREAD
                 : MHD_USE_AUTO_INTERNAL_THREAD;
#define MHD_SHIM_ADD(name, number, pointer)                                                        \
    options[count].option = (name);                                                                \
    options[count].value = (intptr_t)(number);                                                     \
    options[count].ptr_value = (void *)(pointer);                                                  \
    count++
    MHD_SHIM_ADD(MHD_OPTION_URI_LOG_CALLBACK, s->target, s->context);
    MHD_SHIM_ADD(MHD_OPTION_UNESCAPE_CALLBACK, mhd_keep_escapes, NULL);
    MHD_SHIM_ADD(MHD_OPTION_NOTIFY_COMPLETED, s->completed, s->context);
    MHD_SHIM_ADD(MHD_OPTION_NOTIFY_CONNECTION, s->connection, s->context);
    MHD_SHIM_ADD(MHD_OPTION_CONNECTION_LIMIT, s->connections, NULL);
    MHD_SHIM_ADD(MHD_OPTION_PER_IP_CONNECTION_LIMIT, s->connections_per_address, NULL);
    MHD_SHIM_ADD(MHD_OPTION_CONNECTION_TIMEOUT, s->idle_seconds, NULL);
    MHD_SHIM_ADD(MHD_OPTION_CONNECTION_MEMORY_LIMIT, s->connection_memory, NULL);
    if (s->threads > 1) {
        MHD_SHIM_ADD(MHD_OPTION_THREAD_POOL_SIZE, s->threads, NULL);
    }
    if (s->certificate != NULL) {
        flags |= MHD_USE_TLS;
        MHD_SHIM_ADD(MHD_OPTION_HTTPS_MEM_CERT, 0, s->certificate);
        MHD_SHIM_ADD(MHD_OPTION_HTTPS_MEM_KEY, 0, s->key);
        MHD_SHIM_ADD(MHD_OPTION_HTTPS_PRIORITIES, 0, s->priorities);
        if (s->client_authority != NULL) {
            MHD_SHIM_ADD(MHD_OPTION_HTTPS_MEM_TRUST, 0, s->client_authority);
        }
    }
    MHD_SHIM_ADD(MHD_OPTION_END, 0, NULL);
#undef MHD_SHIM_ADD
    return MHD_start_daemon(
        flags, 0, NULL, NULL, s->handler, s->context, MHD_OPTION_EXTERNAL_LOGGER, s->log,
        s->context, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

/* The connection's socket, or -1. */
static inline int mhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

/* What the connection notification stored for the connection, or null. */
static inline void *mhd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

/* After so many seconds without a byte the library ends the connection. From its own callbacks alone. */
static inline void mhd_set_idle(struct MHD_Connection *connection, unsigned int seconds) {
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

/* Bytes of request line and header fields, once they are read. */
static inline size_t mhd_header_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? 0 : info->header_size;
}

/* The gnutls_session_t of a TLS connection, or null. */
static inline void *mhd_tls_session(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info == NULL ? NULL : info->tls_session;
}

/* The peer's address, or null. */
static inline const struct sockaddr *mhd_peer(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}

struct mhd_field {
    const char *name;
    size_t name_length;
    const char *value;
    size_t value_length;
};

struct mhd_field_list {
    struct mhd_field *fields;
    size_t capacity;
    size_t count;
};

static inline enum MHD_Result mhd_collect_field(
    void *context, enum MHD_ValueKind kind, const char *name, size_t name_length,
    const char *value, size_t value_length) {
    struct mhd_field_list *list = (struct mhd_field_list *)context;
    (void)kind;
    if (list->count < list->capacity) {
        struct mhd_field field = {name, name_length, value, value == NULL ? 0 : value_length};
        list->fields[list->count] = field;
    }
    list->count++;
    return MHD_YES;
}

/* Fills `fields` with the header fields in the order received; gives how many there are. */
static inline size_t mhd_fields(
    struct MHD_Connection *connection, struct mhd_field *fields, size_t capacity) {
    struct mhd_field_list list = {fields, capacity, 0};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, &mhd_collect_field, &list);
    return list.count;
}

/* A response that owns a copy of the bytes. */
static inline struct MHD_Response *mhd_response_copying(const void *bytes, size_t count) {
    return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}
#endif
