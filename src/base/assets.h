/* assets.h - files of the source tree that travel inside the program.
 *
 * Everything under sql/, programmes/ and data/ that ends in .sql, .csv, .yaml, .json or .gz, what the build
 * of the web app makes in web/dist/, and demo/ compressed, in build/demo/; tools/embed.sh makes the table,
 * sorted by path in byte order. */
#ifndef BASE_ASSETS_H
#define BASE_ASSETS_H

#include <stddef.h>
#include <stdint.h>

struct asset {
    const char *path; /* as in the source tree: "sql/migrations/0001_base.sql" */
    const uint8_t *p; /* n bytes and a NUL behind them, so that text is a C string too */
    size_t n;
    const char *sha256; /* of the n bytes, 64 hex digits */
};
extern const struct asset assets[];
extern const size_t assets_n;

#endif
