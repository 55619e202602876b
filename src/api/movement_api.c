/* movement_api.c - who came and went: the movements of a time, and recording them. */
#include "api/forms.h"
#include "api/tables.h"
#include "base/clock.h"
#include "registry/balance.h"
#include "registry/transfer.h"

/* --- forms -------------------------------------------------------------------------------- */

struct movements_query {
    struct region_code region;
    struct opt_date from, to;
    struct code kind;
};
static const struct col movements_cols[] = {
    REGION_COL(movements_query),
    COL(movements_query, from, "自哪天（默认年初）", "From (the first of the year)"),
    COL(movements_query, to, "到哪天（默认今天）", "To (today)"),
    COL(movements_query, kind, "类型", "Kind", .codes = "movement_kind"),
};
static const struct entity movements_query =
    ENTITY(movements_query, TABLE_LOCAL, "变动", "Movements", movements_cols);

/* What every movement rests on. */
#define PAPER_COLS(s)                                                                                \
    COL(s, on, "生效日期（默认今天）", "Day (today)"), COL(s, reason, "原因", "Reason", .max = 200), \
        COL(s, document, "依据", "Document", .max = 100)
#define PAPER           \
    struct opt_date on; \
    struct str reason, document

struct leave_form {
    PAPER;
    struct code kind;
    struct opt_int person_id, new_head_id, to_household_id;
    struct code relation;
    bool close;
};
static const struct col leave_cols[] = {
    PAPER_COLS(leave_form),
    COL(leave_form, kind, "类型", "Kind", .flags = REQUIRED, .codes = "movement_kind"),
    COL(leave_form, person_id, "成员", "Member", .flags = REQUIRED, .min = 1, .max = ID_MAX),
    COL(leave_form, new_head_id, "新户主", "New head", .min = 1, .max = ID_MAX),
    COL(leave_form, to_household_id, "去往的户", "Household gone to", .min = 1, .max = ID_MAX),
    COL(leave_form, relation, "在那户与户主关系", "Relation there", .codes = "relation"),
    COL(leave_form, close, "同时注销该户", "Close the household"),
};
static const struct entity leave_form = ENTITY(leave_form, TABLE_LOCAL, "减少", "Leaving", leave_cols);

struct join_form {
    PAPER;
    struct code kind;
    struct opt_int person_id;
    struct str name, id_number;
    struct code sex, relation;
    struct opt_date birth_date;
};
static const struct col join_cols[] = {
    PAPER_COLS(join_form),
    COL(join_form, kind, "类型", "Kind", .flags = REQUIRED, .codes = "movement_kind"),
    COL(join_form, person_id, "曾在册的人", "Somebody who left before", .min = 1, .max = ID_MAX),
    COL(join_form, name, "姓名", "Name", .max = 60, .check = check_name),
    COL(join_form, id_number, "身份证号", "Identity number", .check = check_idno, .mask = MASK_IDNO),
    COL(join_form, sex, "性别", "Sex", .codes = "sex"),
    COL(join_form, relation, "与户主关系", "Relation", .codes = "relation"),
    COL(join_form, birth_date, "出生日期", "Birth date"),
};
static const struct entity join_form = ENTITY(join_form, TABLE_LOCAL, "增加", "Joining", join_cols);

struct head_form {
    PAPER;
    struct opt_int person_id;
};
static const struct col head_cols[] = {
    PAPER_COLS(head_form),
    COL(head_form, person_id, "新户主", "New head", .flags = REQUIRED, .min = 1, .max = ID_MAX),
};
static const struct entity head_form = ENTITY(head_form, TABLE_LOCAL, "户主", "Head", head_cols);

struct split_form {
    PAPER;
    struct str person_ids, hh_no;
    struct opt_int head_id, old_head_id;
};
static const struct col split_cols[] = {
    PAPER_COLS(split_form),
    COL(split_form, person_ids, "分出的成员编号，逗号分隔", "Members who go, with commas", .flags = REQUIRED,
        .max = 1000),
    COL(split_form, hh_no, "新户编号", "Number of the new household", .max = 40),
    COL(split_form, head_id, "新户户主", "Head of the new household", .flags = REQUIRED, .min = 1,
        .max = ID_MAX),
    COL(split_form, old_head_id, "原户新户主", "Head of the old one", .min = 1, .max = ID_MAX),
};
static const struct entity split_form = ENTITY(split_form, TABLE_LOCAL, "分户", "Split", split_cols);

struct merge_form {
    PAPER;
    struct opt_int into_id;
};
static const struct col merge_cols[] = {
    PAPER_COLS(merge_form),
    COL(merge_form, into_id, "并入的户", "Household joined", .flags = REQUIRED, .min = 1, .max = ID_MAX),
};
static const struct entity merge_form = ENTITY(merge_form, TABLE_LOCAL, "并户", "Merge", merge_cols);

struct transfer_form {
    PAPER;
    struct region_code to;
    struct str hh_no;
};
static const struct col transfer_cols[] = {
    PAPER_COLS(transfer_form),
    COL(transfer_form, to, "迁往的村", "Village gone to", .flags = REQUIRED),
    COL(transfer_form, hh_no, "在那里的户编号", "Its number there", .max = 40),
};
static const struct entity transfer_form =
    ENTITY(transfer_form, TABLE_LOCAL, "迁移", "Transfer", transfer_cols);

struct state_form {
    PAPER;
    struct code state, cause;
    struct opt_int year;
    struct str note;
};
static const struct col state_cols[] = {
    PAPER_COLS(state_form),
    COL(state_form, state, "状态", "State", .flags = REQUIRED, .codes = "poverty_state"),
    COL(state_form, cause, "返贫原因", "Cause of falling back", .codes = "poverty_cause"),
    COL(state_form, year, "年度", "Year", .min = 1990, .max = 2200),
    COL(state_form, note, "说明", "Note", .max = 200),
};
static const struct entity state_form = ENTITY(state_form, TABLE_LOCAL, "状态", "State", state_cols);

/* --- reading ------------------------------------------------------------------------------ */

static void put_flows(struct call *c, const char *key, const struct flows *f)
{
    put_key(&c->w, key);
    put_object(&c->w);
    put_member_int(&c->w, "opening", f->opening);
    put_member_int(&c->w, "in", f->total_in);
    put_member_int(&c->w, "out", f->total_out);
    put_member_int(&c->w, "closing", f->closing);
    put_object_end(&c->w);
}

static bool put_movements(struct call *c, struct date from, struct date to, struct errs *e)
{
    const struct movements_query *q = c->query;
    struct list_page *p = &c->page;
    struct scopes all;
    const struct scope *s;
    if (!scopes_of(c->tx, &c->who, PERM_REGISTRY_READ, q->region, &all, e))
        return false;
    put_key(&c->w, "rows");
    put_list(&c->w);
    while ((s = page_part(p, &all))) {
        const struct page_key behind = page_behind(p);
        struct list rows;
        if (!db_list(c->tx, page_rows(p), &rows, c->a, e, V(s->county), V(s->first), V(s->last), V(from),
                     V(to), V(q->kind.set ? q->kind.v : 0), V(page_room(p)), V(behind.n[0]), V(behind.n[1])))
            return false;
        const struct movement *m = rows.rows;
        for (size_t i = 0;
             i < rows.n && page_take(p, (struct page_key){ .n = { m[i].effective_on.day, m[i].no } }); i++)
            put_row(c, &movement_entity, &m[i]);
    }
    put_list_end(&c->w);
    return true;
}

static bool list_movements(struct call *c, struct errs *e)
{
    const struct movements_query *q = c->query;
    struct date to = q->to.set ? q->to.v : clock_today(), from = to;
    struct balance b = { 0 };
    date_of(date_civil(to).year, 1, 1, &from);
    if (q->from.set)
        from = q->from.v;
    if (from.day > to.day)
        return fail(e, ERR_INVALID, "from", MSG_BALANCE_DAYS, A(from), A(to));
    if (!balance_of(c->tx, &c->who, q->region, from, to, &b, e))
        return false;
    put_object(&c->w);
    put_member_date(&c->w, "from", from);
    put_member_date(&c->w, "to", to);
    put_flows(c, "households", &b.households);
    put_flows(c, "persons", &b.persons);
    put_member_bool(&c->w, "balanced", b.balanced);
    if (!put_movements(c, from, to, e))
        return false;
    struct str next = page_next(&c->page, c->a);
    put_member_bool(&c->w, "more", next.p);
    put_member_text(&c->w, "next", next);
    put_object_end(&c->w);
    return true;
}

/* --- recording ---------------------------------------------------------------------------- */

/* Every form of a movement begins with its paper. */
struct paper_form {
    PAPER;
};

struct moving {
    struct call *c;
    struct household h;
    struct event ev;
    struct act act;
    struct str made; /* number of a new household */
};

static bool begin(struct moving *m, const char *action, struct errs *e)
{
    struct call *c = m->c;
    const struct paper_form *x = c->body;
    struct paper p = { x->on.set ? x->on.v : clock_today(), x->reason, x->document };
    if (!find_household_at(c, c->path, PERM_REGISTRY_WRITE, &m->h, e))
        return false;
    act_begin(&m->act, c->tx, &c->who, action, m->h.hh_no, e->a);
    return event_begin(&m->ev, &m->act, &p, clock_today(), e);
}

/* Which movement, and how many rows; no reason, which may name an illness. */
static bool end(struct moving *m, struct errs *e)
{
    struct call *c = m->c;
    CLEANUP(buf_release) struct buf b = BUF(4096);
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    put_member_int(&w, "movement", m->ev.first_no);
    put_member_int(&w, "rows", (int64_t)m->ev.rows);
    put_member_date(&w, "on", m->ev.paper.on);
    put_object_end(&w);
    if (!act_end(&m->act, buf_cstr(&b), e))
        return false;
    put_object(&c->w);
    put_member_int(&c->w, "movement", m->ev.first_no);
    put_member_int(&c->w, "rows", (int64_t)m->ev.rows);
    put_member_text(&c->w, "hh_no", m->h.hh_no);
    put_member_text(&c->w, "new_hh_no", m->made);
    put_member_cstr(&c->w, "note", e->warned.first ? e->warned.first->text : NULL);
    put_object_end(&c->w);
    return true;
}

static void moving_release(struct moving *m)
{
    act_release(&m->act);
}

static bool member_of(struct moving *m, int64_t id, struct person *p, struct errs *e)
{
    enum found f = db_get(m->c->tx, &person_entity, p, e, V(m->h.county), V(id));
    if (f == FAILED)
        return false;
    return (f == FOUND && p->household_id == m->h.id) ||
           fail(e, ERR_NOT_FOUND, "person_id", MSG_API_NO_MEMBER, A(id));
}

/* Nobody named, or a member. */
static bool member_if(struct moving *m, struct opt_int id, const char *field, struct errs *e)
{
    struct person p;
    if (!id.set || member_of(m, id.v, &p, e))
        return true;
    e->bad.first->field = field;
    return false;
}

/* Another household of the county, within the area. */
static bool other_household(struct moving *m, struct opt_int id, struct errs *e)
{
    struct household h;
    const struct at_id at = { m->h.county, id.v };
    return !id.set || find_household_at(m->c, &at, PERM_REGISTRY_WRITE, &h, e);
}

static int64_t id_of(struct opt_int v)
{
    return v.set ? v.v : 0;
}

static bool leave(struct call *c, struct errs *e)
{
    const struct leave_form *x = c->body;
    struct person p;
    CLEANUP(moving_release) struct moving m = { .c = c };
    if (!move_is_leaving(x->kind.v))
        return fail(e, ERR_INVALID, "kind", MSG_API_STATE, A("died, married_out, moved_out, …"));
    if (!begin(&m, "move out", e) || !member_of(&m, x->person_id.v, &p, e) ||
        !member_if(&m, x->new_head_id, "new_head_id", e) || !other_household(&m, x->to_household_id, e))
        return false;
    struct leaving l = { .kind = x->kind.v,
                         .county = m.h.county,
                         .household_id = m.h.id,
                         .person_id = p.id,
                         .new_head_id = id_of(x->new_head_id),
                         .to_household_id = id_of(x->to_household_id),
                         .relation = x->relation,
                         .close = x->close };
    return movement_leave(&m.ev, &l, e) && end(&m, e);
}

static bool join(struct call *c, struct errs *e)
{
    const struct join_form *x = c->body;
    CLEANUP(moving_release) struct moving m = { .c = c };
    if (!move_is_joining(x->kind.v))
        return fail(e, ERR_INVALID, "kind", MSG_API_STATE, A("born, married_in, moved_in, returned"));
    if (!begin(&m, "move in", e))
        return false;
    struct joining j = { .kind = x->kind.v,
                         .county = m.h.county,
                         .household_id = m.h.id,
                         .person = { .id = id_of(x->person_id),
                                     .name = x->name,
                                     .id_number = x->id_number,
                                     .sex = x->sex,
                                     .relation = x->relation,
                                     .birth_date = x->birth_date } };
    if (!j.person.id && !x->name.p)
        return fail(e, ERR_INVALID, "name", MSG_REQUIRED, A(&entity_col(&join_form, "name")->label));
    if (j.kind == MOVE_BORN && !j.person.birth_date.set && !j.person.id_number.p)
        j.person.birth_date = (struct opt_date){ m.ev.paper.on, true };
    return member_if(&m, x->person_id, "person_id", e) && movement_join(&m.ev, &j, e) && end(&m, e);
}

static bool new_head(struct call *c, struct errs *e)
{
    const struct head_form *x = c->body;
    CLEANUP(moving_release) struct moving m = { .c = c };
    return begin(&m, "move head", e) && member_if(&m, x->person_id, "person_id", e) &&
           movement_head(&m.ev, m.h.county, m.h.id, x->person_id.v, e) && end(&m, e);
}

/* Members, each once. */
static bool movers_fit(struct moving *m, const struct splitting *s, struct errs *e)
{
    struct person p;
    for (size_t i = 0; i < s->n; i++) {
        if (!member_of(m, s->person_ids[i], &p, e))
            return false;
        for (size_t k = 0; k < i; k++)
            if (s->person_ids[k] == s->person_ids[i])
                return fail(e, ERR_INVALID, "person_ids", MSG_MOVE_SEVERAL_TIMES, A(p.name));
    }
    return s->n || fail(e, ERR_INVALID, "person_ids", MSG_API_NUMBERS);
}

static bool split(struct call *c, struct errs *e)
{
    const struct split_form *x = c->body;
    CLEANUP(moving_release) struct moving m = { .c = c };
    if (!begin(&m, "move split", e))
        return false;
    struct splitting s = { .county = m.h.county,
                           .household_id = m.h.id,
                           .head_id = x->head_id.v,
                           .old_head_id = id_of(x->old_head_id),
                           .hh_no = x->hh_no };
    if (!read_numbers(x->person_ids, "person_ids", s.person_ids, MOVERS_MAX, &s.n, e) ||
        !movers_fit(&m, &s, e) || !member_if(&m, x->head_id, "head_id", e) ||
        !member_if(&m, x->old_head_id, "old_head_id", e) || !movement_split(&m.ev, &s, e))
        return false;
    m.made = s.made.hh_no;
    return end(&m, e);
}

static bool merge(struct call *c, struct errs *e)
{
    const struct merge_form *x = c->body;
    CLEANUP(moving_release) struct moving m = { .c = c };
    if (!begin(&m, "move merge", e))
        return false;
    if (!other_household(&m, x->into_id, e))
        return false;
    struct merging g = { .county = m.h.county, .from_id = m.h.id, .into_id = x->into_id.v };
    return movement_merge(&m.ev, &g, e) && end(&m, e);
}

static bool transfer(struct call *c, struct errs *e)
{
    const struct transfer_form *x = c->body;
    const struct api_modules *mod = c->api->modules;
    CLEANUP(moving_release) struct moving m = { .c = c };
    if (!begin(&m, "move transfer", e))
        return false;
    struct transfer t = { .county = m.h.county,
                          .household_id = m.h.id,
                          .to = x->to,
                          .hh_no = x->hh_no,
                          .blocks = mod->transfer_blocks,
                          .n = mod->transfer_blocks_n };
    if (!household_transfer(&m.ev, &t, e))
        return false;
    m.made = t.made.hh_no;
    return end(&m, e);
}

static bool set_state(struct call *c, struct errs *e)
{
    const struct state_form *x = c->body;
    CLEANUP(moving_release) struct moving m = { .c = c };
    if (!begin(&m, "household.status", e))
        return false;
    struct state_change s = { .county = m.h.county,
                              .household_id = m.h.id,
                              .state = x->state.v,
                              .year = x->year,
                              .cause = x->cause,
                              .note = x->note };
    return household_set_state(&m.ev, &s, e) && end(&m, e);
}

static bool undo(struct call *c, struct errs *e)
{
    const struct at_number *at = c->path;
    const struct reason_form *x = c->body;
    struct movement old;
    CLEANUP(moving_release) struct moving m = { .c = c };
    enum found f = movement_by_no(c->tx, &c->who, at->no, county_region(at->county), &old, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_API_MOVED);
    struct paper p = { .on = old.effective_on, .reason = x->reason };
    m.h.hh_no = old.hh_no;
    act_begin(&m.act, c->tx, &c->who, "move undo", old.hh_no, e->a);
    return event_begin(&m.ev, &m.act, &p, clock_today(), e) && movement_undo(&m.ev, at->county, at->no, e) &&
           end(&m, e);
}

// clang-format off
#define HOUSEHOLD "/api/v1/households/{county}/{id}"
#define RECORDS   .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .path = &at_id, .status = 201
static const struct answer_part moved_parts[] = { NUMBER_PART("movement"), NUMBER_PART("rows"), TEXT_PART("hh_no"), TEXT_PART("new_hh_no"), TEXT_PART("note"), { 0 } };
static const struct answer_part flow_parts[] = { NUMBER_PART("opening"), NUMBER_PART("in"), NUMBER_PART("out"), NUMBER_PART("closing"), { 0 } };
static const struct answer_part movements_parts[] = {
    TEXT_PART("from"), TEXT_PART("to"), { .name = "households", .with = flow_parts }, { .name = "persons", .with = flow_parts }, BOOL_PART("balanced"), LIST_PART("rows", "object"), BOOL_PART("more"), TEXT_PART("next"), { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/movements", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .query = &movements_query, .orders = ORDERS(BY("effective_on", "生效日期", "day", .rows = movement_rows)), .run = list_movements, .parts = movements_parts,
      .doc = { "一段时间的变动，以及期初、增减和期末", "The movements of a time, with opening, in, out and closing" } },
    { .method = "POST", .pattern = "/api/v1/movements/{county}/{no}/undo", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .path = &at_number, .body = &reason_form, .run = undo, .parts = moved_parts,
      .doc = { "撤销一次变动的全部行", "Take a whole movement back" }, .sample = "{\"reason\":\"登记有误\"}" },
    { .method = "POST", .pattern = HOUSEHOLD "/leave", RECORDS, .body = &leave_form, .run = leave, .parts = moved_parts,
      .doc = { "成员减少：死亡、迁出、婚出、服刑、参军、失联、清退", "A member leaves" }, .sample = "{\"kind\":\"died\",\"person_id\":1,\"on\":\"2020-05-01\",\"reason\":\"病故\"}" },
    { .method = "POST", .pattern = HOUSEHOLD "/join", RECORDS, .body = &join_form, .run = join, .parts = moved_parts,
      .doc = { "成员增加：出生、婚入、迁入、返回", "A member joins" }, .sample = "{\"kind\":\"born\",\"name\":\"李小宝\",\"sex\":\"male\",\"relation\":\"son\",\"on\":\"2020-05-01\",\"reason\":\"出生\"}" },
    { .method = "POST", .pattern = HOUSEHOLD "/head", RECORDS, .body = &head_form, .run = new_head, .parts = moved_parts,
      .doc = { "变更户主", "Another member becomes the head" }, .sample = "{\"person_id\":1,\"reason\":\"原户主年迈\"}" },
    { .method = "POST", .pattern = HOUSEHOLD "/split", RECORDS, .body = &split_form, .run = split, .parts = moved_parts,
      .doc = { "分户", "Some members make a household of their own" }, .sample = "{\"person_ids\":\"1,2\",\"head_id\":1,\"reason\":\"分家\"}" },
    { .method = "POST", .pattern = HOUSEHOLD "/merge", RECORDS, .body = &merge_form, .run = merge, .parts = moved_parts,
      .doc = { "并入另一户，本户注销", "All members join another household of the county" }, .sample = "{\"into_id\":2,\"reason\":\"合户\"}" },
    { .method = "POST", .pattern = HOUSEHOLD "/transfer", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .path = &at_id, .status = 201, .body = &transfer_form, .run = transfer, .parts = moved_parts,
      .doc = { "整户迁往另一个村或县", "The household goes to another village or county" }, .sample = "{\"to\":\"350603101201\",\"reason\":\"易地搬迁\"}" },
    { .method = "POST", .pattern = HOUSEHOLD "/state", RECORDS, .body = &state_form, .run = set_state, .parts = moved_parts,
      .doc = { "变更脱贫状态", "Change the poverty state" }, .sample = "{\"state\":\"exited\",\"year\":2020,\"on\":\"2020-12-20\",\"document\":\"镇扶〔2020〕12号\",\"reason\":\"达到标准\"}" },
};
// clang-format on
const struct route_table movement_routes = { { "变动", "Movements" }, routes, N_ELEMS(routes) };
