/* api_cmd.c - every operation of the server, from the command line: the same rows answer. */
#include "api/dispatch.h"
#include "cli/api_modules.h"
#include "cli/commands.h"

#include <errno.h>

static bool admit(struct tx *tx, void *ctx, struct errs *e)
{
    struct cli *c = ctx;
    return actor_open(tx, c->as, "cli", &c->actor, e);
}

static bool read_body(struct cli *c, struct buf *out)
{
    const char *name = cli_cstr(c, "body");
    if (!name)
        return true;
    FILE *f = strcmp(name, "-") != 0 ? fopen(name, "rb") : stdin;
    if (!f)
        return fail(&c->e, ERR_UNAVAILABLE, "--body", MSG_FILE_READ, A(name), A(strerror(errno)));
    char piece[4096];
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_add(out, (struct str){ piece, n });
    if (f != stdin)
        fclose(f);
    return true;
}

static int api(struct cli *c)
{
    CLEANUP(buf_release) struct buf body = BUF(API_ANSWER_MAX);
    struct api_modules modules = cli_api_modules(c->program);
    struct api service = { .st = c->store, .modules = &modules };
    struct api_reply reply;
    struct str path = c->args[1];
    const char *mark = memchr(path.p, '?', path.n);
    if (!cli_load_codes(c) || !cli_read(c, admit, c) || !read_body(c, &body))
        return EXIT_NOTHING;
    service.codes = c->codes;
    struct api_request rq = { .a = c->a,
                              .method = arena_str(c->a, c->args[0]).p,
                              .path = path,
                              .body = buf_str(&body),
                              .if_match = cli_text(c, "if-match"),
                              .key = cli_text(c, "idempotency-key"),
                              .language = c->e.lang == EN ? STR("en") : STR("zh"),
                              .address = "cli",
                              .as = &c->actor };
    if (mark) {
        rq.path.n = (size_t)(mark - path.p);
        rq.query = (struct str){ mark + 1, path.n - rq.path.n - 1 };
    }
    api_answer(&service, &rq, &reply);
    buf_add(&c->out, reply.body);
    buf_addc(&c->out, '\n');
    if (reply.etag.p && !c->json)
        fprintf(stderr, "ETag: %.*s\n", (int)reply.etag.n, reply.etag.p);
    return reply.status < 400 ? EXIT_DONE : EXIT_NOTHING;
}

static const struct opt opts[] = {
    { "body",
      OPT_TEXT,
      { "文件", "FILE" },
      { "请求内容（JSON）；- 表示标准输入", "the body, JSON; - is standard input" },
      0,
      0,
      0,
      NULL },
    { "if-match",
      OPT_TEXT,
      { "ETag", "ETAG" },
      { "修改时：读取时得到的 ETag", "of an edit: the ETag that came with what was read" },
      0,
      0,
      0,
      NULL },
    { "idempotency-key",
      OPT_TEXT,
      { "键", "KEY" },
      { "Idempotency-Key：同一键的同一请求只执行一次",
        "Idempotency-Key: the same request with it is done once" },
      0,
      0,
      0,
      NULL },
    { 0 },
};

static const struct command commands[] = {
    { .name = "api",
      .perm = PERM_NONE,
      .db = DB_OPEN,
      .opts = opts,
      .args = { "方法 地址", "METHOD PATH" },
      .args_min = 2,
      .args_max = 2,
      .summary = { "执行服务接口的一个操作", "run one operation of the server's interface" },
      .help = { "与浏览器和其他系统调用的是同一个操作，以 --as 的身份；回答是 JSON。\n"
                "  bangfu api GET '/api/v1/households?limit=3'\n"
                "  bangfu api GET /api/v1/openapi.json\n"
                "  echo '{\"purpose\":\"核对账号\"}' | bangfu api POST /api/v1/households/350603/17/reveal "
                "--body -",
                "The same operation that browsers and other systems call, as whoever --as says; the answer "
                "is "
                "JSON.\n"
                "  bangfu api GET '/api/v1/households?limit=3'\n"
                "  bangfu api GET /api/v1/openapi.json\n"
                "  echo '{\"purpose\":\"bank account\"}' | bangfu api POST "
                "/api/v1/households/350603/17/reveal "
                "--body -" },
      .run = api },
};
const struct command_table api_commands = { { "接口", "Interface" }, commands, N_ELEMS(commands) };
