#include "access/password.h"

#include "base/buf.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <sodium.h>

enum { AT_ONCE = 2, DIFFERENT_MIN = 5, DIGITS = 1000000 };
static const unsigned long long passes = 3;
static const size_t memory = 32 << 20;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t free_place = PTHREAD_COND_INITIALIZER;
static int places = AT_ONCE;

/* Whoever sends many passwords fills this queue and not the memory. */
static void take_place(void)
{
    pthread_mutex_lock(&lock);
    while (!places)
        pthread_cond_wait(&free_place, &lock);
    places--;
    pthread_mutex_unlock(&lock);
}

static void give_place(void)
{
    pthread_mutex_lock(&lock);
    places++;
    pthread_cond_signal(&free_place);
    pthread_mutex_unlock(&lock);
}

bool password_fits(struct str password, struct str login, struct errs *e)
{
    bool seen[256] = { false };
    size_t different = 0;
    for (size_t i = 0; i < password.n; i++) {
        different += !seen[(unsigned char)password.p[i]];
        seen[(unsigned char)password.p[i]] = true;
    }
    if (password.n > PASSWORD_MAX || str_chars(password) < PASSWORD_MIN)
        return fail(e, ERR_INVALID, "password", MSG_PASSWORD_LENGTH, A((int)PASSWORD_MIN),
                    A((int)PASSWORD_MAX));
    if (different < DIFFERENT_MIN || (login.n > 3 && str_has(password, login)))
        return fail(e, ERR_INVALID, "password", MSG_PASSWORD_EASY);
    return true;
}

const char *password_hash(struct str password, struct arena *a)
{
    char *out = arena_alloc(a, crypto_pwhash_STRBYTES);
    take_place();
    int failed =
        crypto_pwhash_str_alg(out, password.p, password.n, passes, memory, crypto_pwhash_ALG_ARGON2ID13);
    give_place();
    return failed ? NULL : out;
}

bool password_matches(const char *hash, struct str password)
{
    /* Of nobody's password, with the same cost. */
    static const char nobody[] = "$argon2id$v=19$m=32768,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    take_place();
    int differs = crypto_pwhash_str_verify(hash ? hash : nobody, password.p ? password.p : "", password.n);
    give_place();
    return hash && !differs;
}

/* --- codes of an authenticator ------------------------------------------------------------ */

int totp_code(const uint8_t secret[TOTP_BYTES], int64_t step)
{
    uint8_t counter[8], mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    if (!HMAC(EVP_sha1(), secret, TOTP_BYTES, counter, sizeof counter, mac, &n) || n != 20)
        return -1;
    size_t at = mac[19] & 15;
    uint32_t v = (uint32_t)(mac[at] & 127) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 |
                 (uint32_t)mac[at + 3];
    return (int)(v % DIGITS);
}

bool totp_matches(const uint8_t secret[TOTP_BYTES], struct str code, struct instant now, int64_t used,
                  int64_t *step)
{
    int64_t is = now.us / 1000000 / TOTP_STEP_S;
    bool found = false;
    for (int64_t s = is - 1; s <= is + 1; s++) {
        char want[8];
        snprintf(want, sizeof want, "%06d", totp_code(secret, s));
        if (code.n == 6 && sodium_memcmp(want, code.p, 6) == 0 && s > used) {
            found = true;
            *step = s;
        }
    }
    return found;
}

struct str totp_uri(const uint8_t secret[TOTP_BYTES], struct str login, struct arena *a)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char text[TOTP_BYTES * 8 / 5 + 1];
    size_t n = 0;
    for (size_t bit = 0; bit < TOTP_BYTES * 8; bit += 5) {
        uint32_t two = (uint32_t)secret[bit / 8] << 8 | (bit / 8 + 1 < TOTP_BYTES ? secret[bit / 8 + 1] : 0);
        text[n++] = alphabet[two >> (11 - bit % 8) & 31];
    }
    text[n] = '\0';
    return str_of(
        arena_printf(a, "otpauth://totp/bangfu:%.*s?secret=%s&issuer=bangfu", (int)login.n, login.p, text));
}
