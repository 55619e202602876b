/* yaml.h - a YAML file as a tree in which everything knows its place.
 *
 * Less than YAML has: maps, lists and texts; no anchors, tags or second document, keys are texts and stand
 * once.  Every text is a text here, `yes`, 1.10 and 2017-09-30 too: who reads it knows what it should be. */
#ifndef PROGRAMME_YAML_H
#define PROGRAMME_YAML_H

#include "programme/place.h"

enum { YAML_DEPTH_MAX = 16, YAML_NODES_MAX = 20000, YAML_MISTAKES_MAX = 100 };
enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml {
    enum yaml_kind kind;
    struct file_place at;
    /* YAML_TEXT: what it means; p is never NULL, n may be 0. */
    struct str text;
    /* As written, without quotes: with the line breaks and the indentation that the meaning lacks; `inner` is
     * the place of its first character.  Where escapes make the two differ in other ways it is the meaning.
     */
    struct str raw;
    struct file_place inner;
    bool quoted;
    /* Entries in the order of the file; of a map, keys are texts. */
    struct yaml_entry {
        const struct yaml *key, *value;
    } * entries;
    size_t n;
};

/* NULL for a file that is no YAML, with the first mistake only; else e holds what such files may not have,
 * and the tree can be read on. */
const struct yaml *yaml_read(struct str text, struct arena *a, struct errs *e);
/* The value of a map's key; NULL: it has none. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);

#endif
