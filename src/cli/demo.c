#include "cli/demo.h"

#include "base/clock.h"
#include "cli/import_cmd.h"
#include "registry/sample.h"

#include <dirent.h>
#include <errno.h>
#include <unistd.h>

enum { DEMO_HOUSEHOLDS = 2000, DEMO_SEED = 1 };

char *demo_folder(struct cli *c)
{
    const char *tmp = getenv("TMPDIR");
    char *dir = arena_printf(c->a, "%s/bangfu-demo-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (mkdtemp(dir))
        return dir;
    fail(&c->e, ERR_UNAVAILABLE, NULL, MSG_TEMP_FOLDER, A(dir), A(strerror(errno)));
    return NULL;
}

void demo_folder_remove(const char *dir)
{
    DIR *d = opendir(dir);
    for (const struct dirent *x; d && (x = readdir(d)) != NULL;)
        unlinkat(dirfd(d), x->d_name, 0);
    if (d)
        closedir(d);
    rmdir(dir);
}

bool demo_import(struct cli *c, const char *const *paths, size_t n, const char *dir, bool resumes)
{
    struct import_options o = { .paths = paths,
                                .n = n,
                                .existing = resumes ? IMPORT_SKIP : IMPORT_FAIL,
                                .rejects = arena_printf(c->a, "%s/rejects.csv", dir),
                                .warnings = arena_printf(c->a, "%s/warnings.csv", dir) };
    struct import_result r = { 0 };
    if (!cli_load_codes(c) || !cli_import(c, o, &r))
        return false;
    return !r.rejected || fail(&c->e, ERR_INTERNAL, NULL, MSG_DEMO_REFUSED, A(r.rejected));
}

static bool load_from(struct cli *c, const char *dir, bool resumes)
{
    struct sample_options sample = {
        .households = DEMO_HOUSEHOLDS, .county = DEMO_COUNTY, .seed = DEMO_SEED, .today = clock_today()
    };
    return sample_write(&sample, dir, &c->e) && demo_import(c, &dir, 1, dir, resumes);
}

bool demo_load(struct cli *c, bool resumes)
{
    const char *dir = demo_folder(c);
    if (!dir)
        return false;
    bool ok = load_from(c, dir, resumes);
    demo_folder_remove(dir);
    return ok;
}
