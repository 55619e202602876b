/* The navigation: at most seven items, by what people do, and the administration at the foot. An item without a page
 * that this person may open is not shown. `title` is a key of the texts. */

export interface NavPage {
  path: string;
  title: string;
  permission?: string;
}
export interface NavItem {
  id: string;
  title: string;
  icon: string;
  foot?: boolean;
  pages: readonly NavPage[];
}

export const nav: readonly NavItem[] = [
  { id: "home", title: "nav.home", icon: "home", pages: [{ path: "/", title: "nav.home" }] },
  {
    id: "register",
    title: "nav.register",
    icon: "register",
    pages: [
      { path: "/households", title: "registry.title", permission: "registry.read" },
      { path: "/import", title: "nav.import", permission: "registry.import" },
      { path: "/export", title: "nav.export", permission: "registry.read" },
      { path: "/duplicates", title: "duplicates.title", permission: "registry.read" },
      { path: "/quality", title: "quality.title", permission: "registry.read" },
    ],
  },
  {
    id: "cases",
    title: "nav.cases",
    icon: "cases",
    pages: [
      { path: "/cases", title: "cases.title", permission: "case.read" },
      { path: "/candidates", title: "candidates.title", permission: "case.enter" },
      { path: "/notices", title: "notices.title", permission: "registry.read" },
      { path: "/meetings", title: "meetings.title", permission: "case.read" },
      { path: "/batches", title: "batches.title", permission: "case.read" },
      { path: "/sites", title: "sites.title", permission: "case.read" },
      { path: "/exceptions", title: "exceptions.title", permission: "case.read" },
      { path: "/numbers", title: "numbers.title", permission: "case.read" },
    ],
  },
  {
    id: "programmes",
    title: "nav.programmes",
    icon: "programmes",
    pages: [
      { path: "/programmes", title: "programmes.title" },
      { path: "/screening", title: "screening.title", permission: "registry.read" },
    ],
  },
  {
    id: "fund",
    title: "fund.title",
    icon: "fund",
    pages: [
      { path: "/fund", title: "fund.overview", permission: "ledger.read" },
      { path: "/contracts", title: "fund.contracts", permission: "registry.read" },
      { path: "/payouts", title: "fund.payouts", permission: "ledger.read" },
      { path: "/repayments", title: "fund.repay_title", permission: "fund.repay" },
      { path: "/collected", title: "fund.collected", permission: "fund.repay" },
      { path: "/dues", title: "fund.dues", permission: "registry.read" },
      { path: "/reminders", title: "fund.reminders", permission: "fund.repay" },
      { path: "/reliefs", title: "fund.reliefs_title", permission: "fund.contract" },
      { path: "/fund/periods", title: "fund.periods", permission: "ledger.read" },
      { path: "/books", title: "fund.books", permission: "ledger.read" },
      { path: "/drafts", title: "fund.drafts", permission: "ledger.read" },
    ],
  },
  { id: "figures", title: "nav.figures", icon: "figures", pages: [
    { path: "/figures", title: "figures.title", permission: "ledger.read" },
    { path: "/monitor", title: "monitor.title", permission: "ledger.read" },
    { path: "/wall", title: "wall.title", permission: "ledger.read" },
  ] },
  { id: "system", title: "admin.title", icon: "system", foot: true, pages: [
    { path: "/system/users", title: "admin.users", permission: "users|appoint" },
    { path: "/system/roles", title: "admin.roles", permission: "users|appoint" },
    { path: "/system/codes", title: "admin.codes" },
    { path: "/system/holidays", title: "admin.holidays" },
    { path: "/system/parameters", title: "admin.parameters" },
    { path: "/system/sessions", title: "admin.sessions", permission: "users" },
    { path: "/system/backup", title: "admin.backup", permission: "backup" },
    { path: "/system/audit", title: "admin.audit", permission: "audit.read" },
  ] },
];
