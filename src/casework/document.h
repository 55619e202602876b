/* document.h - attached documents (附件): kept in the database, sealed piece by piece, addressed by their
 * HMAC-SM3.
 *
 * They are rows, not files beside the database: so they are in every backup, in the audit's sums and on
 * every database alike.  What is attached is JPEG, PNG or PDF by its content, whatever its name says, and at
 * most 20 MB.  The same content is kept once per county, however often it is attached. */
#ifndef CASEWORK_DOCUMENT_H
#define CASEWORK_DOCUMENT_H

#include "access/verify.h"
#include "base/picture.h"
#include "registry/scope.h"

enum { DOCUMENT_BYTES_MAX = 20 * 1000 * 1000, DOCUMENT_PIECE_BYTES = SEAL_BYTES_MAX };

struct document_content {
    int64_t county, id;
    struct bytes mac;   /* HMAC-SM3 of all of it, under the check key */
    struct code format; /* enum file_format */
    int64_t size, pieces;
};
struct document_piece {
    int64_t county, document_content_id, no; /* from 1 */
    struct bytes data;                       /* sealed */
};
/* One attachment: to whom or what, as what. */
struct document {
    int64_t county, id;
    int64_t no; /* within the county; what people call it by */
    int64_t document_content_id;
    struct code kind; /* code table document_kind */
    struct str owner; /* the table of what it is attached to: household, person, notice … */
    int64_t owner_id;
    struct region_code region; /* where the owner is: who may see it */
    struct str title;
    struct code format;
    int64_t size;
    struct opt_int pages;
    struct date added_on;
    struct str added_by;
};
extern const struct entity document_entity, document_content_entity, document_piece_entity;
extern const struct invariant document_invariant;

/* Kinds that show an identity, an account or an illness: reading one needs the right to whole numbers and a
 * purpose, and is kept in the audit.  So is every kind that a site adds itself. */
bool document_is_sensitive(struct code kind);

/* d: county, kind, owner, owner_id, region, title, pages; the rest is filled in.  An attachment of the same
 * content to the same owner as the same kind is not added again: d becomes that one, *again is true. */
bool document_add(struct act *act, struct document *d, struct str content, struct date today, bool *again,
                  struct errs *e);
/* Within the actor's area; several counties may have the number: then `within` has to say which. */
enum found document_by_no(struct tx *tx, const struct actor *who, int64_t no, struct region_code within,
                          struct document *d, struct errs *e);
/* All of it, in e->a, compared with its address before a byte leaves.  purpose: of a sensitive kind; kept. */
bool document_get(struct act *act, const struct document *d, struct str purpose, struct str *content,
                  struct errs *e);
/* What is attached to one owner, by number; the caller has seen to it that the actor may see the owner. */
bool document_list(struct tx *tx, int64_t county, const char *owner, int64_t owner_id, struct list *out,
                   struct errs *e);
/* At most max of a part of a county, by number, behind one; kind unknown: all. */
const struct stmt *document_rows(bool down);
bool document_page(struct tx *tx, const struct stmt *rows, const struct scope *s, struct code kind,
                   int64_t behind, size_t max, struct list *out, struct errs *e);
/* What the actor may see in a region, after number `after`. */
bool document_list_in(struct tx *tx, const struct actor *who, struct region_code within, int64_t after,
                      size_t limit, struct list *out, struct errs *e);
/* Which of the required kinds are not attached; `missing` holds n of them at most. */
bool document_missing(struct tx *tx, int64_t county, const char *owner, int64_t owner_id,
                      const int32_t *required, size_t n, int32_t *missing, size_t *missing_n, struct errs *e);

#endif
