/* listen.h - where the server listens, and who is at the other end. */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include "base/err.h"
#include "http/message.h"

#include <sys/socket.h>

struct listener {
    int fd;
    bool loopback;     /* 127.0.0.0/8, ::1 or a socket file */
    bool is_unix;      /* a socket file */
    const char *where; /* as people write it, the port that was found */
    const char *path;  /* of a socket file that we made and will remove; or NULL */
};

/* "127.0.0.1:8080", "[::1]:8080", "8080", "unix:/run/bangfu/http"; NULL: the socket that systemd passed, else
 * 127.0.0.1:8080.  A listener that others on the network reach needs one of the two words, or is refused. */
bool listener_open(const char *where, bool behind_proxy, bool insecure_lan, struct listener *l,
                   struct errs *e);
void listener_remove(const struct listener *l); /* the socket file */

bool address_is_loopback(const struct sockaddr *a);
const char *address_text(const struct sockaddr *a, struct arena *mem); /* without the port */

/* Who sent the request: the peer, or behind a proxy whom the proxy's own entry names, the last one.  false:
 * the proxy wrote something that is no address. */
bool client_of(struct http_request *q, const struct sockaddr *peer, bool behind_proxy);

/* Tell systemd, where it wants to know: "READY=1", "STOPPING=1". */
void supervisor_tell(const char *state);

#endif
