#include "programme/rule_program.h"

static int128 absolute(int128 v)
{
    return v < 0 ? -v : v;
}

static int128 common_divisor(int128 a, int128 b)
{
    while (b) {
        int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The smallest int64 has no opposite and is no numerator: what negates would have to check. */
static bool fits(int128 v)
{
    return v <= INT64_MAX && v > INT64_MIN;
}

bool fraction_of(int128 num, int128 den, struct fraction *out)
{
    if (den == 0)
        return false;
    if (den < 0) {
        num = -num;
        den = -den;
    }
    if (den != 1) {
        int128 by = common_divisor(absolute(num), den);
        num /= by;
        den /= by;
    }
    if (!fits(num) || !fits(den))
        return false;
    *out = (struct fraction){ (int64_t)num, (int64_t)den };
    return true;
}

bool fraction_combine(enum rule_op op, struct fraction a, struct fraction b, struct fraction *out)
{
    switch (op) {
    case OP_ADD:
        return fraction_of((int128)a.num * b.den + (int128)b.num * a.den, (int128)a.den * b.den, out);
    case OP_SUBTRACT:
        return fraction_of((int128)a.num * b.den - (int128)b.num * a.den, (int128)a.den * b.den, out);
    case OP_MULTIPLY: return fraction_of((int128)a.num * b.num, (int128)a.den * b.den, out);
    default: assert(op == OP_DIVIDE); return fraction_of((int128)a.num * b.den, (int128)a.den * b.num, out);
    }
}

bool fraction_round(int64_t num, int64_t den, int scale, int64_t *out)
{
    assert(den > 0);
    int128 wide = (int128)num * power_of_ten[scale];
    int128 result = (absolute(wide) * 2 + den) / ((int128)den * 2);
    if (num < 0)
        result = -result;
    if (!fits(result))
        return false;
    *out = (int64_t)result;
    return true;
}
