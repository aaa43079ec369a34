/** Every URL of Rapport. Who may ask for them: access.ts. The quick public handlers in front: handlers.server.ts. */
import { index, layout, prefix, route, type RouteConfig } from "@remix-run/route-config";

/** Pages in the staff frame; paths begin with /staff. */
const staff = [
  // today, customers, segments, search
  index("routes/staff/home.tsx"),
  route("search", "routes/staff/search.tsx"),
  route("search/hits", "routes/staff/search-hits.ts"),
  route("customers", "routes/staff/customers/list.tsx"),
  route("customers/new", "routes/staff/customers/new.tsx"),
  route("customers/sign-up-form", "routes/staff/customers/sign-up-form.tsx"),
  route("customers/doubles", "routes/staff/doubles/list.tsx"),
  route("customers/:id", "routes/staff/customers/show.tsx"),
  route("customers/:id/merge/:other", "routes/staff/doubles/compare.tsx"),
  route("customers/:id/apart/:other", "routes/staff/doubles/apart.ts"),
  route("customers/:id/merges/:merge/undo", "routes/staff/doubles/undo.ts"),
  route("customers/:id/data", "routes/staff/customers/personal-data.tsx"),
  route("customers/:id/data.json", "routes/staff/customers/personal-data-file.ts"),
  route("customers/:id/consents", "routes/staff/customers/consent-proof.tsx"),
  route("customers/:id/edit", "routes/staff/customers/edit.tsx"),
  route("segments", "routes/staff/segments/list.tsx"),
  route("segments/new", "routes/staff/segments/new.tsx"),
  route("segments/new-list", "routes/staff/segments/new-list.tsx"),
  route("segments/count", "routes/staff/segments/count.ts"),
  route("segments/:id", "routes/staff/segments/show.tsx"),
  route("segments/:id/versions", "routes/staff/segments/versions.tsx"),
  route("segments/:id/people", "routes/staff/segments/people.tsx"),
  route("segments/:id/listed", "routes/staff/segments/listed.tsx"),
  route("segments/:id/archive", "routes/staff/segments/archive.ts"),

  // mailings, campaigns
  route("mailings", "routes/staff/mailings/list.tsx"),
  route("mailings/new", "routes/staff/mailings/new.tsx"),
  route("mailings/templates/:key", "routes/staff/mailings/template-picture.ts"),
  route("mailings/:id", "routes/staff/mailings/edit.tsx"),
  route("mailings/:id/preview", "routes/staff/mailings/preview.ts"),
  route("mailings/:id/test-send", "routes/staff/mailings/test-send.ts"),
  route("mailings/:id/languages", "routes/staff/mailings/languages.ts"),
  route("mailings/:id/archive", "routes/staff/mailings/archive.ts"),
  route("campaigns", "routes/staff/campaigns/list.tsx"),
  route("campaigns/new", "routes/staff/campaigns/new.tsx"),
  route("campaigns/:id", "routes/staff/campaigns/show.tsx"),
  route("campaigns/:id/recipients", "routes/staff/campaigns/recipients.tsx"),
  route("campaigns/:id/recipients.csv", "routes/staff/campaigns/recipients-csv.ts"),
  route("campaigns/:id/launch", "routes/staff/campaigns/launch.ts"),
  route("campaigns/:id/schedule", "routes/staff/campaigns/schedule.ts"),
  route("campaigns/:id/waive", "routes/staff/campaigns/waive.ts"),
  ...["retry", "resend"].map((verb) => route(`campaigns/:id/${verb}`, "routes/staff/campaigns/again.ts", { id: `routes/staff/campaigns/${verb}` })),
  route("campaigns/:id/speed", "routes/staff/campaigns/speed.tsx"),
  ...["approve", "unschedule", "pause", "resume", "cancel"].map((verb) =>
    route(`campaigns/:id/${verb}`, "routes/staff/campaigns/course.ts", { id: `routes/staff/campaigns/${verb}` }),
  ),

  // what came in by mail
  route("inbound", "routes/staff/inbound/list.tsx"),

  // mails beside this system, on customers' timelines
  route("customers/:id/mails", "routes/staff/mails/drop.tsx"),
  route("mails/:id", "routes/staff/mails/show.tsx"),
  route("mails/:id/as-sent", "routes/staff/mails/as-sent.ts"),
  route("mails/:id/files/:file", "routes/staff/mails/file.ts"),

  // desk
  route("desk", "routes/staff/desk/queue.tsx", [
    index("routes/staff/desk/index.tsx"),
    route(":id", "routes/staff/desk/show.tsx"),
    route(":id/start", "routes/staff/desk/start.tsx"),
    route(":id/assign", "routes/staff/desk/assign.tsx"),
    route(":id/reply", "routes/staff/desk/reply.tsx"),
    route(":id/note", "routes/staff/desk/note.tsx"),
    route(":id/decide", "routes/staff/desk/decide.tsx"),
    route(":id/close", "routes/staff/desk/close.tsx"),
    route(":id/reopen", "routes/staff/desk/reopen.tsx"),
  ]),

  // orders, catalogue
  route("orders", "routes/staff/orders/list.tsx"),
  route("orders/:id", "routes/staff/orders/show.tsx"),
  route("orders/:id/advance", "routes/staff/orders/advance.ts"),
  route("orders/:id/cancel", "routes/staff/orders/cancel.ts"),
  route("orders/:id/pay", "routes/staff/orders/pay.ts"),
  route("catalogue", "routes/staff/catalogue/list.tsx"),
  route("catalogue/new", "routes/staff/catalogue/new.tsx"),
  route("catalogue/:id", "routes/staff/catalogue/show.tsx"),

  // reports
  route("reports", "routes/staff/reports/index.ts"),
  route("reports/loyalty", "routes/staff/reports/loyalty.tsx"),
  route("reports/loyalty/people", "routes/staff/reports/loyalty-people.tsx"),
  route("reports/loyalty.csv", "routes/staff/reports/loyalty-csv.ts"),
  route("reports/habits", "routes/staff/reports/habits.tsx"),
  route("reports/habits.csv", "routes/staff/reports/habits-csv.ts"),

  // imports

  // outbox
  route("outbox", "routes/staff/outbox/list.tsx"),
  route("outbox/:id", "routes/staff/outbox/show.tsx"),
  route("outbox/:id/copy", "routes/staff/outbox/copy.ts"),

  // settings
  route("exports", "routes/staff/exports.ts"),
  route("imports", "routes/staff/imports/list.tsx"),
  route("imports/new", "routes/staff/imports/new.tsx"),
  route("imports/:id", "routes/staff/imports/show.tsx"),
  route("imports/:id/pause", "routes/staff/imports/pause.ts"),
  route("imports/:id/resume", "routes/staff/imports/resume.ts"),
  route("imports/:id/discard", "routes/staff/imports/discard.ts"),
  route("settings/suppressions/not-addresses.csv", "routes/staff/settings/suppressions-errors.ts"),
  route("imports/:id/rejects.csv", "routes/staff/imports/rejects.ts"),
  route("settings", "routes/staff/settings/layout.tsx", [
    index("routes/staff/settings/company.tsx"),
    route("sending", "routes/staff/settings/sending.tsx"),
    route("mail", "routes/staff/settings/mail.tsx"),
    route("hold", "routes/staff/settings/hold.tsx"),
    route("suppressions", "routes/staff/settings/suppressions.tsx"),
    route("suppressions/import", "routes/staff/settings/suppressions-import.tsx"),
    route("fields", "routes/staff/settings/fields/list.tsx"),
    route("fields/new", "routes/staff/settings/fields/new.tsx"),
    route("fields/:key", "routes/staff/settings/fields/show.tsx"),
    ...["archive", "restore"].map((verb) => route(`fields/:key/${verb}`, "routes/staff/settings/fields/use.ts", { id: `routes/staff/settings/fields/${verb}` })),
    route("topics", "routes/staff/settings/topics/list.tsx"),
    route("topics/new", "routes/staff/settings/topics/new.tsx"),
    route("topics/:key", "routes/staff/settings/topics/show.tsx"),
    ...["archive", "restore"].map((verb) =>
      route(`topics/:key/${verb}`, "routes/staff/settings/topics/use.ts", { id: `routes/staff/settings/topics/${verb}` }),
    ),
    route("team", "routes/staff/settings/team/list.tsx"),
    route("team/new", "routes/staff/settings/team/new.tsx"),
    route("team/:id", "routes/staff/settings/team/show.tsx"),
    route("team/:id/role", "routes/staff/settings/team/role.ts"),
    route("team/:id/disable", "routes/staff/settings/team/disable.ts"),
    route("team/:id/enable", "routes/staff/settings/team/enable.ts"),
    route("team/:id/invite", "routes/staff/settings/team/invite.ts"),
    route("api", "routes/staff/settings/api/list.tsx"),
    route("api/new", "routes/staff/settings/api/new.tsx"),
    route("api/:id", "routes/staff/settings/api/show.tsx"),
    route("api/:id/revoke", "routes/staff/settings/api/revoke.ts"),
    route("webhooks", "routes/staff/settings/webhooks/list.tsx"),
    route("webhooks/new", "routes/staff/settings/webhooks/new.tsx"),
    route("webhooks/:id", "routes/staff/settings/webhooks/show.tsx"),
    route("webhooks/:id/edit", "routes/staff/settings/webhooks/edit.tsx"),
    route("webhooks/:id/rotate", "routes/staff/settings/webhooks/rotate.tsx"),
    ...["test", "pause", "resume", "delete"].map((verb) => route(`webhooks/:id/${verb}`, "routes/staff/settings/webhooks/verbs.ts", { id: `routes/staff/settings/webhooks/${verb}` })),
    route("webhooks/:id/messages/:message", "routes/staff/settings/webhooks/message.tsx"),

  ]),

  // one's own account
  route("account", "routes/staff/account.tsx"),

] satisfies RouteConfig;

/** Pages in the shop's frame; paths begin with /portal. */
const portal = [
  // home
  index("routes/portal/home.tsx"),

  // orders
  route("orders", "routes/portal/orders/index.tsx"),
  route("orders/new", "routes/portal/orders/new.tsx"),
  route("orders/:id", "routes/portal/orders/show.tsx"),
  route("orders/:id/cancel", "routes/portal/orders/cancel.ts"),

  // help
  route("help", "routes/portal/help/list.tsx"),
  route("help/new", "routes/portal/help/new.tsx"),
  route("help/new/:line/:step?", "routes/portal/help/complaint.tsx"),
  route("help/ask", "routes/portal/help/ask.tsx"),
  route("help/:id", "routes/portal/help/show.tsx"),
  route("help/:id/reopen", "routes/portal/help/reopen.tsx"),

  // designs
  route("designs", "routes/portal/designs/index.tsx"),
  route("designs/new/:product", "routes/portal/designs/new.tsx"),
  route("designs/:id", "routes/portal/designs/show.tsx"),
  route("designs/:id/share", "routes/portal/designs/share.ts"),
  route("designs/:id/archive", "routes/portal/designs/archive.ts"),
  route("designs/:id/restore", "routes/portal/designs/restore.ts"),

  // preferences, account
  route("preferences", "routes/portal/preferences/show.tsx"),
  route("preferences/mails/:id", "routes/portal/preferences/mail.tsx"),
  route("preferences/mails/:id/copy", "routes/portal/preferences/mail-copy.ts"),
  route("account", "routes/portal/account.tsx"),
  route("account/email", "routes/portal/account-email.tsx"),

] satisfies RouteConfig;

export default [
  index("routes/public/front.tsx"),

  layout("routes/staff/layout.tsx", [layout("routes/staff/pages.tsx", prefix("staff", staff))]),

  layout("routes/portal/layout.tsx", [layout("routes/portal/pages.tsx", prefix("portal", portal))]),

  // signing in and out
  route("login", "routes/session/login.tsx"),
  route("login/code", "routes/session/login-code.tsx"),
  route("login/link", "routes/session/login-link.tsx"),
  route("login/link/:token", "routes/session/login-link-open.ts"),
  route("forgot", "routes/session/forgot.tsx"),
  route("reset", "routes/session/reset.tsx"),
  route("reset/:token", "routes/session/reset-open.ts"),
  route("portal/account/email/:token", "routes/session/email-open.ts"),
  route("logout", "routes/session/logout.ts"),
  route("staff/login", "routes/session/staff-login.tsx"),
  route("staff/forgot", "routes/session/staff-forgot.tsx"),
  route("staff/reset", "routes/session/staff-reset.tsx"),
  route("staff/reset/:token", "routes/session/staff-reset-open.ts"),
  route("staff/logout", "routes/session/staff-logout.ts"),
  route("setup", "routes/session/setup.tsx"),

  // what scripts of the portal's help and of the desk ask for
  route("staff/desk/drafts", "routes/staff/desk/drafts.ts"),
  route("staff/desk/photos", "routes/staff/desk/photos.ts"),
  route("staff/desk/photos/:id", "routes/staff/desk/photo.ts"),
  route("portal/help/drafts", "routes/portal/help/drafts.ts"),
  route("portal/help/photos", "routes/portal/help/photos.ts"),
  route("portal/help/photos/:id", "routes/portal/help/photo.ts"),

  // the public form for news
  route("api/v1/docs", "routes/public/api-docs.tsx"),
  route("sign-up", "routes/public/sign-up.tsx"),
  route("sign-up/confirm", "routes/public/sign-up-confirm.tsx"),
  route("sign-up/confirm/:token", "routes/public/sign-up-open.ts"),

  // links from mails
  route("u/:token", "routes/public/unsubscribe.tsx"),
  route("p/:token", "routes/public/preferences.tsx"),

  // shared designs
  route("d/:shareToken", "routes/public/shared-design.tsx"),

  // switches of every page
  route("language", "routes/public/language.tsx"),
  route("theme", "routes/public/theme.tsx"),

  route("offline", "routes/public/offline.tsx"),
  route("*", "routes/public/not-found.tsx"),
] satisfies RouteConfig;
