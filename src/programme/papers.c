#include "programme/papers.h"

/* The first eight are the archives of S000; then what applicants bring and what offices make (requirements
 * §2.1). */
const struct paper_kind paper_kinds[] = {
    { "application_form", { "申请表", "application form" } },
    { "roster", { "花名册", "roster" } },
    { "contract", { "借款合同书", "contract" } },
    { "statistics", { "情况统计表", "statistics" } },
    { "tracking", { "跟踪运作督查表", "tracking form" } },
    { "effect_survey", { "效果调查表", "effect survey" } },
    { "publicity", { "宣传资料", "publicity" } },
    { "documents", { "文件资料", "documents" } },
    { "id_copy", { "身份证复印件", "copy of the identity card" } },
    { "household_register", { "户口簿复印件", "copy of the household register" } },
    { "photo", { "照片", "photo" } },
    { "account", { "银行账户", "bank account" } },
    { "consent", { "书面同意书", "written consent" } },
    { "enrolment_proof", { "学籍证明", "proof of enrolment" } },
    { "training_certificate", { "技能培训合格证书复印件", "copy of the training certificate" } },
    { "vocational_certificate", { "职业资格等级证书复印件", "copy of the vocational certificate" } },
    { "disability_certificate", { "残疾人证复印件", "copy of the disability certificate" } },
    { "hardship_proof", { "困难情况证明", "proof of hardship" } },
    { "survey_form", { "调查表", "survey form" } },
    { "summary_form", { "汇总表", "summary" } },
    { "registration_card", { "登记卡", "registration card" } },
    { "project_register", { "项目登记表", "project register" } },
    { "appraisal_opinion", { "论证意见", "appraisal" } },
    { "responsibility_letter", { "责任状", "responsibility letter" } },
    { "implementation_contract", { "项目实施合同书", "project contract" } },
    { "iou", { "借款借据", "IOU" } },
    { "guarantee_letter", { "担保书", "guarantee" } },
    { "acceptance_form", { "验收表", "acceptance form" } },
    { "payout_list", { "发放花名册", "pay-out list" } },
    { "receipt", { "领款收据", "receipt" } },
    { "repayment_notice", { "还款通知书", "repayment notice" } },
    { "notice_proof", { "公示资料", "proof of the notice" } },
    { "minutes", { "会议记录", "minutes" } },
};
const size_t paper_kinds_n = N_ELEMS(paper_kinds);

static const struct wording *own_label(const struct programme *p, struct str name)
{
    for (size_t i = 0; i < p->forms.n; i++)
        if (str_eq(p->forms.p[i].id.name, name))
            return &p->forms.p[i].label;
    for (size_t i = 0; i < p->documents.n; i++)
        if (str_eq(p->documents.p[i].id.name, name))
            return &p->documents.p[i].label;
    return NULL;
}

static const struct paper_kind *kind_of(struct str name)
{
    for (size_t i = 0; i < N_ELEMS(paper_kinds); i++)
        if (str_eq(name, str_of(paper_kinds[i].name)))
            return &paper_kinds[i];
    return NULL;
}

struct str paper_label(const struct programme *p, struct str name, enum lang lang)
{
    const struct wording *own = own_label(p, name);
    const struct paper_kind *kind = kind_of(name);
    if (own && wording_in(own, lang).p)
        return wording_in(own, lang);
    return kind ? str_of(label_in(&kind->label, lang)) : name;
}

bool paper_known(const struct programme *p, struct str name)
{
    return own_label(p, name) || kind_of(name);
}
