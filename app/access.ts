/**
 * Who may read (GET) and write (POST) each route. This is the checked-in table: a route that is not here fails the
 * build, and the guard in front of every loader and action denies what is not granted here. Owner scope (whose rows)
 * is not here: it stands in the WHERE of each query.
 */
import type { Scope } from "./domain/integrations/token";
import type { StaffRole } from "./domain/journal/actor";

export type Role = "anonymous" | "customer" | StaffRole;
export type Access = { read: readonly Role[]; write?: readonly Role[] };

const ANYONE: readonly Role[] = ["anonymous", "customer", "administrator", "marketer", "support", "manager"];
const CUSTOMER: readonly Role[] = ["customer"];
const STAFF: readonly Role[] = ["administrator", "marketer", "support", "manager"];
const MARKETING: readonly Role[] = ["administrator", "marketer", "manager"];
const SUPPORT: readonly Role[] = ["administrator", "support", "manager"];
const ADMINISTRATOR: readonly Role[] = ["administrator"];

export const ROLES = ANYONE;

export const ACCESS: Record<string, Access> = {
  root: { read: ANYONE },
  // front door
  "routes/public/front": { read: ANYONE },
  "routes/public/offline": { read: ANYONE },
  "routes/public/language": { read: ANYONE, write: ANYONE },
  "routes/public/theme": { read: ANYONE, write: ANYONE },
  "routes/public/sign-up": { read: ANYONE, write: ANYONE },
  "routes/public/sign-up-confirm": { read: ANYONE, write: ANYONE },
  "routes/public/sign-up-open": { read: ANYONE },
  "routes/public/api-docs": { read: ANYONE },
  "routes/public/not-found": { read: ANYONE, write: ANYONE },

  // frames
  "routes/staff/layout": { read: STAFF },
  "routes/staff/pages": { read: STAFF },
  "routes/portal/layout": { read: CUSTOMER },
  "routes/portal/pages": { read: CUSTOMER },

  // mailings
  "routes/staff/mailings/list": { read: MARKETING },
  "routes/staff/mailings/new": { read: MARKETING, write: MARKETING },
  "routes/staff/mailings/template-picture": { read: MARKETING },
  "routes/staff/mailings/edit": { read: MARKETING, write: MARKETING },
  "routes/staff/mailings/preview": { read: MARKETING },
  "routes/staff/mailings/test-send": { read: [], write: MARKETING },
  "routes/staff/mailings/languages": { read: [], write: MARKETING },
  "routes/staff/mailings/archive": { read: [], write: MARKETING },

  // campaigns
  "routes/staff/campaigns/list": { read: MARKETING },
  "routes/staff/campaigns/new": { read: MARKETING, write: MARKETING },
  "routes/staff/campaigns/show": { read: MARKETING, write: MARKETING },
  "routes/staff/campaigns/recipients": { read: MARKETING },
  "routes/staff/campaigns/recipients-csv": { read: MARKETING },
  "routes/staff/campaigns/launch": { read: [], write: MARKETING },
  "routes/staff/campaigns/schedule": { read: [], write: MARKETING },
  "routes/staff/campaigns/waive": { read: [], write: MARKETING },
  "routes/staff/campaigns/retry": { read: [], write: MARKETING },
  "routes/staff/campaigns/resend": { read: [], write: MARKETING },
  "routes/staff/campaigns/speed": { read: MARKETING, write: MARKETING },
  "routes/staff/campaigns/approve": { read: [], write: ["administrator", "manager"] },
  "routes/staff/campaigns/unschedule": { read: [], write: MARKETING },
  "routes/staff/campaigns/pause": { read: [], write: MARKETING },
  "routes/staff/campaigns/resume": { read: [], write: MARKETING },
  "routes/staff/campaigns/cancel": { read: [], write: MARKETING },

  // settings
  "routes/staff/settings/layout": { read: ADMINISTRATOR },
  "routes/staff/settings/company": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/mail": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/hold": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/sending": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/fields/list": { read: ADMINISTRATOR },
  "routes/staff/settings/fields/new": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/fields/show": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/fields/archive": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/fields/restore": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/topics/list": { read: ADMINISTRATOR },
  "routes/staff/settings/topics/new": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/topics/show": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/topics/archive": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/topics/restore": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/team/list": { read: ADMINISTRATOR },
  "routes/staff/settings/team/new": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/team/show": { read: ADMINISTRATOR },
  "routes/staff/settings/team/role": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/team/disable": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/team/enable": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/team/invite": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/api/list": { read: ADMINISTRATOR },
  "routes/staff/settings/api/new": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/api/show": { read: ADMINISTRATOR },
  "routes/staff/settings/api/revoke": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/webhooks/list": { read: ADMINISTRATOR },
  "routes/staff/settings/webhooks/new": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/webhooks/show": { read: ADMINISTRATOR },
  "routes/staff/settings/webhooks/edit": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/webhooks/rotate": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/webhooks/test": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/webhooks/pause": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/webhooks/resume": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/webhooks/delete": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/webhooks/message": { read: ADMINISTRATOR, write: ADMINISTRATOR },

  // one's own account
  "routes/staff/account": { read: STAFF, write: STAFF },
  "routes/portal/account": { read: CUSTOMER, write: CUSTOMER },
  "routes/portal/account-email": { read: CUSTOMER, write: CUSTOMER },

  // session
  "routes/session/login": { read: ANYONE, write: ANYONE },
  "routes/session/login-code": { read: ANYONE, write: ANYONE },
  "routes/session/login-link": { read: ANYONE, write: ANYONE },
  "routes/session/login-link-open": { read: ANYONE },
  "routes/session/forgot": { read: ANYONE, write: ANYONE },
  "routes/session/reset": { read: ANYONE, write: ANYONE },
  "routes/session/reset-open": { read: ANYONE },
  "routes/session/email-open": { read: ANYONE },
  "routes/session/logout": { read: ANYONE, write: ANYONE },
  "routes/session/staff-login": { read: ANYONE, write: ANYONE },
  "routes/session/staff-forgot": { read: ANYONE, write: ANYONE },
  "routes/session/staff-reset": { read: ANYONE, write: ANYONE },
  "routes/session/staff-reset-open": { read: ANYONE },
  "routes/session/staff-logout": { read: ANYONE, write: ANYONE },
  "routes/session/setup": { read: ANYONE, write: ANYONE },

  // imports
  "routes/staff/exports": { read: MARKETING, write: MARKETING },
  "routes/staff/imports/list": { read: MARKETING, write: MARKETING },
  "routes/staff/imports/new": { read: MARKETING, write: MARKETING },
  "routes/staff/imports/show": { read: MARKETING, write: MARKETING },
  "routes/staff/imports/pause": { read: MARKETING, write: MARKETING },
  "routes/staff/imports/resume": { read: MARKETING, write: MARKETING },
  "routes/staff/imports/discard": { read: MARKETING, write: MARKETING },
  "routes/staff/imports/rejects": { read: MARKETING },

  // today, customers
  "routes/staff/home": { read: STAFF },
  "routes/staff/search": { read: STAFF },
  "routes/staff/search-hits": { read: STAFF },
  "routes/staff/customers/list": { read: STAFF, write: MARKETING },
  "routes/staff/customers/sign-up-form": { read: MARKETING },
  "routes/staff/customers/new": { read: STAFF, write: STAFF },
  "routes/staff/customers/show": { read: STAFF, write: STAFF },
  "routes/staff/customers/personal-data": { read: STAFF, write: ["administrator", "manager"] },
  "routes/staff/customers/personal-data-file": { read: ["administrator", "manager"] },
  "routes/staff/customers/consent-proof": { read: STAFF },
  "routes/staff/customers/edit": { read: STAFF, write: STAFF },
  "routes/staff/doubles/list": { read: STAFF },
  "routes/staff/doubles/compare": { read: STAFF, write: STAFF },
  "routes/staff/doubles/apart": { read: STAFF, write: STAFF },
  "routes/staff/doubles/undo": { read: STAFF, write: STAFF },

  // portal: home and help
  "routes/portal/home": { read: CUSTOMER },
  "routes/portal/help/list": { read: CUSTOMER },
  "routes/portal/help/new": { read: CUSTOMER },
  "routes/portal/help/complaint": { read: CUSTOMER, write: CUSTOMER },
  "routes/portal/help/ask": { read: CUSTOMER, write: CUSTOMER },
  "routes/portal/help/show": { read: CUSTOMER, write: CUSTOMER },
  "routes/portal/help/reopen": { read: CUSTOMER, write: CUSTOMER },
  "routes/portal/help/drafts": { read: [], write: CUSTOMER },
  "routes/portal/help/photos": { read: [], write: CUSTOMER },
  "routes/portal/help/photo": { read: CUSTOMER },
  // reports
  "routes/staff/reports/index": { read: MARKETING },
  "routes/staff/reports/loyalty": { read: MARKETING },
  "routes/staff/reports/loyalty-people": { read: MARKETING },
  "routes/staff/reports/loyalty-csv": { read: MARKETING },
  "routes/staff/reports/habits": { read: MARKETING },
  "routes/staff/reports/habits-csv": { read: MARKETING },

  // segments
  "routes/staff/segments/list": { read: MARKETING },
  "routes/staff/segments/new": { read: MARKETING, write: MARKETING },
  "routes/staff/segments/new-list": { read: MARKETING, write: MARKETING },
  "routes/staff/segments/count": { read: [], write: MARKETING },
  "routes/staff/segments/show": { read: MARKETING, write: MARKETING },
  "routes/staff/segments/versions": { read: MARKETING, write: MARKETING },
  "routes/staff/segments/people": { read: MARKETING },
  "routes/staff/segments/listed": { read: MARKETING, write: MARKETING },
  "routes/staff/segments/archive": { read: [], write: MARKETING },

  // outbox, suppressions, preferences, links from mails
  "routes/staff/outbox/list": { read: MARKETING },
  "routes/staff/outbox/show": { read: STAFF },
  "routes/staff/outbox/copy": { read: STAFF },
  "routes/staff/settings/suppressions": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/staff/settings/suppressions-errors": { read: [], write: ADMINISTRATOR },
  "routes/staff/settings/suppressions-import": { read: ADMINISTRATOR, write: ADMINISTRATOR },
  "routes/portal/preferences/show": { read: CUSTOMER, write: CUSTOMER },
  "routes/portal/preferences/mail": { read: CUSTOMER },
  "routes/portal/preferences/mail-copy": { read: CUSTOMER },
  "routes/public/unsubscribe": { read: ANYONE },
  "routes/public/preferences": { read: ANYONE, write: ANYONE },
  // orders and catalogue for staff
  "routes/staff/orders/list": { read: STAFF },
  "routes/staff/orders/show": { read: STAFF },
  "routes/staff/orders/advance": { read: [], write: SUPPORT },
  "routes/staff/orders/cancel": { read: [], write: SUPPORT },
  "routes/staff/orders/pay": { read: [], write: SUPPORT },
  "routes/staff/catalogue/list": { read: STAFF },
  "routes/staff/catalogue/new": { read: MARKETING, write: MARKETING },
  "routes/staff/catalogue/show": { read: STAFF, write: MARKETING },

  // orders and designs of customers
  "routes/portal/orders/index": { read: CUSTOMER },
  "routes/portal/orders/new": { read: CUSTOMER, write: CUSTOMER },
  "routes/portal/orders/show": { read: CUSTOMER },
  "routes/portal/orders/cancel": { read: [], write: CUSTOMER },
  "routes/portal/designs/index": { read: CUSTOMER },
  "routes/portal/designs/new": { read: CUSTOMER, write: CUSTOMER },
  "routes/portal/designs/show": { read: CUSTOMER, write: CUSTOMER },
  "routes/portal/designs/share": { read: [], write: CUSTOMER },
  "routes/portal/designs/archive": { read: [], write: CUSTOMER },
  "routes/portal/designs/restore": { read: [], write: CUSTOMER },
  "routes/public/shared-design": { read: ANYONE },

  // what came in by mail
  "routes/staff/inbound/list": { read: SUPPORT, write: SUPPORT },

  // mails beside this system, on customers' timelines: read by whoever may read the customer (kept-mails.server.ts)
  "routes/staff/mails/show": { read: STAFF, write: STAFF },
  "routes/staff/mails/drop": { read: STAFF, write: STAFF },
  "routes/staff/mails/as-sent": { read: STAFF },
  "routes/staff/mails/file": { read: STAFF },

  // desk
  "routes/staff/desk/queue": { read: SUPPORT },
  "routes/staff/desk/index": { read: SUPPORT },
  "routes/staff/desk/show": { read: SUPPORT },
  "routes/staff/desk/start": { read: SUPPORT, write: SUPPORT },
  "routes/staff/desk/assign": { read: SUPPORT, write: SUPPORT },
  "routes/staff/desk/reply": { read: SUPPORT, write: SUPPORT },
  "routes/staff/desk/note": { read: SUPPORT, write: SUPPORT },
  "routes/staff/desk/decide": { read: SUPPORT, write: SUPPORT },
  "routes/staff/desk/close": { read: SUPPORT, write: SUPPORT },
  "routes/staff/desk/reopen": { read: SUPPORT, write: SUPPORT },
  "routes/staff/desk/drafts": { read: [], write: SUPPORT },
  "routes/staff/desk/photos": { read: [], write: SUPPORT },
  "routes/staff/desk/photo": { read: SUPPORT },
};

/** The same for the API (paths under /api/v1): which scope a token needs to read (GET) and to write (everything else). */
export const API_ACCESS: Record<string, { read?: Scope; write?: Scope }> = {
  "/parties": { read: "parties:read", write: "parties:write" },
  "/parties/{id}": { read: "parties:read", write: "parties:write" },
  "/parties/{id}/notes": { read: "notes:read", write: "notes:write" },
  "/topics": { read: "consents:read" },
  "/parties/{id}/consents/{topic}/{channel}": { read: "consents:read" },
  "/consents": { read: "consents:read", write: "consents:write" },
  "/products": { read: "products:read", write: "products:write" },
  "/products/{id}": { read: "products:read", write: "products:write" },
  "/orders": { read: "orders:read", write: "orders:write" },
  "/orders/{id}": { read: "orders:read", write: "orders:write" },
  "/invoices": { read: "invoices:read", write: "invoices:write" },
  "/invoices/{id}": { read: "invoices:read", write: "invoices:write" },
  "/payments": { read: "payments:read", write: "payments:write" },
  "/payments/{id}": { read: "payments:read", write: "payments:write" },
  "/shipments": { read: "shipments:read", write: "shipments:write" },
  "/shipments/{id}": { read: "shipments:read", write: "shipments:write" },
  "/segments": { read: "segments:read", write: "segments:write" },
  "/segments/{id}": { read: "segments:read", write: "segments:write" },
  "/segments/{id}/count": { read: "segments:read" },
  "/segments/{id}/members": { read: "segments:read", write: "segments:write" },
  "/campaigns": { read: "campaigns:read", write: "campaigns:write" },
  "/campaigns/{id}": { read: "campaigns:read", write: "campaigns:write" },
  "/deliveries": { read: "deliveries:read" },
  "/deliveries/{id}": { read: "deliveries:read" },
  "/cases": { read: "cases:read", write: "cases:write" },
  "/cases/{id}": { read: "cases:read", write: "cases:write" },
  "/cases/{id}/replies": { write: "cases:write" },
  "/cases/{id}/decision": { write: "cases:write" },
};
