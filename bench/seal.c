/* seal.c - how long sealing an identity number takes, in nanoseconds.  usage: seal KEYFILE [ROUNDS]
 * Prints the median of the rounds, each 200,000 numbers that differ. */
#include "store/seal.h"

#include <time.h>

enum { NUMBERS = 200000, ROUNDS_MAX = 99 };

static int by_value(const void *a, const void *b)
{
    const long long *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static long long round_of(const struct seal *s)
{
    struct timespec from, to;
    uint8_t out[SEAL_OVERHEAD + 18];
    char number[19] = "990603198001010000";
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < NUMBERS; i++) {
        for (int k = 17, n = i; k > 11; k--, n /= 10)
            number[k] = (char)('0' + n % 10);
        seal_put(s, SEAL_ID_NUMBER, (struct str){ number, 18 }, out);
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    return ((to.tv_sec - from.tv_sec) * 1000000000LL + (to.tv_nsec - from.tv_nsec)) / NUMBERS;
}

int main(int argc, char **argv)
{
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = EN };
    long long ns[ROUNDS_MAX];
    long rounds = argc > 2 ? strtol(argv[2], NULL, 10) : 5;
    if (argc < 2 || rounds < 1 || rounds > ROUNDS_MAX)
        return 2;
    CLEANUP(seal_freep) struct seal *s = seal_create(argv[1], &e);
    if (!s) {
        fprintf(stderr, "%s\n", e.bad.first->text);
        return 1;
    }
    for (long i = 0; i < rounds; i++)
        ns[i] = round_of(s);
    qsort(ns, (size_t)rounds, sizeof *ns, by_value);
    printf("%lld\n", ns[rounds / 2]);
    arena_free(&a);
    return 0;
}
