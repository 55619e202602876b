/* sampler.c - where a program spends its time: loaded into it by LD_PRELOAD, it looks a thousand times in a
 * second of processor time at who calls whom, and at the end writes to $SAMPLES a line per look: the
 * addresses inside the program itself, innermost first, as addr2line takes them.  Needs nothing of the
 * program but its debug symbols. */
#include <execinfo.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

enum { SAMPLES_MAX = 200000, FRAMES = 40, EVERY_US = 1000 };

static uint32_t samples[SAMPLES_MAX][FRAMES]; /* offsets; 0 ends */
static atomic_int samples_n;
static uintptr_t base, end;

static int find_program(struct dl_phdr_info *info, size_t size, void *ctx)
{
    (void)size, (void)ctx;
    base = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD)
            end = base + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
    return 1; /* the program is the first */
}

static void look(int sig)
{
    void *frames[FRAMES];
    int n = backtrace(frames, FRAMES), kept = 0, at = atomic_fetch_add(&samples_n, 1);
    (void)sig;
    for (int i = 0; i < n && at < SAMPLES_MAX && kept < FRAMES - 1; i++) {
        uintptr_t p = (uintptr_t)frames[i];
        if (p > base && p < end)
            samples[at][kept++] = (uint32_t)(p - base - 1); /* the call, not where it returns to */
    }
}

__attribute__((constructor)) static void start(void)
{
    void *warm[2];
    struct sigaction a = { .sa_handler = look, .sa_flags = SA_RESTART };
    struct itimerval every = { { 0, EVERY_US }, { 0, EVERY_US } };
    unsetenv("LD_PRELOAD");
    dl_iterate_phdr(find_program, NULL);
    backtrace(warm, 2); /* loads what it needs now, not in the signal */
    sigaction(SIGPROF, &a, NULL);
    setitimer(ITIMER_PROF, &every, NULL);
}

__attribute__((destructor)) static void stop(void)
{
    struct itimerval never = { 0 };
    const char *path = getenv("SAMPLES");
    FILE *f = path ? fopen(path, "w") : NULL;
    setitimer(ITIMER_PROF, &never, NULL);
    for (int i = 0; f && i < samples_n && i < SAMPLES_MAX; i++) {
        for (int k = 0; samples[i][k]; k++)
            fprintf(f, "%s0x%x", k ? " " : "", samples[i][k]);
        fputc('\n', f);
    }
    if (f)
        fclose(f);
}
