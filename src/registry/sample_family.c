#include "registry/sample_parts.h"

/* Code table relation (dictionary §8.18), where person.h has no name. */
enum {
    DAUGHTER_IN_LAW = 5,
    SON_IN_LAW = 6,
    GRANDSON = 7,
    GRANDDAUGHTER = 8,
    DAUGHTERS_SON = 9,
    DAUGHTERS_DAUGHTER = 10,
    FATHER = 11,
    MOTHER = 12,
    WIFES_FATHER = 13,
    WIFES_MOTHER = 14,
    HUSBANDS_FATHER = 15,
    HUSBANDS_MOTHER = 16,
    SIBLING = 23,
};
enum { HAN = 1 }; /* a place in the list of ethnicities */

/* --- names -------------------------------------------------------------------------------- */

/* How many of ten thousand bear it. */
static const struct {
    struct word name;
    uint16_t n;
} surnames[] = {
    { W("王"), 715 },  { W("李"), 719 }, { W("张"), 683 }, { W("刘"), 538 }, { W("陈"), 453 },
    { W("杨"), 308 },  { W("赵"), 229 }, { W("黄"), 223 }, { W("周"), 212 }, { W("吴"), 205 },
    { W("徐"), 167 },  { W("孙"), 154 }, { W("胡"), 131 }, { W("朱"), 126 }, { W("高"), 121 },
    { W("林"), 118 },  { W("何"), 117 }, { W("郭"), 115 }, { W("马"), 107 }, { W("罗"), 86 },
    { W("梁"), 84 },   { W("宋"), 81 },  { W("郑"), 79 },  { W("谢"), 72 },  { W("韩"), 68 },
    { W("唐"), 65 },   { W("冯"), 64 },  { W("于"), 62 },  { W("董"), 62 },  { W("肖"), 59 },
    { W("程"), 57 },   { W("曹"), 57 },  { W("袁"), 54 },  { W("邓"), 54 },  { W("许"), 53 },
    { W("傅"), 51 },   { W("沈"), 51 },  { W("曾"), 50 },  { W("彭"), 49 },  { W("吕"), 47 },
    { W("苏"), 47 },   { W("卢"), 47 },  { W("蒋"), 47 },  { W("蔡"), 46 },  { W("贾"), 43 },
    { W("丁"), 42 },   { W("魏"), 42 },  { W("薛"), 42 },  { W("叶"), 42 },  { W("阎"), 41 },
    { W("余"), 41 },   { W("潘"), 40 },  { W("杜"), 40 },  { W("戴"), 39 },  { W("夏"), 37 },
    { W("钟"), 37 },   { W("汪"), 37 },  { W("田"), 37 },  { W("任"), 36 },  { W("姜"), 36 },
    { W("范"), 36 },   { W("方"), 36 },  { W("石"), 36 },  { W("姚"), 35 },  { W("谭"), 34 },
    { W("廖"), 34 },   { W("邹"), 33 },  { W("熊"), 33 },  { W("金"), 33 },  { W("陆"), 32 },
    { W("郝"), 32 },   { W("孔"), 31 },  { W("白"), 31 },  { W("崔"), 31 },  { W("康"), 30 },
    { W("毛"), 30 },   { W("邱"), 29 },  { W("秦"), 29 },  { W("江"), 28 },  { W("史"), 28 },
    { W("顾"), 28 },   { W("侯"), 27 },  { W("邵"), 27 },  { W("孟"), 26 },  { W("龙"), 26 },
    { W("万"), 25 },   { W("段"), 25 },  { W("雷"), 24 },  { W("钱"), 24 },  { W("汤"), 23 },
    { W("尹"), 22 },   { W("黎"), 22 },  { W("易"), 21 },  { W("常"), 21 },  { W("武"), 20 },
    { W("乔"), 20 },   { W("贺"), 19 },  { W("赖"), 18 },  { W("龚"), 18 },  { W("文"), 17 },
    { W("欧阳"), 10 }, { W("上官"), 9 }, { W("司徒"), 8 },
};

/* Characters of given names by generation and sex; each is three bytes. */
static const struct str given[2][2] = {
    { W("建国志强明华军平文德福贵财生荣成春海山林木水火金银根宝来发旺富祥庆云龙虎才良忠义信孝永长光学正"
        "新东南树松柏江河清玉祖家世昌兴隆顺友安康全伟勇刚毅炳炎坤添进喜胜利民泉波传仁礼智宽厚勤"),
      W("秀英桂兰玉珍凤霞翠花梅菊香莲芳芬琴美丽红燕萍娟淑惠贤素云月娥银金妹招娣巧彩春秋冬雪珠宝爱华荣荷清"
        "碧琼瑞仙娇妙锦绣罗枝叶阿水锡莉慧敏芝桃杏雅静娜彦") },
    { W("浩宇轩子涵俊杰鑫磊鹏飞博文思远天佑嘉豪泽睿晨阳旭东昊然皓航凯翔峰超涛斌辉健伟志明家铭梓逸诚诺恒毅"
        "霖煜锋楷炜琪瑞彬政勋钧骏驰乐硕淳禹昱朗韬奕铮珂晟"),
      W("欣怡雨萱梓涵诗琪佳慧静雅婷颖倩雪莹梦瑶思语嫣然可馨悦彤晓敏丹妮琳玲珊瑜婉若曦蕾蓉露娜媛菲芷柔安宁"
        "璇蕊薇芸茜楠桐恬沁姝韵岚蔓黛绮璐妍") },
};

static void fill_surnames(struct maker *mk)
{
    uint64_t all = 0, so_far = 0;
    for (size_t i = 0; i < N_ELEMS(surnames); i++)
        all += surnames[i].n;
    for (size_t i = 0, at = 0; i < N_ELEMS(surnames); i++) {
        so_far += surnames[i].n;
        while (at < SURNAME_ROLLS * so_far / all)
            mk->surname[at++] = (uint8_t)i;
    }
}

static int any_surname(struct maker *mk)
{
    return mk->surname[rng_below(&mk->rng, SURNAME_ROLLS)];
}

static void give_name(struct maker *mk, struct member *m, int surname)
{
    enum { BYTES = 3, YOUNG = 42, ONE_CHARACTER = 220, TWICE_THE_SAME = 20 };
    const struct str *from = &given[m->age < YOUNG][m->sex == SEX_FEMALE];
    int all = (int)from->n / BYTES, first = rng_below(&mk->rng, all), second = rng_below(&mk->rng, all);
    if (second == first)
        second = (first + 1) % all;
    m->name = surnames[surname].name;
    memcpy(m->name.p + m->name.n, from->p + BYTES * first, BYTES);
    m->name.n += BYTES;
    if (rng_permille(&mk->rng, ONE_CHARACTER))
        return;
    if (m->age < YOUNG && m->sex == SEX_FEMALE && rng_permille(&mk->rng, TWICE_THE_SAME))
        second = first;
    memcpy(m->name.p + m->name.n, from->p + BYTES * second, BYTES);
    m->name.n += BYTES;
}

/* --- birth and ID number ------------------------------------------------------------------ */

/* Each birth day and sex has 500 numbers in a county, and no two persons get the same. */
static void number_person(struct maker *mk, struct member *m)
{
    enum { NUMBERS = 500, STEP = 187 }; /* no common divisor: every number comes once */
    int lived = mk->birthday[0].day - m->birth.day, sex = m->sex == SEX_FEMALE;
    while (mk->used[lived][sex] == NUMBERS)
        lived++;
    m->birth.day = mk->birthday[0].day - lived;
    while (m->birth.day <= mk->birthday[m->age + 1].day)
        m->age++;
    int nth = mk->used[lived][sex]++;
    struct civil c = date_civil(m->birth);
    char *p = m->id_number;
    memcpy(p, mk->at.id_prefix, sizeof mk->at.id_prefix);
    uint64_t birth = (uint64_t)c.year * 10000 + (uint64_t)c.month * 100 + (uint64_t)c.day;
    p = put_digits(p + sizeof mk->at.id_prefix, birth, 8);
    uint64_t order = ((uint64_t)nth * STEP + (uint64_t)lived * 101) % NUMBERS;
    p = put_digits(p, order * 2 + (m->sex == SEX_MALE), 3);
    *p = idno_check_char(m->id_number);
}

static struct member *add(struct maker *mk, struct family *f, int relation, int sex, int age, int surname)
{
    if (f->n == MEMBERS_MAX || age < 0 || age > OLDEST - 2)
        return NULL;
    struct member *m = &f->m[f->n++];
    *m = (struct member){ .relation = (uint8_t)relation, .sex = (uint8_t)sex, .age = age };
    int first = mk->birthday[age + 1].day + 1, last = mk->birthday[age].day;
    m->birth.day = rng_between(&mk->rng, first, last);
    number_person(mk, m);
    give_name(mk, m, surname);
    bool married_in = relation == RELATION_SPOUSE || relation == DAUGHTER_IN_LAW || relation == SON_IN_LAW;
    m->ethnicity = (uint8_t)(married_in && rng_permille(&mk->rng, 60) ? HAN : f->ethnicity);
    m->marital = married_in ? MARITAL_MARRIED : MARITAL_SINGLE;
    return m;
}

void maker_init(struct maker *mk, const struct sample_options *o)
{
    *mk = (struct maker){ .rng = { o->seed }, .year = date_civil(o->today).year };
    for (int age = 0; age < (int)N_ELEMS(mk->birthday); age++)
        mk->birthday[age] = date_add_months(o->today, -12 * age);
    mk->used = xcalloc(DAYS_LIVED_MAX, sizeof *mk->used);
    fill_surnames(mk);
}

static struct word name_of(int64_t six_digits)
{
    return sample_region_name((struct region_code){ six_digits * 1000000 });
}

void maker_enter_county(struct maker *mk, int64_t county)
{
    mk->at.county = county;
    mk->at.serial = 0;
    int64_t next = county % 100 < 99 ? county + 1 : county - 1;
    mk->at.province = name_of(county / 10000 * 10000);
    mk->at.city = name_of(county / 100 * 100);
    mk->at.county_name = name_of(county);
    mk->at.next_county_name = name_of(next);
    memcpy(mk->at.id_prefix, "99", 2);
    put_digits(mk->at.id_prefix + 2, (uint64_t)(county % 10000), 4);
    memset(mk->used, 0, DAYS_LIVED_MAX * sizeof *mk->used);
}

void maker_release(struct maker *mk)
{
    freep(&mk->used);
}

/* --- who lives together ------------------------------------------------------------------- */

static void make_couple(struct maker *mk, struct family *f)
{
    static const uint16_t ages[] = { 80, 190, 300, 240, 130, 60 },
                          married[] = { 640, 780, 800, 790, 690, 430 };
    enum {
        DECADE = 10,
        YOUNGEST = 25,
        MALE = 850,
        MALE_SPOUSE = 400,
        MET_SOMEBODY = 500,
        MET_LONG_AGO = 850
    };
    int decade = rng_choose(&mk->rng, ages, N_ELEMS(ages));
    int age = YOUNGEST + DECADE * decade + rng_below(&mk->rng, DECADE);
    bool male = rng_permille(&mk->rng, MALE);
    bool couple = rng_permille(&mk->rng, male ? married[decade] : MALE_SPOUSE);
    f->line = any_surname(mk);
    f->own = male ? f->line : any_surname(mk);
    struct member *head = add(mk, f, RELATION_HEAD, male ? SEX_MALE : SEX_FEMALE, age, f->own);
    f->ever_married = couple || rng_permille(&mk->rng, age < 50 ? MET_SOMEBODY : MET_LONG_AGO) || !male;
    f->mothers_age = male ? age - 2 : age;
    if (!couple)
        return;
    head->marital = MARITAL_MARRIED;
    int younger = rng_between(&mk->rng, -2, 6);
    int other = male ? age - younger : age + younger;
    if (other < 22)
        other = 22;
    add(mk, f, RELATION_SPOUSE, male ? SEX_FEMALE : SEX_MALE, other, male ? any_surname(mk) : f->line);
    if (male)
        f->mothers_age = other;
}

/* Daughters marry out, sons stay more often. */
static bool still_at_home(struct maker *mk, int sex, int age)
{
    static const struct {
        int below;
        uint16_t son, daughter;
    } rows[] = {
        { 20, 1000, 1000 }, { 25, 860, 820 }, { 30, 700, 330 },
        { 40, 520, 110 },   { 50, 380, 60 },  { 200, 150, 30 },
    };
    size_t i = 0;
    while (age >= rows[i].below)
        i++;
    return rng_permille(&mk->rng, sex == SEX_MALE ? rows[i].son : rows[i].daughter);
}

static void make_children(struct maker *mk, struct family *f)
{
    static const uint16_t how_many[] = { 60, 290, 450, 150, 50 };
    enum { MALE = 525, FIRST_AT = 20, LAST_AT = 45 };
    int n = f->ever_married ? rng_choose(&mk->rng, how_many, N_ELEMS(how_many)) : 0;
    int at = FIRST_AT + rng_below(&mk->rng, 9);
    for (int i = 0; i < n && at <= LAST_AT && at <= f->mothers_age; i++) {
        int age = f->mothers_age - at;
        int sex = rng_permille(&mk->rng, MALE) ? SEX_MALE : SEX_FEMALE;
        if (still_at_home(mk, sex, age))
            add(mk, f, sex == SEX_MALE ? RELATION_SON : RELATION_DAUGHTER, sex, age, f->line);
        at += 2 + rng_below(&mk->rng, 5);
    }
}

static void make_grandchildren(struct maker *mk, struct family *f, int mothers_age, bool of_son, int surname)
{
    static const uint16_t how_many[] = { 200, 440, 310, 50 };
    enum { GROWN_UP = 26 };
    int n = rng_choose(&mk->rng, how_many, N_ELEMS(how_many));
    int at = 21 + rng_below(&mk->rng, 6);
    for (int i = 0; i < n && at <= mothers_age; i++, at += 2 + rng_below(&mk->rng, 4)) {
        if (mothers_age - at >= GROWN_UP)
            continue;
        bool male = rng_permille(&mk->rng, 520);
        int relation =
            of_son ? (male ? GRANDSON : GRANDDAUGHTER) : (male ? DAUGHTERS_SON : DAUGHTERS_DAUGHTER);
        add(mk, f, relation, male ? SEX_MALE : SEX_FEMALE, mothers_age - at, surname);
    }
}

/* The eldest grown-up son at home, or daughter where there is no such son. */
static struct member *heir(struct family *f)
{
    enum { OLD_ENOUGH = 24 };
    struct member *daughter = NULL;
    for (int i = 0; i < f->n; i++) {
        struct member *m = &f->m[i];
        if (m->relation == RELATION_SON && m->age >= OLD_ENOUGH)
            return m;
        if (m->relation == RELATION_DAUGHTER && m->age >= OLD_ENOUGH && !daughter)
            daughter = m;
    }
    return daughter;
}

static void make_young_couple(struct maker *mk, struct family *f)
{
    enum { SON_MARRIED = 520, DAUGHTER_MARRIED = 300 };
    struct member *who = heir(f);
    bool son = who && who->sex == SEX_MALE;
    if (!who || !rng_permille(&mk->rng, son ? SON_MARRIED : DAUGHTER_MARRIED))
        return;
    who->marital = MARITAL_MARRIED;
    int age = who->age + (son ? rng_between(&mk->rng, -3, 1) : rng_between(&mk->rng, -1, 5));
    int surname = any_surname(mk);
    if (son)
        add(mk, f, DAUGHTER_IN_LAW, SEX_FEMALE, age, surname);
    else
        add(mk, f, SON_IN_LAW, SEX_MALE, age, surname);
    make_grandchildren(mk, f, son ? age : who->age, son, son ? f->line : surname);
}

/* Left with the old while their parents live and work elsewhere. */
static void make_left_behind(struct maker *mk, struct family *f)
{
    if (f->mothers_age < 50 || f->mothers_age > 66 || !f->ever_married || f->n > 2 ||
        !rng_permille(&mk->rng, 70))
        return;
    make_grandchildren(mk, f, f->mothers_age - rng_between(&mk->rng, 22, 27), true, f->line);
}

/* In a thousand: how often the mother of somebody of age `of` is alive and lives here. */
static int mother_at_home(int of, int mothers_age)
{
    enum { LIVES_LONG = 88 };
    int permille = of < 40 ? 400 : of < 55 ? 330 : of < 66 ? 130 : 20;
    return mothers_age > LIVES_LONG ? permille / 3 : permille;
}

static void make_parents_of(struct maker *mk, struct family *f, int of, int father, int surname)
{
    enum { FATHER_TOO = 620, FATHER_ALONE = 150 };
    int age = of + rng_between(&mk->rng, 20, 31), at_home = mother_at_home(of, age);
    bool mother_there = rng_permille(&mk->rng, at_home);
    bool father_there = rng_permille(&mk->rng, mother_there ? FATHER_TOO : FATHER_ALONE * at_home / 1000);
    struct member *he = NULL, *she = NULL;
    if (father_there)
        he = add(mk, f, father, SEX_MALE, age + rng_between(&mk->rng, -1, 5), surname);
    if (mother_there)
        she = add(mk, f, father + 1, SEX_FEMALE, age, any_surname(mk));
    if (he)
        he->marital = she ? MARITAL_MARRIED : MARITAL_WIDOWED;
    if (she)
        she->marital = he ? MARITAL_MARRIED : MARITAL_WIDOWED;
}

static void make_parents(struct maker *mk, struct family *f)
{
    enum { WIFES = 40, HUSBANDS = 600 };
    const struct member *head = &f->m[0], *spouse = &f->m[1];
    bool couple = f->n > 1 && spouse->relation == RELATION_SPOUSE, male = head->sex == SEX_MALE;
    if (!couple || !rng_permille(&mk->rng, male ? WIFES : HUSBANDS))
        make_parents_of(mk, f, head->age, FATHER, f->own);
    else if (male)
        make_parents_of(mk, f, spouse->age, WIFES_FATHER, any_surname(mk));
    else
        make_parents_of(mk, f, spouse->age, HUSBANDS_FATHER, f->line);
}

static void make_sibling(struct maker *mk, struct family *f)
{
    const struct member *head = &f->m[0];
    if (f->n > 2 || head->age < 30 || !rng_permille(&mk->rng, 40))
        return;
    int age = head->age + rng_between(&mk->rng, -8, 6);
    add(mk, f, SIBLING, rng_permille(&mk->rng, 800) ? SEX_MALE : SEX_FEMALE, age < 20 ? 20 : age, f->own);
}

static void settle_marriage(struct maker *mk, struct family *f, struct member *m)
{
    enum { DIVORCED_YOUNG = 650, DIVORCED_OLD = 180, ADULT = 30, OLD = 55 };
    if (m->marital != MARITAL_SINGLE)
        return;
    if (m->relation != RELATION_HEAD)
        m->marital = m->age >= ADULT && rng_permille(&mk->rng, 80) ? MARITAL_DIVORCED : MARITAL_SINGLE;
    else if (f->ever_married)
        m->marital = rng_permille(&mk->rng, m->age < OLD ? DIVORCED_YOUNG : DIVORCED_OLD) ? MARITAL_DIVORCED
                                                                                          : MARITAL_WIDOWED;
}

void family_make(struct maker *mk, struct family *f)
{
    static const uint16_t ethnicities[] = { 0, 920, 15, 12, 12, 10, 8, 8, 5, 4, 3, 3 };
    f->n = 0;
    f->ethnicity = rng_choose(&mk->rng, ethnicities, N_ELEMS(ethnicities));
    make_couple(mk, f);
    make_children(mk, f);
    make_young_couple(mk, f);
    make_left_behind(mk, f);
    make_parents(mk, f);
    make_sibling(mk, f);
    for (int i = 0; i < f->n; i++) {
        settle_marriage(mk, f, &f->m[i]);
        member_live(mk, &f->m[i]);
    }
}
