/* dci_send.h - answers that are sent later: one thread works off what was acknowledged, and calls back.
 *
 * A client can make us call an address of its choosing, so: only hosts on its list; the name is looked up
 * once and that address is the one connected to; addresses of private networks only where the list says so;
 * no redirects, no proxy, http only within the own network; what comes back is not read.  What fails is tried
 * again, further and further apart, for some hours, and then dropped with an audit row.  What waits stands in
 * the database and is brought after the next start. */
#ifndef DCI_DCI_SEND_H
#define DCI_DCI_SEND_H

#include "dci/dci.h"

struct dci_sender *dci_sender_open(const struct dci *d); /* a copy of *d is kept */
void dci_sender_close(struct dci_sender *s);             /* NULL is fine */

/* An address of no network of the outside world. */
struct sockaddr;
bool address_is_private(const struct sockaddr *sa);

#endif
