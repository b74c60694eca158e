/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/load/proxy.h"
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PROXY_BYTES = 1 << 16 };

static int unix_socket(const char *path, bool serve) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int size = snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    cr_assert(size > 0 && (size_t)size < sizeof address.sun_path, "%s", path);
    union {
        const struct sockaddr_un *in;
        const struct sockaddr *out;
    } as = {&address};
    int status = serve ? bind(fd, as.out, sizeof address) : connect(fd, as.out, sizeof address);
    if (status == 0 && serve) status = listen(fd, 8);
    cr_assert(status == 0, "%s", path);
    return fd;
}

/* True: this is the COMMIT at which the connection is lost. */
static bool last_commit(struct proxy *proxy, const char *bytes, ssize_t size) {
    return size == 12 && memcmp(bytes, "Q\0\0\0\013COMMIT", 11) == 0 && proxy->commits > 0 &&
           --proxy->commits == 0;
}

/* Until the connection is lost, or one end closes it. */
static void pass(struct proxy *proxy, int client, int server, char *bytes) {
    for (ssize_t size; !proxy->fired;) {
        struct pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        if (poll(ends, 2, -1) < 0) return;
        if (ends[1].revents) {
            size = read(server, bytes, PROXY_BYTES);
            if (size <= 0 || write(client, bytes, (size_t)size) != size) return;
        }
        if (!ends[0].revents) continue;
        size = read(client, bytes, PROXY_BYTES);
        if (size <= 0) return;
        bool lose = last_commit(proxy, bytes, size);
        proxy->fired = lose;
        if (lose && proxy->before) return;
        if (write(server, bytes, (size_t)size) != size) return;
        /* The reply is there, so the transaction is durable. */
        if (lose) poll(&(struct pollfd){server, POLLIN, 0}, 1, -1);
    }
}

static void *serve_one(void *argument) {
    struct proxy *proxy = argument;
    char *bytes = malloc(PROXY_BYTES);
    for (int client; bytes && (client = accept(proxy->listener, NULL, NULL)) >= 0;) {
        int server = unix_socket(proxy->server_path, false);
        pass(proxy, client, server, bytes);
        if (!proxy->deaf) close(server);
        if (proxy->fired && proxy->lost) proxy->lost(proxy->context);
        shutdown(client, SHUT_RDWR);
        close(client);
    }
    free(bytes);
    return NULL;
}

void proxy_begin(struct proxy *proxy, struct city *city) {
    char host[64];
    snprintf(proxy->folder, sizeof proxy->folder, "/tmp/tongchou-proxy-XXXXXX");
    cr_assert(mkdtemp(proxy->folder));
    cr_assert(sscanf(city->database.conninfo, "host=%63s", host) == 1);
    const char *name = strstr(city->database.conninfo, "dbname=");
    cr_assert(name, "%s", city->database.conninfo);
    snprintf(proxy->server_path, sizeof proxy->server_path, "%s/.s.PGSQL.5432", host);
    snprintf(proxy->listen_path, sizeof proxy->listen_path, "%.63s/.s.PGSQL.5432", proxy->folder);
    proxy->listener = unix_socket(proxy->listen_path, true);
    cr_assert(pthread_create(&proxy->thread, NULL, serve_one, proxy) == 0);
    proxy->through = city->database;
    snprintf(proxy->through.conninfo, sizeof proxy->through.conninfo, "host=%s user=tongchou %s",
             proxy->folder, name);
    city->registry.database = &proxy->through;
    cr_assert(registry_reopen(&city->registry, &city->error), "%s", city->error.message);
    city->registry.database = &city->database;
}

void proxy_end(struct proxy *proxy) {
    unlink(proxy->listen_path);
    rmdir(proxy->folder);
}
