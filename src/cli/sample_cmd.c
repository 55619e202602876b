/* sample_cmd.c - a book of invented families is written. */
#include "base/clock.h"
#include "base/json.h"
#include "cli/commands.h"
#include "registry/sample.h"

enum { PROGRESS_EVERY_US = 200000, COUNTY_DEFAULT = 350603, SEED_DEFAULT = 1 };

struct progress {
    struct cli *c;
    struct instant last;
};

static void show_progress(void *ctx, int64_t done, int64_t all)
{
    struct progress *p = ctx;
    struct instant now = clock_now();
    if (!p->c->terminal || now.us - p->last.us < PROGRESS_EVERY_US)
        return;
    p->last = now;
    char text[64];
    snprintf(text, sizeof text, "%lld / %lld", (long long)done, (long long)all);
    cli_progress(p->c, text);
}

static void print_json(struct cli *c, const struct sample_counts *made)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_member_int(&w, "households", made->households);
    put_member_int(&w, "persons", made->persons);
    put_key(&w, "files");
    put_list(&w);
    for (size_t i = 0; i < SAMPLE_FILES; i++)
        put_cstr(&w, arena_printf(c->a, "%s/%s", cli_cstr(c, "out"), sample_files[i]));
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static int sample(struct cli *c)
{
    struct progress p = { .c = c };
    struct sample_counts made = { 0 };
    struct region_code county = cli_region(c, "county");
    struct sample_options o = {
        .households = cli_int(c, "households", 0),
        .county = county.v ? region_county(county) : COUNTY_DEFAULT,
        .seed = (uint64_t)cli_int(c, "seed", SEED_DEFAULT),
        .today = { (int32_t)cli_int(c, "date", clock_today().day) },
        .made = &made,
        .stop = c->stop,
        .progress = show_progress,
        .ctx = &p,
    };
    bool ok = sample_write(&o, cli_cstr(c, "out"), &c->e);
    cli_progress(c, "");
    if (!ok)
        return EXIT_NOTHING;
    if (c->json)
        print_json(c, &made);
    else
        cli_say(c, MSG_SAMPLE_MADE, A(cli_cstr(c, "out")), A(made.households), A(made.persons));
    return EXIT_DONE;
}

static const struct opt sample_opts[] = {
    { .name = "households",
      .kind = OPT_INT,
      .min = SAMPLE_HOUSEHOLDS_MIN,
      .max = SAMPLE_HOUSEHOLDS_MAX,
      .flags = OPT_REQUIRED,
      .arg = { "户数", "N" },
      .label = { "多少户（10 至 10000000）", "how many households (10 to 10,000,000)" } },
    { .name = "out",
      .kind = OPT_TEXT,
      .flags = OPT_REQUIRED,
      .arg = { "目录", "DIR" },
      .label = { "写到哪个目录；没有则建立，已有的文件不覆盖",
                 "the folder to write into; made when missing, files in it are not overwritten" } },
    { .name = "county",
      .kind = OPT_REGION,
      .arg = { "区划", "CODE" },
      .label = { "唯一或第一个县（默认 350603）", "the only county, or the first (default 350603)" } },
    { .name = "seed",
      .kind = OPT_INT,
      .min = 0,
      .max = INT64_MAX,
      .arg = { "数", "N" },
      .label = { "换一个数得到另一批家庭（默认 1）", "another number makes other families (default 1)" } },
    { .name = "date",
      .kind = OPT_DATE,
      .arg = { "日期", "DATE" },
      .label = { "哪一天的家庭；默认今天", "families of which day; today unless told" } },
    { 0 },
};
static const struct command commands[] = {
    { .name = "sample",
      .perm = PERM_NONE,
      .db = DB_NO,
      .opts = sample_opts,
      .summary = { "生成虚构的名册，用于演示、培训和测试",
                   "write a register of invented families, to show, to teach and to measure" },
      .help = { "写出五个 CSV "
                "文件：区划、区划年度指标、户、成员、年度情况，可以直接导入。人名、号码都是编的：\n"
                "证件号码以未启用的 99 开头，账号以 999999 开头。每县最多约 6 "
                "万户，更多则分到同市以后的县。\n"
                "选项和日期相同，文件就完全相同。\n\n"
                "  bangfu sample --households 2000 --out 样本\n  bangfu import 样本",
                "Writes five CSV files (regions, their yearly figures, households, members, years) that can "
                "be "
                "imported.\nNobody in them exists: ID numbers begin with 99, which is assigned to nobody, "
                "accounts with 999999.\nA county takes about 60,000 households; of more, the counties that "
                "follow in its city take their share.\nThe same options on the same day give the same "
                "files.\n\n"
                "  bangfu sample --households 2000 --out sample\n  bangfu import sample" },
      .run = sample },
};
const struct command_table sample_commands = { { "样本", "Samples" }, commands, N_ELEMS(commands) };
