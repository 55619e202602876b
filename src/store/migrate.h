/* migrate.h - brings a database to the schema that this program needs.
 *
 * Migrations are the embedded files sql/migrations/NNNN_name.sql, applied in order, each in one
 * transaction, never edited.  One text serves every database; tokens differ:
 *   @I64 @INT @TEXT @BYTES              column types
 *   ) @COUNTY  @NATIONAL(key)  @REFERENCE  @LOCAL      the table's class, distributed.md T1
 *   APPEND ONLY table;                  its rows are never changed or removed: the database refuses it */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/store.h"

/* How the tables of counties are spread.  It is chosen when the database is made and kept. */
enum layout_kind { LAYOUT_PLAIN, LAYOUT_PARTITIONS, LAYOUT_CITUS };
struct layout {
    enum layout_kind kind;
    int n; /* hash partitions, or shards */
};

struct migration {
    int64_t number;
    struct str name, hash; /* file name without folder; SHA-256 of its text */
    struct str layout;     /* plain, partitions 16, citus 64 */
    struct instant applied_at;
    struct bytes mac; /* of all that, under the check key */
};
extern const struct entity migration_entity;
bool migration_valid(const struct seal *s, const struct migration *m, struct arena *a);

/* Apply what is missing.  `layout` counts only for a new database.  `applied` gets the number of
 * migrations that ran; the site key must be loaded (store_use_seal) first. */
bool migrate(struct store *st, struct layout layout, struct instant now, int *applied, struct errs *e);

/* The database is at this program's version; says so when there is none, an older or a newer one. */
bool migrate_check(struct store *st, struct errs *e);

/* Has anything been applied?  For `init`, which may meet an empty file or a database in use. */
bool migrate_is_new(struct store *st, bool *is_new, struct errs *e);

/* The statements of one migration for one driver ("sqlite", "postgresql"), NULL-terminated; for tests
 * and for migrate itself. */
const char **migration_statements(const char *driver, struct str text, struct layout layout, struct arena *a);

#endif
