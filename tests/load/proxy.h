/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_LOAD_PROXY_H
#define TESTS_LOAD_PROXY_H
#include "tests/load/city.h"
#include <pthread.h>

/* Stands between libpq and the server, for one connection at a time; when armed, the connection is lost at
   the n-th COMMIT. */
struct proxy {
    char folder[64], listen_path[108], server_path[128];
    int listener;
    _Atomic int commits;  /* left until the connection is lost; 0: never */
    bool before;          /* lost before the COMMIT reaches the server, not with its reply */
    bool deaf;            /* the server is not told that the connection is lost */
    void (*lost)(void *); /* called when the server knows and the client does not; or NULL */
    void *context;
    _Atomic bool fired;
    struct database through; /* the city's, by way of the proxy */
    pthread_t thread;
};

/* The city's main session goes through it from here on; whatever is opened later goes straight. */
void proxy_begin(struct proxy *proxy, struct city *city);
void proxy_end(struct proxy *proxy); /* nobody can connect any more; what is connected stays */
#endif
