/* key_cmd.c - new keys. */
#include "access/rekey.h"

#include "base/json.h"
#include "cli/admin_cmd.h"

static void show(void *ctx, int64_t rows)
{
    struct cli *c = ctx;
    if (c->terminal) {
        char text[64];
        snprintf(text, sizeof text, "%lld …", (long long)rows);
        cli_progress(c, text);
    }
}

/* Keys are the whole site's. */
static bool begin(struct cli *c, struct rekey *k)
{
    *k = (struct rekey){
        .st = c->store, .who = &c->actor, .key_path = c->key, .stop = c->stop, .progress = show, .ctx = c
    };
    return actor_need_at(&c->actor, PERM_KEYS, (struct region_code){ 0 }, &c->e);
}

static void put_result(struct cli *c, const struct rekey *k, bool rotated)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    if (rotated) {
        put_member_int(&w, "version", k->version);
        put_member_bool(&w, "resumed", k->resumed);
    }
    put_member_int(&w, "rows", k->rows);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

int key_rotate_cmd(struct cli *c)
{
    struct rekey k;
    if (!begin(c, &k) || !key_rotate(&k, &c->e))
        return EXIT_NOTHING;
    cli_progress(c, "");
    if (c->json)
        put_result(c, &k, true);
    if (k.resumed)
        cli_say(c, MSG_KEY_RESUMED);
    cli_say(c, MSG_KEY_ROTATED, A(k.version), A(k.rows));
    return EXIT_DONE;
}

int key_rekey_cmd(struct cli *c)
{
    struct rekey k;
    if (!begin(c, &k) || !key_rekey(&k, &c->e))
        return EXIT_NOTHING;
    cli_progress(c, "");
    if (c->json)
        put_result(c, &k, false);
    cli_say(c, MSG_KEY_REKEYED, A(k.rows), A(c->key));
    return EXIT_DONE;
}
