#include "programme/rule_program.h"

#include "base/value.h"

int rule_value_cmp(const struct rule_value *a, const struct rule_value *b)
{
    assert(a->type == b->type);
    assert(a->known && b->known);
    if (a->type == RULE_TEXT)
        return str_cmp(a->text, b->text);
    if (a->type == RULE_RATIO)
        return compare_128((int128)a->num * b->den, (int128)b->num * a->den);
    return compare_128(a->num, b->num);
}

static void print_code(const struct code_table *t, int32_t code, struct buf *b, enum lang lang)
{
    const struct code_row *row = t ? code_row(t, code) : NULL;
    if (row)
        buf_add(b, code_label(row, lang));
    else
        buf_addi(b, code);
}

static void print_codes(const struct rule_value *v, struct buf *b, const struct code_book *codes,
                        enum lang lang)
{
    const struct code_table *t = codes && v->codes ? code_table(codes, v->codes) : NULL;
    if (v->type == RULE_CODE) {
        print_code(t, (int32_t)v->num, b, lang);
        return;
    }
    const char *between = "";
    for (int32_t code = 0; code < 64; code++)
        if ((uint64_t)v->num >> code & 1) {
            buf_adds(b, between);
            print_code(t, code, b, lang);
            between = lang == EN ? ", " : "、";
        }
}

/* A ratio that is cut says so: 3,333.33…; of yuan with two decimals, else with at most four. */
static void print_ratio(const struct rule_value *v, struct buf *b)
{
    int scale = v->money ? SCALE_FEN : SCALE_MAX;
    int128 wide = (int128)v->num * power_of_ten[scale], part = wide / v->den;
    bool cut = part * v->den != wide;
    if (part > INT64_MAX || part < INT64_MIN) {
        buf_addi(b, v->num);
        buf_addc(b, '/');
        buf_addi(b, v->den);
        return;
    }
    if (part == 0 && v->num < 0)
        buf_addc(b, '-');
    if (v->money)
        money_print_grouped(b, (struct money){ (int64_t)part });
    else
        quantity_print(b, (struct quantity){ (int64_t)part });
    if (cut)
        buf_adds(b, "…");
}

void rule_value_print(const struct rule_value *v, struct buf *b, const struct code_book *codes,
                      enum lang lang)
{
    if (!v->known) {
        buf_adds(b, catalogue_text(MSG_RULE_UNKNOWN, lang));
        return;
    }
    switch (v->type) {
    case RULE_BOOL: buf_adds(b, catalogue_text(v->num ? MSG_RULE_YES : MSG_RULE_NO, lang)); break;
    case RULE_MONEY: money_print_grouped(b, (struct money){ v->num }); break;
    case RULE_QUANTITY: quantity_print(b, (struct quantity){ v->num }); break;
    case RULE_RATIO: print_ratio(v, b); break;
    case RULE_DATE: date_print(b, (struct date){ (int32_t)v->num }); break;
    case RULE_TEXT: buf_add(b, v->text); break;
    case RULE_CODE:
    case RULE_CODES: print_codes(v, b, codes, lang); break;
    case RULE_ANY:
    case RULE_INT:
    case RULE_YEAR: buf_addi(b, v->num);
    }
}
