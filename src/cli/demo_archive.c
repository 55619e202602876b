/* demo_archive.c - the archive of Longwen as if it had ended last autumn.
 *
 * It travels in the program as the CSV files of demo/longwen.  Whole years are added to every day, year and
 * birth date in it, so that ages, incomes and terms stay what they are in the archive. */
#include "cli/demo.h"

#include "access/site.h"
#include "base/assets.h"
#include "base/clock.h"
#include "base/csv.h"
#include "base/idno.h"
#include "base/new_file.h"
#include "base/unpack.h"
#include "base/value.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define FOLDER "build/demo/longwen/"
enum { FILE_MAX = 1 << 20, COLUMNS = 16, LAST_YEAR = 2017, LAST_MONTH = 9, LAST_DAY = 30 };

static const char *const registry_files[] = { "regions", "region_years", "households", "persons", "incomes" };
static const char *const fund_files[] = { "sources", "periods", "loans", "repayments", "visits" };

/* --- moving by whole years ------------------------------------------------------------- */

static struct date moved_date(struct date d, int years)
{
    return date_add_months(d, 12 * years); /* of 29 February the 28th, where there is none */
}

static void move_date(struct buf *b, struct str cell, int years)
{
    struct date d;
    if (date_read(cell, &d) == READ_OK)
        date_print(b, moved_date(d, years));
    else
        buf_add(b, cell);
}

/* The first four digits are a year: of 2016, and of 2016年划拨. */
static void move_year(struct buf *b, struct str cell, int years)
{
    int64_t year;
    if (cell.n >= 4 && str_int((struct str){ cell.p, 4 }, &year)) {
        buf_addi(b, year + years);
        cell = (struct str){ cell.p + 4, cell.n - 4 };
    }
    buf_add(b, cell);
}

static void move_idno(struct buf *b, struct str cell, int years)
{
    struct idno id;
    if (idno_read(cell, clock_today(), &id) != IDNO_OK) {
        buf_add(b, cell);
        return;
    }
    struct civil birth = date_civil(moved_date(id.birth, years));
    CLEANUP(buf_release) struct buf text = BUF(64);
    buf_addf(&text, "%.6s%04d%02d%02d%.3s", id.text, birth.year, birth.month, birth.day, id.text + 14);
    buf_addc(&text, idno_check_char(buf_cstr(&text)));
    buf_add(b, buf_str(&text));
}

static const struct {
    const char *heading;
    void (*move)(struct buf *b, struct str cell, int years);
} kinds[] = {
    { "日期", move_date },           { "启动日期", move_date }, { "放款日期", move_date },
    { "到期日期", move_date },       { "年度", move_year },     { "脱贫年度", move_year },
    { "摘要", move_year },           { "证件号码", move_idno }, { "借款人证件号码", move_idno },
    { "担保人证件号码", move_idno },
};

static size_t kind_of(struct str heading)
{
    size_t k = 0;
    while (k < N_ELEMS(kinds) && !str_eq(heading, str_of(kinds[k].heading)))
        k++;
    return k;
}

void demo_move(struct str text, int years, struct buf *out)
{
    const struct str mark = STR("\xEF\xBB\xBF");
    if (!years) {
        buf_add(out, text);
        return;
    }
    size_t kind[COLUMNS] = { 0 };
    struct csv_row row;
    struct arena a = { 0 };
    CLEANUP(buf_release) struct buf cell = BUF(4096);
    if (str_starts(text, mark))
        text = (struct str){ text.p + mark.n, text.n - mark.n };
    buf_add(out, mark);
    struct csv csv = csv_open(text);
    for (bool headings = true; csv_next(&csv, &a, &row); headings = false) {
        for (size_t i = 0; i < row.n && i < COLUMNS; i++) {
            if (headings)
                kind[i] = kind_of(row.cells[i]);
            buf_clear(&cell);
            if (!headings && kind[i] < N_ELEMS(kinds))
                kinds[kind[i]].move(&cell, row.cells[i], years);
            else
                buf_add(&cell, row.cells[i]);
            csv_put(out, buf_str(&cell), i == 0);
        }
        csv_end_row(out);
    }
    arena_free(&a);
}

int demo_years_at(struct date today)
{
    struct date end;
    int year = date_civil(today).year;
    bool past = date_of(year, LAST_MONTH, LAST_DAY, &end) && end.day < today.day;
    return year - LAST_YEAR - (past ? 0 : 1);
}

/* --- the files ------------------------------------------------------------------------- */

bool demo_text(const char *name, struct buf *out)
{
    char path[80];
    snprintf(path, sizeof path, FOLDER "%s.csv.gz", name);
    for (size_t i = 0; i < assets_n; i++)
        if (!strcmp(assets[i].path, path))
            return unpack_gz((struct str){ (const char *)assets[i].p, assets[i].n }, out);
    return false;
}

bool demo_file(struct cli *c, const char *dir, const char *name, struct str text)
{
    const char *path = arena_printf(c->a, "%s/%s", dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write_all(fd, text);
    if (fd >= 0)
        close(fd);
    return ok || fail(&c->e, ERR_UNAVAILABLE, NULL, MSG_TEMP_FOLDER, A(path), A(strerror(errno)));
}

static bool put_file(struct cli *c, const char *dir, const char *name, int years)
{
    CLEANUP(buf_release) struct buf text = BUF(FILE_MAX), moved = BUF(FILE_MAX);
    if (!demo_text(name, &text))
        return fail(&c->e, ERR_INTERNAL, NULL, MSG_DEMO_STEP, A("import"), A(name));
    demo_move(buf_str(&text), years, &moved);
    return demo_file(c, dir, arena_printf(c->a, "%s.csv", name), buf_str(&moved));
}

/* How far it was moved when the families came in: what follows has to fit. */
static bool read_years(struct tx *tx, void *ctx, struct errs *e)
{
    struct str text = { 0 };
    enum found f = site_get(tx, "demo_years", &text, e);
    return f != FAILED &&
           ((f == FOUND && str_int(text, ctx)) || fail(e, ERR_NOT_FOUND, NULL, MSG_DEMO_NO_FAMILIES));
}

static bool bring(struct cli *c, const char *dir, const char *const *names, size_t n, int64_t years)
{
    for (size_t i = 0; i < n; i++)
        if (!put_file(c, dir, names[i], (int)years))
            return false;
    return true;
}

/* The heading, and the rows of 2016 of whoever has none of 2017; the year is the second cell. */
static void last_year_of(struct str text, struct buf *out)
{
    struct str line, rest = text;
    for (bool heading = true; str_split(&rest, '\n', &line); heading = false) {
        const char *comma = memchr(line.p, ',', line.n);
        size_t key = comma ? (size_t)(comma - line.p) : 0;
        char next[40];
        int n = snprintf(next, sizeof next, "\n%.*s,2017,", (int)key, line.p);
        struct str year = { line.p + key, line.n - key };
        if (!heading && (!str_starts(year, STR(",2016,")) || memmem(text.p, text.n, next, (size_t)n)))
            continue;
        buf_add(out, line);
        buf_addc(out, '\n');
    }
}

/* After New Year conditions ask for the year that the archive does not know: it was like the one before. */
static bool put_next_year(struct cli *c, const char *dir, int64_t years)
{
    static const char *const names[] = { "region_years", "incomes" };
    if (date_civil(clock_today()).year <= LAST_YEAR + years)
        return true;
    for (size_t i = 0; i < N_ELEMS(names); i++) {
        CLEANUP(buf_release) struct buf text = BUF(FILE_MAX), last = BUF(FILE_MAX), moved = BUF(FILE_MAX);
        if (!demo_text(names[i], &text))
            return fail(&c->e, ERR_INTERNAL, NULL, MSG_DEMO_STEP, A("import"), A(names[i]));
        last_year_of(buf_str(&text), &last);
        demo_move(buf_str(&last), (int)years + 1, &moved);
        if (!demo_file(c, dir, arena_printf(c->a, "%s_next.csv", names[i]), buf_str(&moved)))
            return false;
    }
    return true;
}

bool demo_load(struct cli *c, bool resumes)
{
    int64_t years = 0;
    const char *dir = demo_folder(c);
    if (!dir)
        return false;
    bool ok = cli_read(c, read_years, &years) &&
              bring(c, dir, registry_files, N_ELEMS(registry_files), years) && put_next_year(c, dir, years) &&
              demo_import(c, dir, resumes);
    demo_folder_remove(dir);
    return ok;
}

bool demo_history(struct cli *c, const char *dir)
{
    int64_t years = 0;
    return cli_read(c, read_years, &years) && bring(c, dir, fund_files, N_ELEMS(fund_files), years) &&
           demo_import(c, dir, false);
}
