/* dci_notify.h - telling subscribers who came, who went and what changed.
 *
 * Every half minute the households that a subscriber may see are compared with those of the time before, and
 * the change log says whose rows were edited since.  What was seen is kept in the database, so that what
 * happens while the server does not run is told when it does; the first look of all only remembers. */
#ifndef DCI_DCI_NOTIFY_H
#define DCI_DCI_NOTIFY_H

#include "dci/dci.h"

struct dci_watch;
struct dci_watch *dci_watch_open(void);
void dci_watch_close(struct dci_watch *w);
/* Look, and keep for dci_notify who wants to know of what (dci_waiting.h). */
void dci_watch_run(struct dci_watch *w, const struct dci *d);

/* Tell one subscriber; true: there is nothing more to be done. */
struct dci_waiting;
bool dci_notify(const struct dci *d, const struct dci_waiting *w);

/* POST a body to an address that the client's list has (dci_send.c); false: nobody took it. */
bool dci_post(const struct dci_client *c, struct str uri, struct str body);

#endif
