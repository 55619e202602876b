#include "fund/bank_file.h"

#include "base/csv.h"
#include "base/encoding.h"
#include "base/value.h"

/* --- the file for the bank ---------------------------------------------------------------------- */

static const struct label file_headings[] = {
    { "序号", "No" },      { "姓名", "Name" },   { "证件号码", "ID number" }, { "开户行", "Bank" },
    { "账号", "Account" }, { "金额", "Amount" }, { "备注", "Remark" },
};

static void put_number(struct buf *b, int64_t v, bool first)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)v);
    csv_put(b, (struct str){ text, (size_t)n }, first);
}

static void put_yuan(struct buf *b, struct money m)
{
    CLEANUP(buf_release) struct buf text = BUF(64);
    money_print(&text, m);
    csv_put(b, buf_str(&text), false);
}

void bank_file_write(struct buf *b, const struct payout *p, const struct bank_row *rows, size_t n,
                     enum lang lang)
{
    buf_adds(b, "\xef\xbb\xbf");
    for (size_t i = 0; i < N_ELEMS(file_headings); i++)
        csv_put(b, str_of(label_in(&file_headings[i], lang)), i == 0);
    csv_end_row(b);
    for (size_t i = 0; i < n; i++) {
        const struct bank_row *r = &rows[i];
        put_number(b, r->line.no, true);
        csv_put(b, r->line.payee, false);
        csv_put_text(b, r->id_number, false);
        csv_put(b, r->bank, false);
        csv_put_text(b, r->line.account, false);
        put_yuan(b, r->line.amount.v);
        csv_put(b, r->number, false);
        csv_end_row(b);
    }
    csv_put(b, lang == ZH ? STR("合计") : STR("Total"), true);
    put_number(b, (int64_t)n, false);
    for (int i = 0; i < 3; i++)
        csv_put(b, (struct str){ 0 }, false);
    put_yuan(b, p->amount.v);
    put_number(b, p->no, false);
    csv_end_row(b);
}

const char *bank_file_detail(struct str why, size_t rows, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(4096);
    struct json_out w = JSON_OUT(&b);
    if (!str_trim(why).n) {
        fail(e, ERR_INVALID, "why", MSG_PAY_WHY);
        return NULL;
    }
    put_object(&w);
    put_member_text(&w, "purpose", str_trim(why));
    put_member_int(&w, "rows", (int64_t)rows);
    put_object_end(&w);
    return arena_str(e->a, buf_str(&b)).p;
}

/* --- the bank's answer -------------------------------------------------------------------------- */

enum answer_col { COL_NO, COL_ACCOUNT, COL_AMOUNT, COL_STATE, COL_REASON, COL_DAY, ANSWER_COLS };
static const struct {
    struct label names[4];
} answer_cols[ANSWER_COLS] = {
    [COL_NO] = { { { "序号", "No" }, { "编号", "no" }, { "笔序", "no." }, { "", "" } } },
    [COL_ACCOUNT] = { { { "账号", "Account" }, { "收款账号", "account" }, { "卡号", "" }, { "", "" } } },
    [COL_AMOUNT] = { { { "金额", "Amount" }, { "金额(元)", "amount" }, { "金额（元）", "" }, { "", "" } } },
    [COL_STATE] = { { { "结果", "Result" },
                      { "状态", "result" },
                      { "处理结果", "State" },
                      { "交易状态", "" } } },
    [COL_REASON] = { { { "原因", "Reason" },
                       { "失败原因", "reason" },
                       { "退回原因", "" },
                       { "备注信息", "" } } },
    [COL_DAY] = { { { "日期", "Date" }, { "付款日期", "date" }, { "交易日期", "" }, { "", "" } } },
};

struct reader {
    size_t at[ANSWER_COLS];
    struct opt_date on;
    const struct code_book *codes;
};

static void find_cols(const struct csv_row *row, size_t at[ANSWER_COLS])
{
    for (size_t k = 0; k < ANSWER_COLS; k++) {
        at[k] = SIZE_MAX;
        for (size_t i = 0; i < row->n && at[k] == SIZE_MAX; i++)
            for (size_t n = 0; n < N_ELEMS(answer_cols[k].names); n++) {
                struct str cell = row->cells[i].p ? str_trim(row->cells[i]) : STR("");
                if (cell.n && (str_eq(cell, str_of(answer_cols[k].names[n].zh)) ||
                               str_eq(cell, str_of(answer_cols[k].names[n].en))))
                    at[k] = i;
            }
    }
}

static struct str cell_at(const struct csv_row *row, size_t at)
{
    return at < row->n && row->cells[at].p ? str_trim(row->cells[at]) : (struct str){ 0 };
}

/* An account as the register writes it: digits without blanks. */
static struct str digits_of(struct str s, struct arena *a)
{
    char out[64];
    size_t n = s.p ? text_squeeze(s, out, sizeof out) : 0;
    return n ? arena_str(a, (struct str){ out, n }) : (struct str){ 0 };
}

static bool read_col(const struct reader *r, const char *name, struct payout_line *line, struct str cell,
                     struct errs *e)
{
    struct reading rd = { .e = e, .codes = r->codes };
    return !cell.p || col_read(entity_col(&payout_line_entity, name), line, cell, &rd);
}

static bool read_answer(const struct reader *r, const struct csv_row *row, struct bank_answer *a,
                        struct errs *e)
{
    struct payout_line line = { 0 };
    struct str day = cell_at(row, r->at[COL_DAY]);
    *a = (struct bank_answer){ .line = row->line,
                               .account = digits_of(cell_at(row, r->at[COL_ACCOUNT]), e->a),
                               .reason = cell_at(row, r->at[COL_REASON]),
                               .on = r->on };
    if (row->damage != CSV_WHOLE || int_read(cell_at(row, r->at[COL_NO]), &a->no) != READ_OK)
        return fail(e, ERR_INVALID, "no", MSG_ANSWER_ROW, A(row->line));
    if (money_read(cell_at(row, r->at[COL_AMOUNT]), &a->amount) != READ_OK)
        return fail(e, ERR_INVALID, "amount", MSG_ANSWER_ROW, A(row->line));
    if (!read_col(r, "state", &line, cell_at(row, r->at[COL_STATE]), e) ||
        !read_col(r, "reason", &line, a->reason, e))
        return false;
    if (line.state.v != LINE_PAID && line.state.v != LINE_FAILED)
        return fail(e, ERR_INVALID, "result", MSG_ANSWER_ROW, A(row->line));
    a->paid = line.state.v == LINE_PAID;
    if (day.p) {
        a->on.set = date_read(day, &a->on.v) == READ_OK;
        if (!a->on.set)
            return fail(e, ERR_INVALID, "date", MSG_ANSWER_ROW, A(row->line));
    }
    return true;
}

static bool is_total(const struct csv_row *row, const size_t at[ANSWER_COLS])
{
    struct str first = cell_at(row, at[COL_NO]);
    return str_eq(first, STR("合计")) || str_eq(first, STR("总计")) || str_eq(first, STR("Total"));
}

bool bank_answers_read(struct str content, struct opt_date on, const struct code_book *codes,
                       struct bank_answer **out, size_t *n, struct errs *e)
{
    CLEANUP(buf_release) struct buf own = BUF(2 * BANK_FILE_BYTES_MAX);
    struct reader r = { .on = on, .codes = codes };
    struct bank_answer *all = NULL;
    struct csv_row row;
    size_t cap = 0, got = 0;
    if (!encoding_fits(content, "CSV", e))
        return false;
    struct csv csv = csv_open(arena_str(e->a, to_utf8(content, encoding_detect(content), &own)));
    if (!csv_next(&csv, e->a, &row))
        return fail(e, ERR_INVALID, "file", MSG_ANSWER_NONE);
    find_cols(&row, r.at);
    if (r.at[COL_NO] == SIZE_MAX || r.at[COL_AMOUNT] == SIZE_MAX || r.at[COL_STATE] == SIZE_MAX)
        return fail(e, ERR_INVALID, "file", MSG_ANSWER_NONE);
    while (csv_next(&csv, e->a, &row)) {
        if (is_total(&row, r.at))
            continue;
        if (got == cap) {
            struct bank_answer *more = NEW_ARRAY(e->a, struct bank_answer, cap ? cap * 2 : 64);
            if (cap)
                memcpy(more, all, cap * sizeof *more);
            all = more;
            cap = cap ? cap * 2 : 64;
        }
        read_answer(&r, &row, &all[got++], e);
    }
    *out = all;
    *n = got;
    return !errs_any(e);
}
