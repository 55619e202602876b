/* test_sm3.c - SM3 of many texts at once gives what the standard prints and what libcrypto gives for each
 * text alone (GB/T 32905). */
#include "store/seal.h"
#include "store/sm3.h"

#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

enum { LENGTHS = 301, BLOCKS_MAX = 6, NEIGHBOURS = 21 };

static void assert_hex(const uint8_t *p, size_t n, const char *want)
{
    CLEANUP(buf_release) struct buf b = BUF(4096);
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%02x", p[i]);
    assert_string_equal(buf_cstr(&b), want);
}

/* Text number i of so many bytes; no two alike. */
static void fill(uint8_t *p, size_t n, size_t i)
{
    for (size_t k = 0; k < n; k++)
        p[k] = (uint8_t)(k * 31 + i * 67 + n);
}

static void digest(enum sm3_way way, const uint8_t *text[SM3_AT_ONCE], size_t n,
                   uint8_t out[SM3_AT_ONCE][MAC_SIZE])
{
    uint32_t state[SM3_WORDS][SM3_AT_ONCE];
    uint8_t padded[SM3_AT_ONCE][BLOCKS_MAX * SM3_BLOCK] = { 0 };
    size_t blocks = (n + 9 + SM3_BLOCK - 1) / SM3_BLOCK;
    for (size_t i = 0; i < SM3_AT_ONCE; i++) {
        memcpy(padded[i], text[i], n);
        padded[i][n] = 0x80;
        padded[i][blocks * SM3_BLOCK - 1] = (uint8_t)(n * 8);
        padded[i][blocks * SM3_BLOCK - 2] = (uint8_t)(n * 8 >> 8);
        for (size_t w = 0; w < SM3_WORDS; w++)
            state[w][i] = sm3_start[w];
    }
    for (size_t b = 0; b < blocks; b++) {
        uint8_t block[SM3_AT_ONCE][SM3_BLOCK];
        for (size_t i = 0; i < SM3_AT_ONCE; i++)
            memcpy(block[i], padded[i] + b * SM3_BLOCK, SM3_BLOCK);
        sm3_blocks_by(way, state, block);
    }
    for (size_t i = 0; i < SM3_AT_ONCE; i++)
        for (size_t k = 0; k < MAC_SIZE; k++)
            out[i][k] = (uint8_t)(state[k / 4][i] >> (24 - 8 * (k % 4)));
}

static void sm3_gives_the_digests_that_the_standard_prints_for_each_way_of_the_processor(void **state)
{
    (void)state;
    const uint8_t *abc[SM3_AT_ONCE], *four[SM3_AT_ONCE];
    uint8_t out[SM3_AT_ONCE][MAC_SIZE];
    for (size_t i = 0; i < SM3_AT_ONCE; i++) {
        abc[i] = (const uint8_t *)"abc";
        four[i] = (const uint8_t *)"abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd";
    }
    assert_true(sm3_has(SM3_PLAIN));
    for (int way = 0; way < SM3_WAYS; way++) {
        if (!sm3_has((enum sm3_way)way))
            continue;
        digest((enum sm3_way)way, abc, 3, out);
        for (size_t i = 0; i < SM3_AT_ONCE; i++)
            assert_hex(out[i], MAC_SIZE, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        digest((enum sm3_way)way, four, 64, out);
        assert_hex(out[7], MAC_SIZE, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
    }
}

static void sm3_gives_what_libcrypto_gives_for_every_length_wherever_a_text_lies(void **state)
{
    (void)state;
    static uint8_t texts[SM3_AT_ONCE][LENGTHS + 8];
    for (size_t n = 0; n < LENGTHS; n++) {
        const uint8_t *at[SM3_AT_ONCE];
        uint8_t out[SM3_AT_ONCE][MAC_SIZE], want[SM3_AT_ONCE][MAC_SIZE];
        for (size_t i = 0; i < SM3_AT_ONCE; i++) {
            at[i] = texts[i] + (n + i) % 8;
            fill(texts[i] + (n + i) % 8, n, i);
            assert_int_equal(EVP_Digest(at[i], n, want[i], NULL, EVP_sm3(), NULL), 1);
        }
        for (int way = 0; way < SM3_WAYS; way++)
            if (sm3_has((enum sm3_way)way)) {
                digest((enum sm3_way)way, at, n, out);
                assert_memory_equal(out, want, sizeof want);
            }
    }
}

static void texts_sealed_together_are_sealed_as_each_alone_whatever_their_length_and_neighbours(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct errs e = { .a = &a, .lang = EN };
    const char *dir = getenv("TMPDIR"), *path = arena_printf(&a, "%s/sm3.key", dir ? dir : "/tmp");
    unlink(path);
    CLEANUP(seal_freep) struct seal *s = seal_create(path, &e);
    assert_non_null(s);
    for (int turn = 0; turn < 2; turn++) { /* and with another key for encryption */
        for (size_t n = 0; n <= SEAL_PLAIN_MAX; n++) {
            struct sealing x[NEIGHBOURS];
            size_t many = n % (NEIGHBOURS + 1);
            for (size_t i = 0; i < many; i++) {
                size_t len = i % 3 ? n : (n * 7 + i) % 64; /* short ones between long ones */
                uint8_t *text = arena_alloc(&a, len + 8);
                fill(text + i % 8, len, i);
                x[i] = (struct sealing){ { (const char *)text + i % 8, len },
                                         arena_alloc(&a, SEAL_OVERHEAD + len + 1) };
            }
            enum seal_kind kind = n % 2 ? SEAL_ID_NUMBER : SEAL_BANK_ACCOUNT;
            seal_put_many(s, kind, x, many);
            for (size_t i = 0; i < many; i++) {
                uint8_t alone[SEAL_OVERHEAD + SEAL_PLAIN_MAX];
                struct str plain;
                size_t len = SEAL_OVERHEAD + x[i].plain.n;
                seal_put(s, kind, x[i].plain, alone);
                assert_memory_equal(x[i].out, alone, len);
                assert_int_equal(x[i].out[len], 0); /* and nothing behind it */
                assert_true(seal_get(s, kind, (struct bytes){ x[i].out, len }, &a, &plain));
                assert_true(str_eq(plain, x[i].plain));
            }
            arena_reset(&a);
        }
        path = arena_printf(&a, "%s/sm3.key", dir ? dir : "/tmp");
        assert_true(seal_add_enc(s, path, &e));
    }
    unlink(path);
    unlink(arena_printf(&a, "%s.old", path));
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sm3_gives_the_digests_that_the_standard_prints_for_each_way_of_the_processor),
        cmocka_unit_test(sm3_gives_what_libcrypto_gives_for_every_length_wherever_a_text_lies),
        cmocka_unit_test(texts_sealed_together_are_sealed_as_each_alone_whatever_their_length_and_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
