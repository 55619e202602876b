/* dci_message.c - the envelope: read, checked, and made. */
#include "base/clock.h"
#include "base/value.h"
#include "dci/dci_parts.h"

#include <sodium.h>

bool dci_wrong(struct dci_fault *f, const char *code, int status, const char *why)
{
    if (!f->code)
        *f = (struct dci_fault){ code, why, status };
    return false;
}

bool dci_end(bool ok, const struct dci_fault *f, struct errs *e)
{
    if (!ok && !errs_any(e))
        fail(e, ERR_INVALID, NULL, MSG_DCI_REFUSED, A(f->code ? f->why : "?"));
    return ok;
}

struct str dci_text(const json_t *j, const char *key)
{
    const json_t *v = json_object_get(j, key);
    if (!json_is_string(v))
        return (struct str){ 0 };
    return (struct str){ json_string_value(v), json_string_length(v) };
}

bool dci_is_id(struct str s)
{
    size_t n = s.p ? str_chars(s) : 0;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return n >= 1 && n <= DCI_ID_MAX;
}

/* Does s begin as the pattern says?  9 stands for a digit. */
static bool has_shape(struct str s, const char *pattern)
{
    size_t n = strlen(pattern);
    for (size_t i = 0; i < n; i++)
        if (i >= s.n || (pattern[i] == '9' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != pattern[i]))
            return false;
    return true;
}

static int number_at(struct str s, size_t at, size_t n)
{
    int v = 0;
    for (size_t i = at; i < at + n; i++)
        v = v * 10 + (s.p[i] - '0');
    return v;
}

static bool is_zone(struct str s)
{
    static const char *const shapes[] = { "+99:99", "-99:99", "+9999", "-9999" };
    if (str_eq(s, STR("Z")))
        return true;
    for (size_t i = 0; i < N_ELEMS(shapes); i++)
        if (s.n == strlen(shapes[i]) && has_shape(s, shapes[i]))
            return number_at(s, 1, 2) <= 14 && number_at(s, s.n - 2, 2) <= 59;
    return false;
}

/* 2026-11-21T08:00:00[.fraction](Z|+08:00|+0800) */
bool dci_is_time(struct str s)
{
    struct date day;
    size_t at = 19;
    if (s.n > 40 || !has_shape(s, "9999-99-99T99:99:99") ||
        !date_of(number_at(s, 0, 4), number_at(s, 5, 2), number_at(s, 8, 2), &day))
        return false;
    if (number_at(s, 11, 2) > 23 || number_at(s, 14, 2) > 59 || number_at(s, 17, 2) > 60)
        return false;
    if (has_shape((struct str){ s.p + at, s.n - at }, ".9"))
        for (at++; at < s.n && s.p[at] >= '0' && s.p[at] <= '9';)
            at++;
    return is_zone((struct str){ s.p + at, s.n - at });
}

static bool read_header(struct dci_message *m, const char *action, struct dci_fault *f)
{
    const json_t *total = json_object_get(m->header, "total_count");
    m->message_id = dci_text(m->header, "message_id");
    m->action = dci_text(m->header, "action");
    m->sender_id = dci_text(m->header, "sender_id");
    m->sender_uri = dci_text(m->header, "sender_uri");
    m->receiver_id = dci_text(m->header, "receiver_id");
    if (!dci_is_id(m->message_id))
        return dci_wrong(f, DCI_BAD, 400, "header.message_id: a text of 1 to 99 characters");
    if (!dci_is_time(dci_text(m->header, "message_ts")))
        return dci_wrong(f, DCI_BAD, 400, "header.message_ts: ISO 8601 with a time zone");
    if (action && !str_eq(m->action, str_of(action)))
        return dci_wrong(f, DCI_BAD, 400, "header.action: does not belong to this address");
    if (!dci_is_id(m->sender_id))
        return dci_wrong(f, DCI_BAD, 400, "header.sender_id: a text of 1 to 99 characters");
    if (m->receiver_id.p && !dci_is_id(m->receiver_id))
        return dci_wrong(f, DCI_BAD, 400, "header.receiver_id: a text of 1 to 99 characters");
    if (total && (!json_is_integer(total) || json_integer_value(total) < 0))
        return dci_wrong(f, DCI_BAD, 400, "header.total_count: a whole number");
    return true;
}

bool dci_message_read(struct str body, const char *action, struct dci_message *m, struct dci_fault *f)
{
    json_error_t at;
    *m = (struct dci_message){ 0 };
    m->root = body.p ? json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, &at) : NULL;
    if (!json_is_object(m->root))
        return dci_wrong(f, DCI_BAD, 400, "the body is no JSON object");
    m->header = json_object_get(m->root, "header");
    m->message = json_object_get(m->root, "message");
    m->signature = dci_text(m->root, "signature");
    if (!json_is_object(m->header))
        return dci_wrong(f, DCI_BAD, 400, "header is missing");
    if (!json_is_object(m->message))
        return dci_wrong(f, DCI_BAD, 400, "message is missing");
    if (!read_header(m, action, f))
        return false;
    m->transaction_id = dci_text(m->message, "transaction_id");
    if (!dci_is_id(m->transaction_id))
        return dci_wrong(f, DCI_BAD, 400, "message.transaction_id: a text of 1 to 99 characters");
    return true;
}

void dci_message_free(struct dci_message *m)
{
    json_decref(m->root);
    m->root = NULL;
}

struct str dci_signed_bytes(const struct dci_message *m, struct arena *a)
{
    char *h = json_dumps(m->header, JSON_COMPACT | JSON_SORT_KEYS),
         *b = json_dumps(m->message, JSON_COMPACT | JSON_SORT_KEYS);
    const char *both = arena_printf(a, "%s%s", h ? h : "", b ? b : "");
    free(h);
    free(b);
    return str_of(both);
}

/* --- making ------------------------------------------------------------------------------- */

json_t *dci_str(struct str s)
{
    return s.p ? json_stringn(s.p, s.n) : json_null();
}

json_t *dci_now(void)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    instant_print(&b, clock_now());
    return dci_str(buf_str(&b));
}

struct str dci_dump(json_t *j, struct arena *a)
{
    char *text = json_dumps(j, JSON_COMPACT);
    struct str s = arena_str(a, str_of(text ? text : "{}"));
    free(text);
    json_decref(j);
    return s;
}

struct str dci_ack(struct arena *a, struct str correlation_id)
{
    return dci_dump(json_pack("{s:{s:s,s:o,s:o}}", "message", "ack_status", "ACK", "timestamp", dci_now(),
                              "correlation_id", dci_str(correlation_id)),
                    a);
}

struct str dci_err(struct arena *a, struct str correlation_id, const struct dci_fault *f)
{
    return dci_dump(json_pack("{s:{s:s,s:o,s:o,s:{s:s,s:s}}}", "message", "ack_status", "ERR", "timestamp",
                              dci_now(), "correlation_id", dci_str(correlation_id), "error", "code", f->code,
                              "message", f->why),
                    a);
}

json_t *dci_envelope(const struct dci_message *m, const char *action, const char *status, int64_t total,
                     json_t *message)
{
    uint8_t noise[16];
    char id[33];
    randombytes_buf(noise, sizeof noise);
    sodium_bin2hex(id, sizeof id, noise, sizeof noise);
    json_t *header = json_pack("{s:s,s:s,s:o,s:s,s:s,s:I,s:I,s:o,s:b}", "version", "1.0.0", "message_id", id,
                               "message_ts", dci_now(), "action", action, "status", status, "total_count",
                               (json_int_t)total, "completed_count", (json_int_t)total, "receiver_id",
                               dci_str(m->sender_id), "is_msg_encrypted", 0);
    if (m->receiver_id.p)
        json_object_set_new(header, "sender_id", dci_str(m->receiver_id));
    return json_pack("{s:s,s:o,s:o}", "signature", "unsigned", "header", header, "message", message);
}
