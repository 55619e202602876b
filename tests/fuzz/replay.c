/* replay.c - runs a fuzz target over files that are kept, as an ordinary test.
 *
 * usage: fuzz_NAME [FILE|DIRECTORY]…   One line "ok - NAME: n inputs"; an input that breaks the
 * target is the last one named on standard error. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static unsigned replayed;

/* Each input sits in a block of exactly its own size, so that ASan sees one byte too many. */
static void replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct stat st;
    if (!f || fstat(fileno(f), &st) != 0) {
        perror(path);
        exit(1);
    }
    size_t n = (size_t)st.st_size;
    uint8_t *p = malloc(n ? n : 1);
    if (!p || fread(p, 1, n, f) != n) {
        perror(path);
        exit(1);
    }
    fclose(f);
    fprintf(stderr, "# %s\n", path);
    LLVMFuzzerTestOneInput(p, n);
    free(p);
    replayed++;
}

static int is_visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static void replay(const char *path)
{
    struct dirent **list;
    int n = scandir(path, &list, is_visible, alphasort);
    if (n < 0) {
        replay_file(path);
        return;
    }
    for (int i = 0; i < n; i++) {
        char file[4096];
        snprintf(file, sizeof file, "%s/%s", path, list[i]->d_name);
        replay_file(file);
        free(list[i]);
    }
    free(list);
}

int main(int argc, char **argv)
{
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    const char *slash = strrchr(argv[0], '/');
    printf("ok - %s: %u inputs\n", slash ? slash + 1 : argv[0], replayed);
    return 0;
}
