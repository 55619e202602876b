#include "registry/household.h"
#include "registry/sample_parts.h"

const char sample_household_heading[] = "户编号,村代码,户主姓名,家庭住址,联系电话,贫困户属性,主要致贫原因,"
                                        "脱贫状态,脱贫年度,是否二女户,是否落实计划生育,"
                                        "开户银行,银行账号,账号类型,识别标准,其他致贫原因,建档年度,"
                                        "计划脱贫年度,返贫年度,返贫原因,户标签,是否军烈属,"
                                        "是否独生子女户,计生家庭类型,有无从事种养的能力\r\n";
const char sample_person_heading[] = "户编号,姓名,证件号码,与户主关系,民族,政治面貌,文化程度,健康状况,"
                                     "劳动技能,在校生状况,是否村干部,性别,婚姻状况,"
                                     "残疾类别,残疾等级,特长,务工所在省,务工所在市,务工所在县,务工区域,"
                                     "务工时间,务工月收入,就业渠道,是否公益性岗位,"
                                     "公益性岗位月数,是否享受低保,是否特困供养人员,联系电话\r\n";
const char sample_income_heading[] =
    "户编号,年度,工资性收入,生产经营性收入,财产性收入,转移性收入,生产经营性支出\r\n";

/* --- households.csv ----------------------------------------------------------------------- */

static const struct word causes[] = {
    [CAUSE_ILLNESS] = W("因病"),
    [CAUSE_DISABILITY] = W("因残"),
    [CAUSE_SCHOOLING] = W("因学"),
    [CAUSE_DISASTER] = W("因灾"),
    [CAUSE_LAND] = W("缺土地"),
    [CAUSE_WATER] = W("缺水"),
    [CAUSE_SKILL] = W("缺技术"),
    [CAUSE_NO_LABOUR] = W("缺劳力"),
    [CAUSE_CAPITAL] = W("缺资金"),
    [CAUSE_TRANSPORT] = W("交通条件落后"),
    [CAUSE_DRIVE] = W("自身发展动力不足"),
    [CAUSE_MARRIAGE] = W("因婚"),
    [CAUSE_BEREAVEMENT] = W("因丧"),
};

static char *cell_household_no(char *p, const struct place *at, int64_t serial)
{
    *p++ = 'B';
    p = put_digits(p, (uint64_t)at->county, 6);
    *p++ = '-';
    return cell_digits(p, (uint64_t)serial, 7);
}

/* 999999, four digits of the county, the household's serial number and a Luhn digit. */
static char *cell_account(char *p, const struct place *at)
{
    static const uint8_t doubled[] = { 0, 2, 4, 6, 8, 1, 3, 5, 7, 9 };
    enum { DIGITS = 18 };
    int sum = 0;
    memset(p, '9', 6);
    put_digits(p + 6, (uint64_t)(at->county % 10000), 4);
    put_digits(p + 10, (uint64_t)at->serial, 8);
    for (int i = 0; i < DIGITS; i += 2)
        sum += p[i] - '0' + doubled[p[i + 1] - '0'];
    p[DIGITS] = (char)('0' + (10 - sum % 10) % 10);
    return blank(p + DIGITS + 1);
}

/* Few have none, and few give their neighbour's. */
static int64_t choose_phone(struct maker *mk)
{
    enum { NONE = 40, NEIGHBOURS = 4 };
    int roll = rng_below(&mk->rng, 1000);
    bool neighbours = roll < NONE + NEIGHBOURS && mk->households > 1;
    return roll < NONE ? 0 : INT64_C(13900000000) + mk->households - neighbours;
}

static char *cell_tags(char *p, const struct home *h)
{
    static const struct word words[] = {
        W("低保"), W("特困"), W("大病"), W("重残"), W("无劳力"), W("党员户")
    };
    static const struct word comma = W("、");
    const bool has[] = { h->kind == KIND_ALLOWANCE,
                         h->kind == KIND_EXTREME_POVERTY,
                         h->seriously_ill,
                         h->severely_disabled,
                         !h->working,
                         h->party };
    bool first = true;
    for (size_t i = 0; i < N_ELEMS(words); i++) {
        if (!has[i])
            continue;
        p = first ? p : put_word(p, &comma);
        p = put_word(p, &words[i]);
        first = false;
    }
    return blank(p);
}

static char *cells_bank(char *p, struct maker *mk)
{
    static const struct word banks[] = { W("农村信用社"), W("农业银行"), W("邮政储蓄银行"),
                                         W("农村商业银行") };
    static const struct word kinds[] = { W("卡"), W("社保卡") };
    static const uint16_t bank[] = { 520, 180, 170 };
    enum { NO_ACCOUNT = 50, SOCIAL_SECURITY_CARD = 180 };
    if (rng_permille(&mk->rng, NO_ACCOUNT))
        return blank(blank(blank(p)));
    p = cell(p, &banks[rng_choose(&mk->rng, bank, N_ELEMS(banks))]);
    p = cell_account(p, &mk->at);
    return cell(p, &kinds[rng_permille(&mk->rng, SOCIAL_SECURITY_CARD)]);
}

static char *cell_attribute(char *p, const struct home *h)
{
    static const struct word words[2][3] = {
        { W("一般贫困户"), W("低保贫困户"), W("五保贫困户") },
        { W("一般脱贫户"), W("低保脱贫户"), W("特困脱贫户") },
    };
    return cell(p, &words[h->state == STATE_EXITED][h->kind]);
}

static char *cell_state(char *p, const struct home *h)
{
    static const struct word words[] = { [STATE_POOR] = W("未脱贫"),
                                         [STATE_EXITED] = W("已脱贫"),
                                         [STATE_PRE_EXIT] = W("预脱贫"),
                                         [STATE_FALLEN_BACK] = W("返贫") };
    return cell(p, &words[h->state]);
}

static void household_row(struct out *o, struct maker *mk, const struct home *h, int64_t phone)
{
    static const struct word ordinal = W("第"), group = W("组");
    static const struct word planning[] = { { .n = 0 }, W("独生子女户"), W("二女户") };
    static const struct word standards[] = { W("国家标准"), W("省定标准") };
    enum { GROUPS = 12, COMPLIANCE_UNKNOWN = 20, COMPLIES = 981, MARTYRS = 12, PROVINCIAL = 150 };
    char *p = row_begin(o);
    p = cell_household_no(p, &mk->at, mk->at.serial);
    p = cell_digits(p, (uint64_t)mk->at.village, 12);
    p = cell(p, &h->f.m[0].name);
    p = put_number(put_word(p, &ordinal), 1 + rng_below(&mk->rng, GROUPS));
    p = cell(p, &group);
    p = phone ? cell_digits(p, (uint64_t)phone, 11) : blank(p);
    p = cell_attribute(p, h);
    p = cell(p, &causes[h->cause]);
    p = cell_state(p, h);
    p = cell_year(p, h->exit_year);
    p = cell_yesno(p, h->two_daughters);
    bool unknown = rng_permille(&mk->rng, COMPLIANCE_UNKNOWN);
    p = unknown ? blank(p) : cell_yesno(p, rng_permille(&mk->rng, COMPLIES));
    p = cells_bank(p, mk);
    p = cell(p, &standards[rng_permille(&mk->rng, PROVINCIAL)]);
    p = cell_code(p, causes, h->other_cause);
    p = cell_year(p, h->registered);
    p = cell_year(p, h->planned_exit_year);
    p = cell_year(p, h->back_year);
    p = cell_code(p, causes, h->back_cause);
    p = cell_tags(p, h);
    p = cell_yesno(p, rng_permille(&mk->rng, MARTYRS));
    p = cell_yesno(p, h->one_child);
    p = cell_code(p, planning,
                  h->two_daughters ? FAMILY_PLANNING_TWO_DAUGHTERS
                  : h->one_child   ? FAMILY_PLANNING_ONE_CHILD
                                   : 0);
    p = cell_yesno(p, h->working > 0);
    row_end(o, p);
}

/* --- persons.csv -------------------------------------------------------------------------- */

static char *cells_standing(char *p, struct maker *mk, const struct member *m)
{
    static const struct word relations[] = {
        [1] = W("户主"),        [2] = W("配偶"),      [3] = W("之子"),    [4] = W("之女"),
        [5] = W("之儿媳"),      [6] = W("之女婿"),    [7] = W("之孙子"),  [8] = W("之孙女"),
        [9] = W("之外孙子"),    [10] = W("之外孙女"), [11] = W("之父"),   [12] = W("之母"),
        [13] = W("之岳父"),     [14] = W("之岳母"),   [15] = W("之公公"), [16] = W("之婆婆"),
        [23] = W("之兄弟姐妹"),
    };
    static const struct word ethnicities[] = {
        { .n = 0 },  W("汉族"), W("畲族"), W("回族"), W("苗族"),   W("壮族"),
        W("土家族"), W("彝族"), W("满族"), W("侗族"), W("蒙古族"), W("布依族"),
    };
    static const struct word politics[] = { [1] = W("中共党员"), [3] = W("共青团员"), [13] = W("群众") };
    enum { ETHNICITY_LEFT_OUT = 3 };
    p = cell(p, &relations[m->relation]);
    p = cell_code(p, ethnicities, rng_permille(&mk->rng, ETHNICITY_LEFT_OUT) ? 0 : m->ethnicity);
    return cell(p, &politics[m->political]);
}

static char *cell_health(char *p, const struct member *m)
{
    static const struct word words[] = { [HEALTH_HEALTHY] = W("健康"),
                                         [HEALTH_CHRONIC_ILLNESS] = W("长期慢性病"),
                                         [HEALTH_SERIOUS_ILLNESS] = W("患有大病"),
                                         [HEALTH_DISABLED] = W("残疾"),
                                         [5] = W("长期慢性病、残疾") };
    return cell(p, &words[m->also_chronic ? 5 : m->health]);
}

static char *cells_ability(char *p, struct maker *mk, const struct member *m)
{
    static const struct word educations[] = {
        [1] = W("文盲或半文盲"), [2] = W("小学"), [3] = W("初中"),
        [4] = W("高中"),         [7] = W("大专"), [8] = W("本科及以上"),
    };
    static const struct word grades[] = {
        [1] = W("非在校生"),
        [2] = W("学龄前儿童"),
        [3] = W("学前教育"),
        [4] = W("小学"),
        [5] = W("七年级"),
        [6] = W("八年级"),
        [7] = W("九年级"),
        [8] = W("普通高中一年级"),
        [9] = W("普通高中二年级"),
        [10] = W("普通高中三年级"),
        [11] = W("中职一年级"),
        [12] = W("中职二年级"),
        [13] = W("中职三年级"),
        [14] = W("高职一年级"),
        [15] = W("高职二年级"),
        [16] = W("高职三年级"),
        [22] = W("本科一年级"),
        [23] = W("本科二年级"),
        [24] = W("本科三年级"),
        [25] = W("本科四年级"),
        [27] = W("硕士研究生及以上"),
    };
    static const struct word labours[] = { [LABOUR_ORDINARY] = W("普通劳动力"),
                                           [LABOUR_SKILLED] = W("技能劳动力"),
                                           [LABOUR_LOST] = W("丧失劳动力"),
                                           [LABOUR_NONE] = W("无劳动力"),
                                           [LABOUR_WEAK] = W("弱劳动力或半劳动力") };
    enum { EDUCATION_LEFT_OUT = 4 };
    p = cell_code(p, educations, rng_permille(&mk->rng, EDUCATION_LEFT_OUT) ? 0 : m->education);
    p = cell_health(p, m);
    p = cell(p, &labours[m->labour]);
    return cell(p, &grades[m->student]);
}

static char *cells_particulars(char *p, const struct member *m)
{
    static const struct word sexes[] = { [SEX_MALE] = W("男"), [SEX_FEMALE] = W("女") };
    static const struct word marital[] = { [MARITAL_SINGLE] = W("未婚"),
                                           [MARITAL_MARRIED] = W("已婚"),
                                           [MARITAL_WIDOWED] = W("丧偶"),
                                           [MARITAL_DIVORCED] = W("离婚") };
    static const struct word kinds[] = { { .n = 0 }, W("视力"), W("听力"), W("言语"),
                                         W("肢体"),  W("智力"), W("精神"), W("多重") };
    static const struct word grades[] = { { .n = 0 }, W("一级"), W("二级"), W("三级"), W("四级") };
    static const struct word skills[] = {
        { .n = 0 }, W("种植"), W("养殖"), W("烹饪"), W("竹编"), W("木工"), W("泥瓦工"),
        W("电焊"),  W("驾驶"), W("缝纫"), W("刺绣"), W("家政"), W("制茶"),
    };
    p = cell_yesno(p, m->cadre);
    p = cell(p, &sexes[m->sex]);
    p = cell(p, &marital[m->marital]);
    p = cell_code(p, kinds, m->disability_kind);
    p = cell_code(p, grades, m->disability_grade);
    return cell_code(p, skills, m->skill);
}

static char *cells_place(char *p, const struct place *at, const struct member *m)
{
    static const struct word beyond[][3] = {
        { W("广东省"), W("深圳市"), W("宝安区") }, { W("广东省"), W("广州市"), W("番禺区") },
        { W("广东省"), W("佛山市"), W("南海区") }, { W("广东省"), W("惠州市"), W("惠阳区") },
        { W("浙江省"), W("宁波市"), W("鄞州区") }, { W("浙江省"), W("温州市"), W("瑞安市") },
        { W("浙江省"), W("金华市"), W("义乌市") }, { W("江苏省"), W("苏州市"), W("昆山市") },
        { W("江苏省"), W("无锡市"), W("江阴市") }, { W("上海市"), W("市辖区"), W("松江区") },
        { W("北京市"), W("市辖区"), W("朝阳区") },
    };
    enum { IN_PROVINCE = 3, OUTSIDE = 4 };
    if (m->work_area == OUTSIDE) {
        const struct word *there = beyond[m->work_place];
        return cell(cell(cell(p, &there[0]), &there[1]), &there[2]);
    }
    p = cell(cell(p, &at->province), &at->city);
    return cell(p, m->work_area == IN_PROVINCE ? &at->next_county_name : &at->county_name);
}

static char *cells_work(char *p, const struct place *at, const struct member *m)
{
    static const struct word areas[] = {
        { .n = 0 }, W("乡(镇)内"), W("乡(镇)外县内"), W("县外省内"), W("省外")
    };
    static const struct word channels[] = { { .n = 0 },      W("自主就业"),   W("亲友介绍"), W("政府组织"),
                                            W("劳务经纪人"), W("公益性岗位"), W("帮扶车间"), W("企业招聘") };
    static const struct word nowhere = W(",,,,,,,否,,");
    if (!m->work_area)
        return put_word(p, &nowhere);
    p = cells_place(p, at, m);
    p = cell(p, &areas[m->work_area]);
    p = cell_number(p, m->work_months);
    p = cell_number(p, m->wage);
    p = cell(p, &channels[m->work_channel]);
    p = cell_yesno(p, m->public_post);
    return m->public_post ? cell_number(p, m->work_months) : blank(p);
}

static void person_row(struct out *o, struct maker *mk, const struct member *m, int64_t phone)
{
    char *p = row_begin(o);
    p = cell_household_no(p, &mk->at, mk->at.serial);
    p = cell(p, &m->name);
    memcpy(p, m->id_number, sizeof m->id_number);
    p = blank(p + sizeof m->id_number);
    p = cells_standing(p, mk, m);
    p = cells_ability(p, mk, m);
    p = cells_particulars(p, m);
    p = cells_work(p, &mk->at, m);
    p = cell_yesno(p, m->allowance);
    p = cell_yesno(p, m->extreme_poverty);
    p = phone ? cell_digits(p, (uint64_t)phone, 11) : blank(p);
    row_end(o, p);
}

/* --- incomes.csv -------------------------------------------------------------------------- */

static void income_row(struct out *o, struct maker *mk, int year, const struct income *y)
{
    enum { PROPERTY_LEFT_OUT = 10, WITH_FEN = 80 };
    char *p = row_begin(o);
    p = cell_household_no(p, &mk->at, mk->at.serial);
    p = cell_year(p, year);
    p = cell_number(p, y->wage);
    p = cell_number(p, y->business);
    p = rng_permille(&mk->rng, PROPERTY_LEFT_OUT) ? blank(p) : cell_number(p, y->property);
    p = put_number(p, y->transfer);
    if (rng_permille(&mk->rng, WITH_FEN)) {
        *p++ = '.';
        p = put_digits(p, (uint64_t)rng_between(&mk->rng, 1, 99), 2);
    }
    p = cell_number(blank(p), y->expense);
    row_end(o, p);
}

static void income_rows(struct out *o, struct maker *mk, const struct home *h)
{
    enum { MISSING = 30 };
    struct income years[INCOME_YEARS];
    home_incomes(mk, h, years);
    for (int i = 0; i < INCOME_YEARS; i++)
        if (!rng_permille(&mk->rng, MISSING))
            income_row(o, mk, mk->year - INCOME_YEARS + i, &years[i]);
}

int sample_household(struct maker *mk, struct household_files *files)
{
    struct home h;
    mk->households++;
    mk->at.serial++;
    home_make(mk, &h);
    int64_t phone = choose_phone(mk);
    household_row(files->households, mk, &h, phone);
    for (int i = 0; i < h.f.n; i++)
        person_row(files->persons, mk, &h.f.m[i], i ? 0 : phone);
    income_rows(files->incomes, mk, &h);
    return h.f.n;
}
