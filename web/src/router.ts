/* Every page has an address. A page is one row here, with the right it needs and where it stands in the navigation. */
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { useSession } from "@/stores/session";
import { t } from "@/texts";
import { Problem } from "@/api/client";

declare module "vue-router" {
  interface RouteMeta {
    /** No navigation around it. */
    bare?: boolean;
    open?: boolean;
    permission?: string;
    /** Key of its title. */
    title?: string;
    /** The item of the navigation it belongs to (layout/nav.ts). */
    nav?: string;
  }
}

const routes: RouteRecordRaw[] = [
  { path: "/login", component: () => import("@/pages/LoginPage.vue"), meta: { bare: true, open: true, title: "login.title" } },
  { path: "/setup/:token", component: () => import("@/pages/SetupPage.vue"), meta: { bare: true, open: true, title: "setup.title" } },
  { path: "/", component: () => import("@/pages/HomePage.vue"), meta: { nav: "home", title: "home.title" } },
  {
    path: "/households",
    component: () => import("@/pages/registry/HouseholdsPage.vue"),
    meta: { nav: "register", title: "registry.title", permission: "registry.read" },
    children: [{ path: ":county(\\d+)/:id(\\d+)", component: () => import("@/pages/registry/HouseholdPage.vue"), meta: { title: "registry.one" } }],
  },
  { path: "/import", component: () => import("@/pages/exchange/ImportPage.vue"), meta: { nav: "register", title: "import.title", permission: "registry.import" } },
  { path: "/export", component: () => import("@/pages/exchange/ExportPage.vue"), meta: { nav: "register", title: "export.title", permission: "registry.read" } },
  { path: "/duplicates", component: () => import("@/pages/registry/DuplicatesPage.vue"), meta: { nav: "register", title: "duplicates.title", permission: "registry.read" } },
  { path: "/quality", component: () => import("@/pages/registry/QualityPage.vue"), meta: { nav: "register", title: "quality.title", permission: "registry.read" } },
  { path: "/programmes/:code?", component: () => import("@/pages/programmes/ProgrammesPage.vue"), meta: { nav: "programmes", title: "programmes.title" } },
  { path: "/screening", component: () => import("@/pages/programmes/ScreeningPage.vue"), meta: { nav: "programmes", title: "screening.title", permission: "registry.read" } },
  { path: "/fill-in", beforeEnter: (to) => (to.query.programme ? true : "/screening"), component: () => import("@/pages/programmes/FillInPage.vue"), meta: { nav: "programmes", title: "fill.page", permission: "registry.import" } },
  {
    path: "/cases",
    component: () => import("@/pages/cases/CasesPage.vue"),
    meta: { nav: "cases", title: "cases.title", permission: "case.read" },
    children: [{ path: ":county(\\d+)/:no(\\d+)", component: () => import("@/pages/cases/CasePage.vue"), meta: { title: "cases.one" } }],
  },
  { path: "/candidates", component: () => import("@/pages/cases/CandidatesPage.vue"), meta: { nav: "cases", title: "candidates.title", permission: "case.enter" } },
  { path: "/meetings", component: () => import("@/pages/cases/MeetingsPage.vue"), meta: { nav: "cases", title: "meetings.title", permission: "case.read" } },
  { path: "/batches", component: () => import("@/pages/cases/BatchesPage.vue"), meta: { nav: "cases", title: "batches.title", permission: "case.read" } },
  { path: "/exceptions", component: () => import("@/pages/cases/ExceptionsPage.vue"), meta: { nav: "cases", title: "exceptions.title", permission: "case.read" } },
  { path: "/sites", component: () => import("@/pages/cases/SitesPage.vue"), meta: { nav: "cases", title: "sites.title", permission: "case.read" } },
  { path: "/numbers", component: () => import("@/pages/cases/NumbersPage.vue"), meta: { nav: "cases", title: "numbers.title", permission: "case.read" } },
  {
    path: "/notices",
    component: () => import("@/pages/notices/NoticesPage.vue"),
    meta: { nav: "cases", title: "notices.title", permission: "registry.read" },
    children: [{ path: ":county(\\d+)/:no(\\d+)", component: () => import("@/pages/notices/NoticePage.vue"), meta: { title: "notices.one" } }],
  },
  { path: "/figures", component: () => import("@/pages/figures/FiguresPage.vue"), meta: { nav: "figures", title: "figures.title", permission: "ledger.read" } },
  { path: "/fund", component: () => import("@/pages/fund/FundPage.vue"), meta: { nav: "fund", title: "fund.title", permission: "ledger.read" } },
  { path: "/fund/periods", component: () => import("@/pages/fund/PeriodsPage.vue"), meta: { nav: "fund", title: "fund.periods", permission: "ledger.read" } },
  {
    path: "/contracts",
    component: () => import("@/pages/fund/ContractsPage.vue"),
    meta: { nav: "fund", title: "fund.contracts", permission: "registry.read" },
    children: [{ path: ":county(\\d+)/:id(\\d+)", component: () => import("@/pages/fund/ContractPage.vue"), meta: { title: "fund.contract" } }],
  },
  {
    path: "/payouts",
    component: () => import("@/pages/fund/PayoutsPage.vue"),
    meta: { nav: "fund", title: "fund.payouts", permission: "ledger.read" },
    children: [{ path: ":county(\\d+)/:no(\\d+)", component: () => import("@/pages/fund/PayoutPage.vue"), meta: { title: "fund.payouts" } }],
  },
  { path: "/repayments", component: () => import("@/pages/fund/RepayPage.vue"), meta: { nav: "fund", title: "fund.repay_title", permission: "fund.repay" } },
  { path: "/collected", component: () => import("@/pages/fund/CollectedPage.vue"), meta: { nav: "fund", title: "fund.collected", permission: "fund.repay" } },
  { path: "/dues", component: () => import("@/pages/fund/DuesPage.vue"), meta: { nav: "fund", title: "fund.dues", permission: "registry.read" } },
  { path: "/reminders", component: () => import("@/pages/fund/RemindersPage.vue"), meta: { nav: "fund", title: "fund.reminders", permission: "registry.read" } },
  { path: "/reliefs", component: () => import("@/pages/fund/ReliefsPage.vue"), meta: { nav: "fund", title: "fund.reliefs_title", permission: "registry.read" } },
  { path: "/disasters", component: () => import("@/pages/fund/DisastersPage.vue"), meta: { nav: "fund", title: "fund.disasters", permission: "registry.read" } },
  { path: "/disasters/:county(\\d+)/:no(\\d+)", component: () => import("@/pages/fund/DisasterPage.vue"), meta: { nav: "fund", title: "fund.disasters", permission: "registry.read" } },
  { path: "/books", component: () => import("@/pages/fund/BooksPage.vue"), meta: { nav: "fund", title: "fund.books", permission: "ledger.read" } },
  { path: "/drafts", component: () => import("@/pages/fund/DraftsPage.vue"), meta: { nav: "fund", title: "fund.drafts", permission: "ledger.read" } },
  { path: "/merge/:county(\\d+)/:a(\\d+)/:b(\\d+)", component: () => import("@/pages/registry/MergePage.vue"), meta: { nav: "register", title: "joining.title", permission: "registry.write" } },
  { path: "/monitor", component: () => import("@/pages/figures/MonitorPage.vue"), meta: { nav: "figures", title: "monitor.title", permission: "ledger.read" } },
  { path: "/wall", component: () => import("@/pages/figures/WallPage.vue"), meta: { bare: true, title: "wall.title", permission: "ledger.read" } },
  { path: "/system/users", component: () => import("@/pages/system/UsersPage.vue"), meta: { nav: "system", title: "admin.users", permission: "users|appoint" } },
  { path: "/system/roles", component: () => import("@/pages/system/RolesPage.vue"), meta: { nav: "system", title: "admin.roles", permission: "users|appoint" } },
  { path: "/system/codes", component: () => import("@/pages/system/CodesPage.vue"), meta: { nav: "system", title: "admin.codes" } },
  { path: "/system/holidays", component: () => import("@/pages/system/HolidaysPage.vue"), meta: { nav: "system", title: "admin.holidays" } },
  { path: "/system/parameters", component: () => import("@/pages/system/ParametersPage.vue"), meta: { nav: "system", title: "admin.parameters" } },
  { path: "/system/sessions", component: () => import("@/pages/system/SessionsPage.vue"), meta: { nav: "system", title: "admin.sessions", permission: "users" } },
  { path: "/system/backup", component: () => import("@/pages/system/BackupPage.vue"), meta: { nav: "system", title: "admin.backup", permission: "backup" } },
  { path: "/system/audit", component: () => import("@/pages/system/AuditPage.vue"), meta: { nav: "system", title: "admin.audit", permission: "audit.read" } },
  { path: "/profile", component: () => import("@/pages/ProfilePage.vue"), meta: { title: "profile.title" } },
  { path: "/:rest(.*)*", component: () => import("@/pages/NotFoundPage.vue"), meta: { title: "app.not_found" } },
];

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

router.beforeEach(async (to) => {
  const session = useSession();
  if (to.meta.open) return true;
  if (!session.me) {
    try {
      await session.load();
    } catch (e) {
      if (!(e instanceof Problem)) throw e;
    }
  }
  if (!session.me) return { path: "/login", query: to.fullPath === "/" ? {} : { to: to.fullPath } };
  if (to.meta.permission && !session.may(to.meta.permission)) return { path: "/", query: { no: to.meta.permission } };
  return true;
});
router.afterEach((to) => {
  document.title = to.meta.title ? `${t(to.meta.title)} · ${t("app.name")}` : t("app.name");
});
