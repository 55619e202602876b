#include "cli/demo.h"

#include "cli/import_cmd.h"

#include <dirent.h>
#include <errno.h>
#include <unistd.h>

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

bool demo_import(struct cli *c, const char *dir, bool resumes)
{
    struct import_options o = { .paths = &dir,
                                .n = 1,
                                .existing = resumes ? IMPORT_SKIP : IMPORT_FAIL,
                                .rejects = arena_printf(c->a, "%s/rejects.csv", dir),
                                .warnings = arena_printf(c->a, "%s/warnings.csv", dir) };
    struct import_result r = { 0 };
    if (!cli_load_codes(c) || !cli_import(c, o, &r))
        return false;
    return !r.rejected || fail(&c->e, ERR_INTERNAL, NULL, MSG_DEMO_REFUSED, A(r.rejected));
}
