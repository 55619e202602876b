/* Which fields stand together on a form, in the order of the handbook. */
import { t } from "@/texts";

export interface Group {
  title: string;
  fields: readonly string[];
  folded?: boolean;
}

export const householdGroups = (): Group[] => [
  { title: t("registry.group_where"), fields: ["natural_village", "villager_group", "address", "phone", "handbook_no", "file_no"] },
  { title: t("registry.group_poverty"), fields: ["standard", "attribute", "household_type", "cause_main", "causes_other", "cause_note", "entered_on", "registered_year", "exit_year", "planned_exit_year", "back_year", "back_cause", "monitor_type", "tags", "hardship"] },
  { title: t("registry.group_account"), fields: ["bank", "bank_account", "bank_account_kind", "account_holder"] },
  { title: t("registry.group_family"), fields: ["martyr_family", "one_child", "two_daughters", "family_planning_compliant", "family_planning_type", "relocated", "relocation_kind", "placement_kind", "placement_site"] },
  { title: t("registry.group_wish"), fields: ["debt", "debt_creditor", "debt_on", "debt_note", "wish", "able_to_farm", "income_channels", "note"] },
];
export const personGroups = (): Group[] => [
  { title: t("registry.group_person"), fields: ["name", "id_kind", "id_number", "sex", "birth_date", "relation", "ethnicity", "political_status", "party_joined_on", "marital", "phone"] },
  { title: t("registry.group_school"), fields: ["education", "student_status", "school", "school_years", "school_place", "enrolled_on", "dropout_reason"] },
  { title: t("registry.group_health"), fields: ["health", "disease", "disability_kind", "disability_grade", "limited_mobility"] },
  { title: t("registry.group_work"), fields: ["labour", "skill", "work_province", "work_city", "work_county", "work_area", "work_months", "employer", "monthly_wage", "job_channel", "public_post", "public_post_months", "job_wish"] },
  { title: t("registry.group_insured"), fields: ["resident_medical", "employee_medical", "serious_illness_insurance", "medical_aid", "resident_pension", "employee_pension", "subsistence_allowance", "extreme_poverty_support", "note"], folded: true },
];
export const yearGroups = (): Group[] => [
  { title: t("registry.group_income"), fields: ["wage_income", "business_income", "property_income", "transfer_income", "business_expense"] },
  { title: t("registry.group_income_parts"), fields: ["wage_labour", "wage_post_department", "wage_post_township", "wage_post_village", "business_planting", "business_breeding", "business_forest", "business_other", "property_dividend", "property_other", "transfer_family_planning", "transfer_allowance", "transfer_extreme_poverty", "transfer_pension", "transfer_ecology", "transfer_other"], folded: true },
  { title: t("registry.group_land"), fields: ["arable", "irrigated", "forest", "orchard", "pasture", "water_area"], folded: true },
  { title: t("registry.group_house"), fields: ["house_area", "house_structure", "house_built_year", "danger_grade", "road_kind", "road_distance", "power_for_living", "water_safe", "toilet", "fuel"], folded: true },
  { title: t("registry.group_industry"), fields: ["in_cooperative", "led_by_firm", "industry_aid", "poultry", "cattle", "sheep", "pigs", "note"], folded: true },
];
