#include "registry/region.h"
#include "registry/sample_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FIRST_TOWNSHIP = 100,
    LAST_TOWNSHIP = 499,
    FIRST_VILLAGE = 201,
    VILLAGES_LEAST = 20,
    VILLAGES_MOST = 30,
    VILLAGE_LEAST = 30,
    VILLAGE_MOST = 60,
    YEARS_OF_AVERAGES = 10,
};

/* --- files -------------------------------------------------------------------------------- */

enum { REGIONS, REGION_YEARS, HOUSEHOLDS, PERSONS, INCOMES, FILES };
static const char *const headings[FILES] = {
    [REGIONS] = "区划代码,名称,级别\r\n",    [REGION_YEARS] = "区划代码,年度,指标,数值\r\n",
    [HOUSEHOLDS] = sample_household_heading, [PERSONS] = sample_person_heading,
    [INCOMES] = sample_income_heading,
};

struct tally {
    int64_t households, persons, poor_households, poor_persons;
};

const char *const sample_files[SAMPLE_FILES] = {
    "regions.csv", "region_years.csv", "households.csv", "persons.csv", "incomes.csv",
};

struct book {
    const struct sample_options *o;
    struct maker mk;
    struct out out[FILES];
    struct sample_counts made;
    bool interrupted;
    bool stop; /* that, or a file cannot be written: leave off */
};

void out_flush(struct out *o)
{
    for (size_t done = 0; done < o->n && !o->why;) {
        ssize_t n = write(o->fd, o->bytes + done, o->n - done);
        if (n > 0)
            done += (size_t)n;
        else if (n < 0 && errno != EINTR)
            o->why = errno;
    }
    o->n = 0;
}

static void out_text(struct out *o, const char *s)
{
    size_t n = strlen(s);
    assert(o->n + n <= OUT_BYTES);
    memcpy(o->bytes + o->n, s, n);
    o->n += n;
}

static bool out_open(struct out *o, const char *dir, size_t i, struct errs *e)
{
    o->path = arena_printf(e->a, "%s/%s", dir, sample_files[i]);
    o->fd = open(o->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (o->fd < 0 && errno == EEXIST)
        return fail(e, ERR_CONFLICT, NULL, MSG_SAMPLE_EXISTS, A(o->path));
    if (o->fd < 0)
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(o->path), A(strerror(errno)));
    o->bytes = xmalloc(OUT_BYTES + ROW_MAX);
    out_text(o, "\xef\xbb\xbf");
    out_text(o, headings[i]);
    return true;
}

static bool out_close(struct out *o, struct errs *e)
{
    out_flush(o);
    if (close(o->fd) && !o->why)
        o->why = errno;
    return !o->why || fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(o->path), A(strerror(o->why)));
}

static bool book_open(struct book *b, const char *dir, struct errs *e)
{
    bool ok = true;
    if (mkdir(dir, 0777) && errno != EEXIST)
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(dir), A(strerror(errno)));
    for (size_t i = 0; i < FILES; i++)
        ok &= out_open(&b->out[i], dir, i, e);
    return ok;
}

/* What is not whole is not left behind. */
static bool book_close(struct book *b, bool ok, struct errs *e)
{
    for (size_t i = 0; i < FILES; i++)
        if (b->out[i].fd >= 0)
            ok &= out_close(&b->out[i], e);
    for (size_t i = 0; i < FILES; i++) {
        if (b->out[i].fd >= 0 && !ok)
            unlink(b->out[i].path);
        freep(&b->out[i].bytes);
    }
    return ok;
}

/* --- regions ------------------------------------------------------------------------------ */

struct word sample_region_name(struct region_code r)
{
    static const char first[] = "上下新大小白青黄红金银长高清凤石双古太永安宁和顺福云松竹梅柳兰桃杏枫岩沙";
    static const char second[] = "坪坑田溪山林塘湾桥岭坡河洋源泉墩埔寨井湖沟店屯庄铺渡潭港峰谷岗垅圩岸洲";
    static const struct word provinces[] = { W("岭东省"), W("川南省"), W("云北省"),
                                             W("江中省"), W("塞西省"), W("沙东省") };
    static const struct {
        enum region_level level;
        int up_to;
        struct word is;
    } kinds[] = {
        { PREFECTURE, 99, W("市") },  { COUNTY, 20, W("区") },    { COUNTY, 80, W("县") },
        { COUNTY, 99, W("市") },      { TOWNSHIP, 199, W("镇") }, { TOWNSHIP, 399, W("乡") },
        { TOWNSHIP, 999, W("农场") }, { VILLAGE, 999, W("村") },
    };
    static const int64_t units[] = { [PROVINCE] = 10000000000,
                                     [PREFECTURE] = 100000000,
                                     [COUNTY] = 1000000,
                                     [TOWNSHIP] = 1000,
                                     [VILLAGE] = 1 };
    enum { BYTES = 3, STEP = 23, STEP_ABOVE = 101 };
    enum region_level level = region_level(r);
    int64_t group = level >= TOWNSHIP ? 1000 : 100;
    int64_t own = r.v / units[level] % group, above = r.v / units[level] / group;
    if (level == PROVINCE)
        return provinces[own % (int64_t)N_ELEMS(provinces)];
    size_t k = 0;
    while (kinds[k].level != level || own > kinds[k].up_to)
        k++;
    int64_t firsts = (int64_t)sizeof first / BYTES, all = firsts * ((int64_t)sizeof second / BYTES);
    int64_t at = (above * STEP_ABOVE + own * STEP) % all; /* no common divisor with STEP */
    struct word w = { .n = 2 * BYTES };
    memcpy(w.p, first + at % firsts * BYTES, BYTES);
    memcpy(w.p + BYTES, second + at / firsts * BYTES, BYTES);
    memcpy(w.p + w.n, kinds[k].is.p, kinds[k].is.n);
    w.n = (uint8_t)(w.n + kinds[k].is.n);
    return w;
}

static void region_row(struct book *b, int64_t code)
{
    static const struct word levels[] = { [PROVINCE] = W("省"),
                                          [PREFECTURE] = W("市"),
                                          [COUNTY] = W("县"),
                                          [TOWNSHIP] = W("乡"),
                                          [VILLAGE] = W("村") };
    struct region_code r = { code };
    struct word name = sample_region_name(r);
    struct out *o = &b->out[REGIONS];
    char *p = cell_digits(row_begin(o), (uint64_t)code, 12);
    p = cell(p, &name);
    row_end(o, cell(p, &levels[region_level(r)]));
}

static void figure_row(struct book *b, int64_t region, int year, const struct word *indicator, int64_t value)
{
    struct out *o = &b->out[REGION_YEARS];
    char *p = cell_digits(row_begin(o), (uint64_t)region, 12);
    p = cell(cell_year(p, year), indicator);
    row_end(o, cell_number(p, value));
}

static void tally_rows(struct book *b, int64_t region, const struct tally *t)
{
    static const struct word names[] = { W("总户数"), W("总人口"), W("贫困户数"), W("贫困人口数") };
    const int64_t values[] = { t->households, t->persons, t->poor_households, t->poor_persons };
    for (size_t i = 0; i < N_ELEMS(names); i++)
        figure_row(b, region, b->mk.year - 1, &names[i], values[i]);
}

/* The local average income grew by seven to eleven in a hundred every year. */
static void average_rows(struct book *b, int64_t county)
{
    static const struct word name = W("农民人均纯收入");
    enum { FIRST_LEAST = 7000, FIRST_MOST = 9800 };
    struct rng *r = &b->mk.rng;
    int64_t yuan = rng_between(r, FIRST_LEAST, FIRST_MOST);
    for (int year = b->mk.year - YEARS_OF_AVERAGES; year < b->mk.year; year++) {
        figure_row(b, county, year, &name, yuan);
        yuan += yuan * rng_between(r, 70, 110) / 1000;
    }
}

static void tally_add(struct tally *sum, const struct tally *t)
{
    sum->households += t->households;
    sum->persons += t->persons;
    sum->poor_households += t->poor_households;
    sum->poor_persons += t->poor_persons;
}

/* --- the book ----------------------------------------------------------------------------- */

/* So that neither this village nor the last of the county is too small. */
static int64_t village_size(struct rng *r, int64_t left)
{
    int64_t n = rng_between(r, VILLAGE_LEAST, VILLAGE_MOST);
    if (left - n >= VILLAGE_LEAST)
        return n;
    return left <= VILLAGE_MOST ? left : left / 2;
}

static struct tally write_village(struct book *b, int64_t code, int64_t households)
{
    enum { OTHERS_LEAST = 4, OTHERS_MOST = 9 };
    struct household_files to = { &b->out[HOUSEHOLDS], &b->out[PERSONS], &b->out[INCOMES] };
    struct tally t = { .poor_households = households };
    struct maker *mk = &b->mk;
    region_row(b, code);
    mk->at.village = code;
    for (int64_t i = 0; i < households; i++)
        t.poor_persons += sample_household(mk, &to);
    int64_t others = households * rng_between(&mk->rng, OTHERS_LEAST, OTHERS_MOST);
    others += rng_below(&mk->rng, VILLAGE_MOST);
    t.households = t.poor_households + others;
    t.persons = t.poor_persons + others * rng_between(&mk->rng, 30, 42) / 10;
    tally_rows(b, code, &t);
    b->made.households += t.poor_households;
    b->made.persons += t.poor_persons;
    if (b->o->progress)
        b->o->progress(b->o->ctx, b->made.households, b->o->households);
    b->interrupted = b->o->stop && *b->o->stop;
    b->stop = b->interrupted;
    for (size_t i = 0; i < FILES; i++)
        b->stop |= b->out[i].why != 0;
    return t;
}

static struct tally write_township(struct book *b, int64_t code, int64_t *left)
{
    struct tally t = { 0 };
    int villages = rng_between(&b->mk.rng, VILLAGES_LEAST, VILLAGES_MOST);
    region_row(b, code);
    for (int i = 0; i < villages && *left && !b->stop; i++) {
        int64_t n = village_size(&b->mk.rng, *left);
        struct tally village = write_village(b, code + FIRST_VILLAGE + i, n);
        tally_add(&t, &village);
        *left -= n;
    }
    tally_rows(b, code, &t);
    return t;
}

static void write_county(struct book *b, int64_t county, int64_t households)
{
    struct tally t = { 0 };
    int64_t code = county * 1000000;
    maker_enter_county(&b->mk, county);
    region_row(b, code);
    for (int i = FIRST_TOWNSHIP; households && !b->stop; i++) {
        assert(i <= LAST_TOWNSHIP);
        struct tally township = write_township(b, code + i * 1000, &households);
        tally_add(&t, &township);
    }
    average_rows(b, code);
    tally_rows(b, code, &t);
}

/* How many counties the book covers, or 0. */
static int64_t counties_of(const struct sample_options *o)
{
    int64_t want = (o->households + SAMPLE_COUNTY_USUAL - 1) / SAMPLE_COUNTY_USUAL;
    int64_t have = 100 - o->county % 100, n = want < have ? want : have;
    return o->households <= n * SAMPLE_COUNTY_MAX ? n : 0;
}

static void write_all(struct book *b)
{
    const struct sample_options *o = b->o;
    int64_t left = o->households, n = counties_of(o);
    region_row(b, o->county / 10000 * 10000000000);
    region_row(b, o->county / 100 * 100000000);
    for (int64_t i = 0; i < n && !b->stop; i++) {
        int64_t share = left / (n - i);
        write_county(b, o->county + i, share);
        left -= share;
    }
}

static bool options_check(const struct sample_options *o, struct errs *e)
{
    static const struct label size = { "户数", "Households" }, year = { "当前年份", "The current year" };
    const struct label *size_label = &size, *year_label = &year;
    enum { YEAR_LEAST = 1990, YEAR_MOST = 2199, CITY_MOST = 90 };
    unsigned before = e->bad.n;
    int64_t city = o->county / 100 % 100;
    bool county_ok =
        o->county >= 110000 && o->county <= 829999 && o->county % 100 && city && city <= CITY_MOST;
    if (!county_ok)
        fail(e, ERR_INVALID, "county", MSG_SAMPLE_COUNTY, A(o->county));
    if (o->households < SAMPLE_HOUSEHOLDS_MIN || o->households > SAMPLE_HOUSEHOLDS_MAX)
        fail(e, ERR_INVALID, "households", MSG_OUT_OF_RANGE, A(size_label), A(SAMPLE_HOUSEHOLDS_MIN),
             A(SAMPLE_HOUSEHOLDS_MAX));
    else if (county_ok && !counties_of(o))
        fail(e, ERR_INVALID, "county", MSG_SAMPLE_FULL, A(o->county),
             A((100 - o->county % 100) * SAMPLE_COUNTY_MAX));
    int now = date_civil(o->today).year;
    if (now < YEAR_LEAST || now > YEAR_MOST)
        fail(e, ERR_INVALID, "today", MSG_OUT_OF_RANGE, A(year_label), A(YEAR_LEAST), A(YEAR_MOST));
    return e->bad.n == before;
}

bool sample_write(const struct sample_options *o, const char *dir, struct errs *e)
{
    struct book b = { .o = o };
    for (size_t i = 0; i < FILES; i++)
        b.out[i].fd = -1;
    if (!options_check(o, e))
        return false;
    bool ok = book_open(&b, dir, e);
    if (ok) {
        maker_init(&b.mk, o);
        write_all(&b);
        maker_release(&b.mk);
    }
    if (b.interrupted)
        ok = fail(e, ERR_INTERRUPTED, NULL, MSG_STOPPED);
    ok = book_close(&b, ok, e);
    if (ok && o->made)
        *o->made = b.made;
    return ok;
}
