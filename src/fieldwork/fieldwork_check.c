#include "fieldwork/fieldwork_check.h"

#define RULE(name, text)                 \
    static const struct stmt *name(void) \
    {                                    \
        return SQL(STMT_KEY, text);      \
    }
/* Whose words they were first; short ones are alike by chance. */
RULE(copied_note,
     "SELECT h.hh_no, h.head_name, h.village FROM visit v JOIN (SELECT q.note, q.household_id FROM (SELECT "
     "note, household_id, row_number() OVER (PARTITION BY note ORDER BY visited_on, id) AS place FROM visit "
     "WHERE county = $1 AND length(note) >= 10) q WHERE q.place = 1) f ON f.note = v.note AND f.household_id "
     "<> v.household_id JOIN household h ON h.county = $1 AND h.id = v.household_id WHERE v.county = $1 AND "
     "h.village BETWEEN $2 AND $3 AND CAST($4 AS integer) > 0 ORDER BY h.hh_no, v.visited_on, v.id")
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

// clang-format off
static const struct quality_rule rules[] = {
    { "FQ10", SEVERITY_WARNING, .text = { "走访记录与另一户更早的记录文字相同", "a visit noted in the words of an earlier visit to another household" },
      .fields = "visit.note", .rows = copied_note },
    { "FQ11", SEVERITY_WARNING, .text = { "联系人担保的借款户，三十一天内没有上门走访", "nobody came for thirty-one days to a household that a contact answers for" },
      .fields = "visit.visited_on guarantee.kind", .rows = not_visited },
    { "FQ16", SEVERITY_WARNING, .text = { "发现改变用途，没有提出提前收回", "money used otherwise than agreed, and no recall proposed" },
      .fields = "money_use.misused loan_relief.kind", .rows = misused },
};
// clang-format on
const struct quality_table fieldwork_quality = { rules, N_ELEMS(rules) };
