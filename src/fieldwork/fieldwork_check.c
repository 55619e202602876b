#include "fieldwork/fieldwork_check.h"

#include "fieldwork/likeness.h"

#include <assert.h>
#include <stdlib.h>

#define RULE(name, text)                 \
    static const struct stmt *name(void) \
    {                                    \
        return SQL(STMT_KEY, text);      \
    }
RULE(not_visited,
     "SELECT h.hh_no, h.head_name, h.village FROM contract c JOIN household h ON h.county = $1 AND h.id = "
     "c.household_id JOIN fund_account a ON a.county = $1 AND a.fund_id = c.fund_id AND a.kind = 1101 AND "
     "a.part = c.id JOIN account_balance b ON b.county = $1 AND b.account_id = a.id WHERE c.county = $1 AND "
     "c.void_on IS NULL AND h.village BETWEEN $2 AND $3 AND b.amount > 0 AND c.paid_out_on < $4 - 31 AND "
     "EXISTS (SELECT 1 FROM guarantee g WHERE g.county = $1 AND g.contract_id = c.id AND g.kind = 2) AND NOT "
     "EXISTS (SELECT 1 FROM visit v WHERE v.county = $1 AND v.household_id = c.household_id AND v.visited_on "
     "> $4 - 31 AND coalesce(v.by_phone, 0) <> 1) ORDER BY h.hh_no, c.id")
RULE(misused,
     "SELECT h.hh_no, h.head_name, h.village FROM money_use u JOIN household h ON h.county = $1 AND h.id = "
     "u.household_id JOIN contract c ON c.county = $1 AND c.id = u.contract_id JOIN fund_account a ON "
     "a.county = $1 AND a.fund_id = c.fund_id AND a.kind = 1101 AND a.part = c.id JOIN account_balance b ON "
     "b.county = $1 AND b.account_id = a.id WHERE u.county = $1 AND u.misused = 1 AND b.amount > 0 AND "
     "h.village BETWEEN $2 AND $3 AND CAST($4 AS integer) > 0 AND NOT EXISTS (SELECT 1 FROM loan_relief r "
     "WHERE r.county = $1 AND r.contract_id = u.contract_id AND r.kind = 5 AND r.state IN (1, 2)) ORDER BY "
     "h.hh_no, u.id")

/* --- helpers -------------------------------------------------------------------------------------- */

static_assert(STATE_CLOSED == 9 && CHANGE_LEFT_FIRST == 11, "the statements say so too");

/* Known by name and phone: a name alone is somebody else's too often. */
RULE(helper_is_poor,
     "SELECT DISTINCT h.hh_no, p.name, h.village FROM pairing x JOIN person p ON p.county = $1 AND p.name = "
     "x.helper JOIN household h ON h.county = $1 AND h.id = p.household_id WHERE x.county = $1 AND h.village "
     "BETWEEN $2 AND $3 AND (x.until IS NULL OR x.until >= $4) AND (x.phone = p.phone OR x.phone = h.phone) "
     "AND p.left_on IS NULL AND (p.change_status IS NULL OR p.change_status < 11) AND (h.state IS NULL OR "
     "h.state <> 9) ORDER BY h.hh_no, p.name")
/* Where nobody has written down any helper, it is not known that there are none. */
RULE(no_helper,
     "SELECT h.hh_no, h.head_name, h.village FROM household h WHERE h.county = $1 AND h.village BETWEEN $2 "
     "AND "
     "$3 AND (h.state IS NULL OR h.state <> 9) AND EXISTS (SELECT 1 FROM pairing a WHERE a.county = $1) AND "
     "NOT EXISTS (SELECT 1 FROM pairing x WHERE x.county = $1 AND x.household_id = h.id AND (x.until IS NULL "
     "OR x.until >= $4)) ORDER BY h.id")

/* --- copied notes --------------------------------------------------------------------------------- */

struct visit_note {
    struct str hh_no, head_name;
    struct region_code village;
};
struct visit_notes {
    struct note *list; /* on the heap, as the next */
    struct visit_note *of;
    struct note_pair *pairs;
    size_t n, cap;
};
static void visit_notes_release(struct visit_notes *x)
{
    free(x->list);
    free(x->of);
    free(x->pairs);
}

static int64_t number_of(struct str s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
    return (int64_t)(h >> 1);
}

static bool read_notes(struct tx *tx, int64_t county, struct date until, struct visit_notes *out,
                       struct errs *e)
{
    enum { FIRST = 256 };
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(tx, &r,
                 SQL(STMT_KEY,
                     "SELECT v.note, v.household_id, v.visitor, h.village, h.hh_no, h.head_name FROM visit v "
                     "JOIN household h ON h.county = $1 AND h.id = v.household_id WHERE v.county = $1 AND "
                     "v.visited_on <= $2 AND length(v.note) >= 10 ORDER BY v.visited_on, v.id"),
                 e, V(county), V(until)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        if (out->n == out->cap) {
            out->cap = out->cap ? out->cap * 2 : FIRST;
            out->list = xrealloc(out->list, arena_mul(out->cap, sizeof *out->list));
            out->of = xrealloc(out->of, arena_mul(out->cap, sizeof *out->of));
        }
        out->list[out->n] = (struct note){ .text = arena_str(e->a, rows_text(&r, 0)),
                                           .household = rows_int(&r, 1),
                                           .writer = number_of(rows_text(&r, 2)),
                                           .village = rows_int(&r, 3) };
        out->of[out->n++] = (struct visit_note){ .hh_no = arena_str(e->a, rows_text(&r, 4)),
                                                 .head_name = arena_str(e->a, rows_text(&r, 5)),
                                                 .village = { rows_int(&r, 3) } };
    }
    return f == NONE;
}

static bool within(const struct scope *s, struct region_code village)
{
    return village.v >= s->first && village.v <= s->last;
}

/* Whose note it is, and which earlier one it is like; one beyond the area has no name here. */
static bool copied_notes(struct tx *tx, const struct scope *s, struct date today, struct list *out,
                         struct errs *e)
{
    CLEANUP(visit_notes_release) struct visit_notes x = { 0 };
    if (!read_notes(tx, s->county, today, &x, e))
        return false;
    x.pairs = xcalloc(x.n + 1, sizeof *x.pairs);
    notes_compare(x.list, x.n, x.pairs);
    struct quality_finding *found = NEW_ARRAY(e->a, struct quality_finding, x.n + 1);
    *out = (struct list){ found, 0 };
    for (size_t i = 0; i < x.n; i++) {
        const struct visit_note *own = &x.of[i], *other = &x.of[x.pairs[i].earlier];
        struct str like = within(s, other->village) ? other->hh_no : STR("—");
        if (!x.pairs[i].percent || !within(s, own->village))
            continue;
        found[out->n++] = (struct quality_finding){
            .county = s->county,
            .hh_no = own->hh_no,
            .name = str_of(arena_printf(e->a, "%.*s ≈ %.*s %d%%", (int)own->head_name.n, own->head_name.p,
                                        (int)like.n, like.p, x.pairs[i].percent)),
            .village = own->village
        };
    }
    return true;
}

// clang-format off
static const struct quality_rule rules[] = {
    { "DQ06", SEVERITY_WARNING, .text = { "帮扶责任人本人是帮扶对象", "a helper is also a poor person" },
      .fields = "pairing.helper pairing.phone person.name person.phone household.phone", .rows = helper_is_poor },
    { "DQ20", SEVERITY_WARNING, .text = { "没有帮扶责任人", "no helper" },
      .fields = "pairing.household_id pairing.until", .rows = no_helper },
    { "FQ10", SEVERITY_WARNING, .text = { "走访记录与另一户更早的记录相同，或同一走访人、同村的记录有 85% 以上相同", "a visit noted in the words of an earlier one to another household, or nearly so by the same visitor or in the same village" },
      .fields = "visit.note", .find = copied_notes },
    { "FQ11", SEVERITY_WARNING, .text = { "联系人担保的借款户，三十一天内没有上门走访", "nobody came for thirty-one days to a household that a contact answers for" },
      .fields = "visit.visited_on guarantee.kind", .rows = not_visited },
    { "FQ16", SEVERITY_WARNING, .text = { "发现改变用途，没有提出提前收回", "money used otherwise than agreed, and no recall proposed" },
      .fields = "money_use.misused loan_relief.kind", .rows = misused },
};
// clang-format on
const struct quality_table fieldwork_quality = { rules, N_ELEMS(rules) };
