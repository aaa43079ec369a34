/**
 * The guards of the product, each with the change that takes it out and the test that must notice.
 * `npm run mutants [-- NAME…]` (scripts/mutants.mjs) tries them; tests/security/mutants.unit.test.ts keeps the texts true.
 */

const ORIGIN = "const { origin } = request.headers;";
const USABLE = "eq(loginTokens.audience, audience),\n    isNull(loginTokens.usedAt),";
const USED_AS_WELL = "eq(loginTokens.audience, audience),";

/**
 * `find` stands exactly once in `file`. `put` is plain JavaScript: where the built server holds the same text, it is
 * changed there, which saves a build.
 *
 * @type {{ name: string, file: string, find: string, put: string, project: string, test: string, only?: string }[]}
 */
export const MUTANTS = [
  // ── who may ask ─────────────────────────────────────────────────────────────────────────────────────────────────────
  ...guard("app/http/guard.server.ts", "http", "tests/security/access.test.ts", {
    "access-guard": ["if (roles.includes(roleOf(context.actor))) return;", "return;"],
    "access-loaders": ["admit(args, access.read);", ""],
    "access-actions": ["admit(args, access.write ?? []);", ""],
  }),
  ...guard("app/http/security.server.ts", "http", "tests/security/csrf.test.ts", {
    "csrf-origin": [ORIGIN, `${ORIGIN} if (origin && origin !== "null") return next();`],
    "csrf-absent-origin": [ORIGIN, `${ORIGIN} if (!origin) return next();`],
    "csrf-null-origin": [ORIGIN, `${ORIGIN} if (origin === "null") return next();`],
    "csrf-believes-host": [ORIGIN, `${ORIGIN} if (origin?.endsWith(\`//\${request.headers.host}\`)) return next();`],
    "csrf-believes-forwarded-host": ['delete request.headers["x-forwarded-host"];', 'if (request.headers["x-forwarded-host"]) own.add(`https://${request.headers["x-forwarded-host"]}`);'],
  }),
  ...guard("app/server.ts", "http", "tests/security/csrf.test.ts", {
    "csrf-exempt-only-post": ['({ method, path }) => method === "POST" && exempt', "({ path }) => exempt"],
  }),
  ...guard("app/http/live-topics.ts", "unit", "app/http/live-topics.test.ts", {
    "live-topics-of-others": ['return topics.includes("me") ? [`party:${actor.partyId}`] : [];', "return topics;"],
  }),
  ...guard("app/domain/accounts/account.ts", "http", "tests/security/sign-in.test.ts", {
    "open-redirect": ["if (!next || !/^\\/(?![/\\\\])[^\\\\\\s\\p{Cc}]*$/u.test(next) || next.length > 500) return fallback;", "if (next) return next;"],
  }),

  ...guard("app/domain/imports/csv.ts", "db-sqlite", "tests/db/export.test.ts", {
    "export-formulas": ["const inert = STARTS_FORMULA.test(value) ?", "const inert = !value ?"],
  }),
  ...guard("app/domain/orders/upsert-invoice.server.ts", "db-sqlite", "tests/db/books.test.ts", {
    "invoice-own-number": ["(isChanged(plan) && isOurs(", "(false && isOurs("],
  }),
  ...guard("app/domain/orders/upsert.ts", "db-sqlite", "tests/db/books.test.ts", {
    "books-one-after-another": ["const round = Math.max(0, ...own.map((key) => next.get(key) ?? 0));", "const round = 0;"],
  }),
  ...guard("app/domain/imports/notes-in.server.ts", "db-sqlite", "tests/db/export.test.ts", {
    "notes-twice": ["[`${partyId} ${at} ${body}`, ", "["],
  }),
  ...guard("app/domain/imports/check.server.ts", "db-sqlite", "tests/db/import-types.test.ts", {
    "dry-run-forgets": ["if (!once.add(key)) this.repeated.add(key);", "once.add(key);"],
    "dry-run-estimate": ["else this.preview.isEstimate = true;", ""],
  }),

  ...guard("app/domain/analytics/habits.ts", "db-sqlite", "tests/db/reports-evaluated.test.ts", {
    "report-own-clock": ["const clock = this.clockOf(zone);", 'const clock = this.clockOf(zone && "UTC");'],
  }),
  ...guard("app/domain/analytics/purchases.server.ts", "db-sqlite", "tests/db/reports-evaluated.test.ts", {
    "report-cancelled-then": ["OR o.cancelled_at > ?)", "OR o.cancelled_at > ? + 1e15)"],
    "report-known-then": ['"o.created_at <= ? AND', '"o.created_at <= ? + 1e15 AND'],
  }),
  ...guard("app/domain/analytics/affinity.ts", "unit", "app/domain/analytics/affinity.test.ts", {
    "pair-by-chance": ["pair.chance * tried < MOST_CHANCE", "pair.chance * tried < 1e9"],
    "pair-stocking-up": [" || basket.size > MOST_IN_ORDER", ""],
  }),
  ...guard("app/domain/analytics/wishes.ts", "unit", "app/domain/analytics/wishes.test.ts", {
    "wish-already-there": ["if (bought.has(partnerId) && partnerAgain < BOUGHT_AGAIN) continue;", ""],
    "wish-put-away": [" || !offered.has(partnerId)", ""],
  }),

  ...guard("app/http/api/listener.server.ts", "http", "tests/http/api.test.ts", {
    "api-scope": ["if (!scope || !token.scopes.includes(scope))", "if (!scope)"],
    "api-limit": ["if (allowed.ok) return;", "return;"],
    "api-if-match": ["if (wanted.length && !wanted.includes", "if (false && !wanted.includes"],
    "api-keeps-answer": ["if (keyed) await keepAnswer(tx, keyed, answer, asked.by.now);", ""],
  }),
  ...guard("app/domain/integrations/tokens.server.ts", "http", "tests/http/api.test.ts", {
    "api-token-state": ['if (!row || tokenState(row, now) !== "active") return null;', "if (!row) return null;"],
  }),
  ...guard("app/domain/integrations/tokens.server.ts", "db-sqlite", "tests/db/api-reading.test.ts", {
    "api-token-hash": ["tokenHash: hashToken(token),", "tokenHash: hashToken(token), name: input.name + token,"],
  }),
  ...guard("app/domain/integrations/answers.server.ts", "http", "tests/http/api.test.ts", {
    "api-key-reused": ["if (kept.requestHash !== requestHash)", "if (false)"],
    "api-answer-sealed": ["const sealed = seal(key, purposeOf(tokenId), JSON.stringify(answer));", "const sealed = Buffer.from(JSON.stringify(answer));"],
  }),
  ...guard("app/http/api/cursor.server.ts", "http", "tests/http/api.test.ts", {
    "api-cursor-bound": ["unseal([keys.SECRET_KEY, ...keys.SECRET_KEY_OLD], `cursor:${list}`,", "unseal([keys.SECRET_KEY, ...keys.SECRET_KEY_OLD], `cursor:${list.replace(/\\?.*/, '')}`,"],
  }),

  ...guard("app/domain/integrations/resources/audience.server.ts", "http", "tests/http/api-resources.test.ts", {
    "api-mails-changed-since": ['const moments = ["created_at", "handed_at", "accepted_at", "delivered_at", "bounced_at", "finished_at"];', 'const moments = ["created_at"];'],
    "api-staff-notes": ['and(inArray(interactions.caseId, [...ids]), eq(interactions.visibility, "public"))', "inArray(interactions.caseId, [...ids])"],
  }),
  ...guard("app/outgoing/post.server.ts", "unit", "app/outgoing/post.test.ts", {
    "post-literal": ["if (isIP(host) && !mayCall(host, url, reach)) return failed(new Blocked());", ""],
    "post-name": ["addresses.some(({ address }) => !mayCall(address, url, reach))", "false"],
    "post-one-is-enough": ["addresses.some(({ address }) => !mayCall", "addresses.every(({ address }) => !mayCall"],
    "post-without-tls": ['url.protocol === "https:" ? mayReach(address, letIn) : isLetIn(address, letIn)', "mayReach(address, letIn)"],
    "post-timeout": ["      signal,\n", ""],
    "post-endless": ["if (size > LARGEST_ANSWER)", "if (false)"],
  }),
  ...guard("app/outgoing/reach.ts", "unit", "app/outgoing/reach.test.ts", {
    "reach-mapped": ["const match = /^\\[::ffff:", "const match = /^\\[::eeee:"],
    "reach-special": ["const closed = listOf([...V4, ...V6_SPECIAL]);", "const closed = listOf(V6_SPECIAL);"],
  }),
  ...guard("app/domain/integrations/posting.server.ts", "db-sqlite", "tests/db/webhooks.test.ts", {
    "webhook-one-worker": ["lte(webhookEndpoints.quietUntil, clock())", "lte(webhookEndpoints.quietUntil, clock() + 999_999)"],
    "webhook-rest": ["Math.min(failed.nextAt, now + LONGEST_REST)", "0"],
    "webhook-disabled": ["now - failingSince >= DISABLE_AFTER", "false"],
  }),
  ...guard("app/domain/integrations/posting.server.ts", "faults-sqlite", "tests/faults/webhooks.db.test.ts", {
    "webhook-lost-at-kill": [".limit(A_ROUND);", '.limit(A_ROUND); for (const one of messages) await tx.update(webhookMessages).set({ state: "delivered" }).where(eq(webhookMessages.id, one.id));'],
  }),
  ...guard("app/domain/integrations/signing.server.ts", "db-sqlite", "tests/db/webhooks.test.ts", {
    "webhook-signed-body": ["${message.publicId}.${timestamp}.${message.body}", "${message.publicId}.${timestamp}"],
    "webhook-secret-ends": ["gt(webhookSecrets.endsAt, now)", "gt(webhookSecrets.endsAt, 0)"],
    "webhook-secret-sealed": ["sealed: seal(keys.SECRET_KEY, purposeOf(endpointId), secret)", "sealed: Buffer.from(secret)"],
  }),

  // ── whose it is ─────────────────────────────────────────────────────────────────────────────────────────────────────
  ...guard("app/domain/orders/orders.server.ts", "http", "tests/security/portal-scope.test.ts", {
    "portal-orders": ["return findDetail(db, and(eq(orders.publicId, publicId), eq(orders.partyId, partyId)));", "return findDetail(db, eq(orders.publicId, publicId));"],
  }),
  ...guard("app/domain/orders/progress.server.ts", "db-sqlite", "tests/db/orders.test.ts", {
    "portal-cancel-order": ["if (!order || (input.partyId !== undefined && order.partyId !== input.partyId))", "if (!order)"],
  }),
  ...guard("app/domain/cases/customer-cases.server.ts", "http", "tests/security/portal-scope.test.ts", {
    "portal-cases": [".from(cases).where(and(eq(cases.publicId, publicId), eq(cases.partyId, partyId)));", ".from(cases).where(eq(cases.publicId, publicId));"],
    "portal-complaint-line": ["eq(orders.partyId, partyId), eq(orderLines.publicId, publicId), ne(", "eq(orderLines.publicId, publicId), ne("],
  }),
  ...guard("app/domain/products/designs.server.ts", "http", "tests/security/portal-scope.test.ts", {
    "portal-designs": [".from(designs).where(and(eq(designs.publicId, publicId), eq(designs.partyId, partyId)));", ".from(designs).where(eq(designs.publicId, publicId));"],
  }),
  ...guard("app/domain/deliveries/deliveries.server.ts", "http", "tests/security/portal-scope.test.ts", {
    "portal-mails": ["eq(deliveries.partyId, partyId),\n", "\n"],
  }),
  ...guard("app/domain/cases/attachments.server.ts", "db-sqlite", "tests/db/cases.test.ts", {
    "portal-photos": ["and(\n    eq(attachments.partyId, partyId),", "and("],
    "photos-of-another-customer": ["and(eq(attachments.partyId, partyId), isNull(attachments.caseId))", "isNull(attachments.caseId)"],
  }),

  // ── what leaves with a page ─────────────────────────────────────────────────────────────────────────────────────────
  ...guard("app/domain/accounts/staff.server.ts", "http", "tests/security/payloads.test.ts", {
    "payload-password-hash": ["return rows.map(({ passwordHash, ...row }) => ({ ...row, invited: passwordHash === null }));", "return rows.map((row) => ({ ...row, invited: row.passwordHash === null }));"],
  }),
  ...guard("app/domain/cases/customer-cases.server.ts", "http", "tests/security/payloads.test.ts", {
    "payload-internal-note": ['eq(interactions.partyId, partyId), eq(interactions.visibility, "public"));', "eq(interactions.partyId, partyId));"],
    "payload-another-column": ["publicId: interactions.publicId,", "publicId: interactions.publicId,\n      visibility: interactions.visibility,"],
  }),
  ...guard("app/domain/cases/messages.server.ts", "db-sqlite", "tests/db/cases.test.ts", {
    "customer-writes-own-case": ["if (!found || found.partyId !== partyId)", "if (!found)"],
    "customer-message-once": ["if (await isSent(tx, submissionKey)) return { ok: true, found: null", "if (false) return { ok: true, found: null"],
  }),
  ...guard("app/domain/cases/customer-cases.server.ts", "db-sqlite", "tests/db/cases.test.ts", {
    "internal-notes": ['eq(interactions.partyId, partyId), eq(interactions.visibility, "public"));', "eq(interactions.partyId, partyId));"],
  }),

  // ── signing in ──────────────────────────────────────────────────────────────────────────────────────────────────────
  ...guard("app/domain/accounts/sessions.server.ts", "http", "tests/security/sign-in.test.ts", {
    "session-rotation": ["if (input.replaces) await endSession(tx, audience, input.replaces);", ""],
  }),
  ...guard("app/domain/accounts/secrets.server.ts", "db-sqlite-alone", "tests/db/accounts.test.ts", {
    "session-hash-at-rest": ['return createHash("sha256").update(token).digest("hex");', "return token;"],
  }),
  ...guard("app/domain/accounts/staff.server.ts", "db-sqlite-alone", "tests/db/accounts.test.ts", {
    "sessions-end-with-role": [".set({ role: input.role }).where(eq(staffUsers.id, user.id));\n  await endSessions(tx, \"staff\", user.id);", ".set({ role: input.role }).where(eq(staffUsers.id, user.id));"],
    "sessions-end-with-account": [".set({ disabledAt: by.now }).where(eq(staffUsers.id, user.id));\n  await endSessions(tx, \"staff\", user.id);", ".set({ disabledAt: by.now }).where(eq(staffUsers.id, user.id));"],
  }),
  ...guard("app/domain/accounts/mailed-proof.server.ts", "db-sqlite-alone", "tests/db/accounts.test.ts", {
    "sessions-end-with-reset": ["await endSessions(tx, audience, account.userId);", ""],
    "sessions-end-with-password": ["await endSessions(tx, input.audience, input.userId);", ""],
  }),
  ...guard("app/domain/accounts/limits.server.ts", "db-sqlite-alone", "tests/db/accounts.test.ts", {
    "login-limits": ["if (row && Number(row.points) > limit.points)", "if (false)"],
    "login-lockout-ends": ["THEN ? ELSE rate_limits.expires_at END", "THEN ? ELSE excluded.expires_at END"],
  }),
  ...guard("app/domain/accounts/sign-in.server.ts", "db-sqlite-alone", "tests/db/accounts.test.ts", {
    "login-owners-device": ["const device = knownDevice(secretKey, audience, email, visitor.device);", "const device = null;"],
    "login-limit-by-network": ['{ key: ["login-network", networkOf(visitor.remoteAddress)], points: 60, windowMs: QUARTER },', ""],
  }),
  ...guard("app/domain/accounts/tokens.server.ts", "db-sqlite-alone", "tests/db/accounts.test.ts", {
    "token-single-use": [USABLE, USED_AS_WELL],
    "token-one-hour": ["    gt(loginTokens.expiresAt, now),\n", ""],
    "code-attempts": ["lt(loginTokens.codeAttempts, CODE_ATTEMPTS),", ""],
  }),
  ...guard("app/domain/accounts/tokens.server.ts", "http", "tests/security/mailed-links.test.ts", {
    "token-racing-browsers": [USABLE, USED_AS_WELL],
  }),
  ...guard("app/domain/accounts/staff.server.ts", "http", "tests/security/first-run.test.ts", {
    "setup-token": ['takeToken(tx, { purpose: "first_administrator", audience: "staff", token: input.token, now: by.now })', "true"],
  }),

  // ── headers, mails in frames, logs ──────────────────────────────────────────────────────────────────────────────────
  ...guard("app/http/security.server.ts", "http", "tests/security/headers.test.ts", {
    "csp-nonce": ['scriptSrc: ["\'self\'", nonce', 'scriptSrc: ["\'self\'", "\'unsafe-inline\'"'],
    "csp-frame-ancestors": ['frameAncestors: ["\'none\'"],', 'frameAncestors: ["\'self\'"],'],
    "hsts": ["strictTransportSecurity: https ?", "strictTransportSecurity: false ?"],
    "mail-frame-sandbox": ['sandbox: ["allow-popups", "allow-popups-to-escape-sandbox"],', 'sandbox: ["allow-popups", "allow-scripts"],'],
    "secret-links-no-referrer": ['SECRET_PATH.test(path) ? secretPath', 'false ? secretPath'],
  }),
  ...guard("app/http/session.server.ts", "http", "tests/security/headers.test.ts", {
    "cookie-from-address": ["value !== null && /^[\\w-]{1,128}$/.test(value)", "value !== null"],
  }),
  ...guard("app/http/cookies.server.ts", "http", "tests/security/headers.test.ts", {
    "cookie-secure": ['"; Secure"', '""'],
    "cookie-http-only": ["; HttpOnly; Max-Age=${maxAgeS}", "; Max-Age=${maxAgeS}"],
  }),
  ...guard("app/domain/accounts/sessions.server.ts", "http", "tests/security/headers.test.ts", {
    "cookie-host-prefix": ['`${secure ? "__Host-" : ""}rapport_${audience}`', "`rapport_${audience}`"],
  }),
  ...guard("app/server.ts", "http", "tests/security/logs.test.ts", {
    "log-paths": ["const path = request.path.replace(", "const path = request.originalUrl || request.path.replace("],
    "log-odd-paths": ["/\\/(?![\\w.-]{1,19}(?:\\/|$))[^/]+/g", "/\\/[\\w.~-]{20,}/g"],
  }),
  ...guard("app/context.server.ts", "http", "tests/security/logs.test.ts", {
    "log-errors": ["err: safeError,", ""],
    "log-words-of-the-relay": ["words: withoutAddresses", ""],
  }),
  ...guard("app/context.server.ts", "unit", "tests/security/logs.unit.test.ts", {
    "log-quoted-text": ["error.message.replace(QUOTED, \"…\")", "error.message"],
  }),

  // ── what people type, in pages and mails ────────────────────────────────────────────────────────────────────────────
  ...guard("app/routes/portal/help/messages.tsx", "http", "tests/security/stored-xss.test.ts", {
    "xss-in-pages": ['<p className="break-words whitespace-pre-line">{message.body}</p>', '<p className="break-words whitespace-pre-line" dangerouslySetInnerHTML={{ __html: message.body }} />'],
  }),

  ...guard("app/domain/mailings/mjml-worker.cjs", "unit", "tests/security/mail-html.unit.test.ts", {
    "mjml-includes": ["ignoreIncludes: true,", "ignoreIncludes: false,"],
  }),
  ...guard("app/domain/mailings/mail-html.ts", "unit", "tests/security/mail-html.unit.test.ts", {
    "mail-sanitiser": ["const clean = sanitizeHtml(stashed, {", "const clean = ((text) => text)(stashed, {"],
    "mail-refresh": ['exclusiveFilter: (frame) => frame.tag === "meta"', 'exclusiveFilter: (frame) => frame.tag === "none"'],
  }),
  ...guard("app/domain/mailings/richtext.ts", "unit", "tests/security/mail-html.unit.test.ts", {
    "mail-typed-text": ["return escapeHtml(text)\n", "return text\n"],
  }),
  ...guard("app/domain/mailings/liquid.server.ts", "unit", "tests/security/mail-html.unit.test.ts", {
    "mail-merge-values": ['const forHtml = new Liquid({ ...BOUNDS, outputEscape: "escape" });', "const forHtml = new Liquid(BOUNDS);"],
  }),
  ...guard("app/routes/staff/mailings/preview-pane.tsx", "unit", "tests/security/mail-html.unit.test.ts", {
    "mail-frame-in-page": ['sandbox=""\n', 'sandbox="allow-scripts allow-same-origin"\n'],
  }),

  // ── what may leave as mail ──────────────────────────────────────────────────────────────────────────────────────────
  ...guard("app/domain/deliveries/recipient.ts", "db-sqlite", "tests/db/sending.test.ts", {
    "handover-consent": ["isMarketing && !facts.consent", "false"],
    "handover-open-complaint": ["isMarketing && facts.openComplaint", "false"],
    "handover-suppression": ['suppressed === "all" || (isMarketing && suppressed === "marketing")', "false"],
    "handover-suppression-of-all": ['suppressed === "all" || (isMarketing', "(isMarketing"],
    "handover-erased": ["holds: (facts) => facts.erased", "holds: () => false"],
    "handover-pause": ["isMarketing && facts.pausedByCustomer", "false"],
    "handover-cancelled": ['if (marketing && (facts.stream === "cancelled" || facts.stream === "finished")) return "cancelled";', ""],
  }),
  ...guard("app/domain/deliveries/recipient.ts", "db-sqlite", "tests/db/audience.test.ts", {
    "plan-suppression": ['"EXISTS (SELECT 1 FROM suppressions s WHERE s.address_hash = g.address_hash)"', '"false"'],
    "plan-consent": ["c.channel = '${channel}' AND c.state = 'granted'", "c.channel = '${channel}'"],
    "plan-pause": ["p.marketing_paused_until > ${now}", "p.marketing_paused_until >= ${now}"],
  }),
  ...guard("app/domain/deliveries/enqueue.server.ts", "db-sqlite", "tests/db/audience.test.ts", {
    "plan-second-behind-an-address": ["if (added === mails.count) return added;", "return added;"],
  }),
  ...guard("app/domain/deliveries/deliveries.server.ts", "db-sqlite", "tests/db/sending.test.ts", {
    "outbox-unique-notice": ["const dedupeKey = `notice:${input.dedupeKey}`;", "const dedupeKey = `notice:${publicId}`;"],
  }),
  ...guard("app/domain/deliveries/enqueue.server.ts", "db-sqlite", "tests/db/sending.test.ts", {
    "outbox-unique-address": ["':' || ${unit}`;", "':' || ${unit} || g.public_id`;"],
  }),
  ...guard("app/domain/deliveries/intent.server.ts", "db-sqlite", "tests/db/sending.test.ts", {
    "lease-epoch": ["WHERE d.id = g.id AND d.lease_epoch = g.epoch AND d.state = 'leased' ${lock}", "WHERE d.id = g.id AND d.state = 'leased' ${lock}"],
    "handover-key": ["const going = new Set(written.map((row) => row.delivery_id));", "const going = new Set(leases.map((lease) => lease.id));"],
    "stops-before-the-watch": ["if (stopsSeen < (this.since ?? 0)) return true;", ""],
    "stops-since-the-claim": ["stops.concerns(lease) || (lease.expiresAt", "(lease.expiresAt"],
  }),
  ...guard("app/mail/smtp/courier.server.ts", "unit", "app/mail/smtp/courier.test.ts", {
    "leave-before-the-dot": ['if (flight.leave === "granted" && flight.mayWrite) this.writeMessage(flight);', "if (flight.mayWrite) this.writeMessage(flight);"],
    "reset-after-refusal": ['this.session?.write("RSET\\r\\n");', 'this.session?.write("NOOP\\r\\n");'],
  }),
  ...guard("app/mail/smtp/courier.server.ts", "unit", "app/mail/smtp.test.ts", {
    "unknown-after-the-dot": ["else if (flight.isWritten) this.end(", "else if (false) this.end("],
  }),
  ...guard("app/mail/smtp/session.server.ts", "unit", "app/mail/smtp/courier.test.ts", {
    "starttls-injection": ["if (!this.reader.isEmpty || this.early.length)", "if (false)"],
    "certificates-checked": ["rejectUnauthorized: isVerified", "rejectUnauthorized: false"],
    "password-not-in-the-clear": ["} else if (!relay.isSecure && relay.login && !isLoopback(relay.host))", "} else if (false)"],
  }),
  ...guard("app/domain/deliveries/reaper.server.ts", "db-sqlite", "tests/db/sending.test.ts", {
    "at-most-once": ["`UPDATE deliveries SET state = 'unknown', finished_at = ?, lease_owner = NULL,", "`UPDATE deliveries SET state = 'queued', attempt = attempt + 1, finished_at = ?, lease_owner = NULL,"],
  }),
  ...guard("app/domain/deliveries/sending.server.ts", "db-sqlite", "tests/db/clock.test.ts", {
    "new-lease-taken-over": ["if (held?.intentAt === null) held.row = row;", "if (held) continue;"],
  }),
  ...guard("app/domain/campaigns/why.server.ts", "db-sqlite", "tests/db/why-mail.test.ts", {
    "why-mail-later-word": [', lte(consents.at, until)', ""],
    "why-mail-asked-again": ['ne(consents.state, "pending"), ', ""],
    "why-mail-no": ['last?.state === "granted" ? {', "last ? {"],
  }),
  ...guard("app/db/open-sqlite.server.ts", "db-sqlite", "tests/db/database.test.ts", {
    "write-waits-awake": ['writer.pragma("busy_timeout = 0");', ""],
  }),
  ...guard("app/db/open-postgres.server.ts", "db-postgres", "tests/db/database.test.ts", {
    "nobody-asleep-in-a-transaction": ["idle_in_transaction_session_timeout: LONGEST_SILENCE", ""],
  }),
  ...guard("app/domain/deliveries/ending.server.ts", "db-sqlite", "tests/db/sending.test.ts", {
    "login-mail-forgets": ['return mailClass === "security" && notice ?', "return false ?"],
  }),
  ...guard("app/routes/public/click.server.ts", "http", "tests/http/tracking.test.ts", {
    "click-stored-link-only": ["if (link === null) return nowhere(app, response);", 'const url = new URL(request.url, "http://x").searchParams.get("url"); if (url) return lead(app, response, 302, url); if (link === null) return nowhere(app, response);'],
  }),
  ...guard("app/domain/tracking/hits.server.ts", "db-sqlite", "tests/db/tracking.test.ts", {
    "clicks-that-lead-nowhere": ["WHERE h.kind = 'open' OR ${LEADS}\n", "WHERE ${LEADS} OR true\n"],
  }),
  ...guard("app/http/quick-answers.server.ts", "unit", "app/http/quick-answers.test.ts", {
    "quick-location-plain": ["if (takesReady(response) && /^[\\x21-\\x7e]+$/.test(location))", "if (takesReady(response))"],
    "quick-head-without-body": ['if (takesReady(response) && response.req.method === "GET") {', "if (takesReady(response)) {"],
    "quick-old-clients": ["return response.shouldKeepAlive && response.req.httpVersionMinor === 1 &&", "return"],
  }),
  ...guard("app/domain/tracking/link.ts", "unit", "app/domain/tracking/link.test.ts", {
    "click-to-the-web-only": ["if (/^\\/(?![/\\\\])/.test(stored)) return stored;\n", "if (stored) return stored;\n"],
  }),
  ...guard("app/domain/mailings/merge-tags.ts", "unit", "app/domain/mailings/merge-tags.test.ts", {
    "merge-no-logic": ['isLogic ? ({ kind: "logic_not_allowed", found: shorten(found) } as const)', 'isLogic ? ({ path: "customer.first_name", fallback: null, filters: [] } as MergeTag)'],
    "merge-known-tags-only": ['if (!MERGE_TAGS.some((tag) => tag.path === path)) return { kind: "unknown_tag", found: shorten(found) };', ""],
    "merge-known-filters-only": ['if (!(MERGE_FILTERS as readonly string[]).includes(name)) return { kind: "unknown_filter", found: shorten(found) };', ""],
  }),
  ...guard("app/domain/deliveries/token.server.ts", "http", "tests/http/tracking.test.ts", {
    "link-token-proof": ["if (!linkKeys().some((key) => isSame(given, proof(id, key)))) return null;", ""],
  }),
  ...guard("app/handlers.server.ts", "http", "tests/http/tracking.test.ts", {
    "get-never-unsubscribes": ['{ method: "post", path: "/u/:token", csrfExempt: "one-click", quick: unsubscribeNow },', '{ method: "get", path: "/u/:token", quick: unsubscribeNow }, { method: "post", path: "/u/:token", csrfExempt: "one-click", quick: unsubscribeNow },'],
  }),
  ...guard("app/mail/sendgrid/batch.ts", "unit", "app/mail/sendgrid/batch.test.ts", {
    "sendgrid-escapes": ["const written = isHtml ? escapeHtml(value) : value;", "const written = value;"],
    "sendgrid-secret-keys": ['secret = randomBytes(9).toString("base64url")', 'secret = "key"'],
  }),
  ...guard("app/mail/sendgrid.server.ts", "unit", "app/mail/sendgrid.test.ts", {
    "sendgrid-intents-first": ["const granted = await Promise.all(fitting.map(({ parcel }) => this.line.commitIntent(parcel)));", "const granted = fitting.map(({ parcel }) => (void this.line.commitIntent(parcel), true));"],
    "sendgrid-neighbours": ["if (isAboutTheMail(reply.status) && riders.length > 1) return", "if (false) return"],
  }),
  ...guard("app/domain/deliveries/provider-events.server.ts", "db-sqlite", "tests/db/provider-events.test.ts", {
    "provider-events-any-order": ["if (row.deliveredAt !== deliveredAt || row.bouncedAt !== bouncedAt || row.bounce !== bounce)", "if (row.deliveredAt === null && row.bounce === null)"],
  }),
  ...guard("app/routes/public/open.server.ts", "http", "tests/http/tracking.test.ts", {
    "hit-answer-after-commit": ["const { failure } = await takeHit(app.db, {", "const { failure } = { failure: null }; void takeHit(app.db, {"],
  }),
  ...guard("app/routes/hooks/sendgrid.server.ts", "http", "tests/http/tracking.test.ts", {
    "webhook-signature": ["if (!isSigned({ key, signature, timestamp, body })) return refuse(response, 403);", ""],
  }),

  ...guard("app/domain/deliveries/throttle.ts", "unit", "app/domain/deliveries/throttle.test.ts", {
    "window-counts-whole-steps": ["bucket.at + step > now - window.ms", "bucket.at > now - window.ms"],
  }),
  ...guard("app/domain/deliveries/claim.server.ts", "db-sqlite", "tests/db/throttle.test.ts", {
    "claim-counts-usage": ["await allowance?.close();", ""],
  }),
  ...guard("app/domain/deliveries/allowance.server.ts", "db-postgres", "tests/db/throttle.test.ts", {
    "one-claim-at-a-limit": ['await lockKey(tx, "send_usage");', ""],
  }),
  ...guard("app/domain/deliveries/ending.server.ts", "db-sqlite", "tests/db/throttle.test.ts", {
    "unused-limit-returned": ["  await returnUnused(tx, rows);\n", ""],
  }),
  ...guard("app/domain/deliveries/again.server.ts", "db-sqlite", "tests/db/again.test.ts", {
    "no-retry-of-missing-mailboxes": [", inArray(deliveries.reason, [...WORTH_RETRYING]))", ")"],
  }),
  // ── totals ──────────────────────────────────────────────────────────────────────────────────────────────────────────
  ...guard("app/domain/deliveries/deliveries.server.ts", "db-sqlite", "tests/db/sums.test.ts", {
    "sums-under-way-counted-once": ["counts.leased -= counts.handing;", "counts.leased -= 2 * counts.handing;"],
    "sums-cancelled-in-doubt": ["state: sql.raw(WITHHELD_OR_IN_DOUBT)", 'state: "withheld"'],
  }),
  ...guard("app/domain/deliveries/verdict.server.ts", "db-sqlite", "tests/db/sums.test.ts", {
    "sums-withheld-in-doubt": ["state = ${WITHHELD_OR_IN_DOUBT},", "state = 'withheld',"],
  }),
  ...guard("app/domain/deliveries/ending.server.ts", "db-sqlite", "tests/db/sums.test.ts", {
    "sums-given-up-in-doubt": ["const mayBeInDoubt = isWorthRetrying(set.reason);", "const mayBeInDoubt = false;"],
  }),
  ...guard("app/domain/deliveries/telling.server.ts", "db-sqlite", "tests/db/sums.test.ts", {
    "sums-given-up-untold": ['if (row.reason === "dropped") return [];', 'if (row.reason === "dropped" || row.reason === "gave_up") return [];'],
  }),
  ...guard("app/domain/tracking/tracking.server.ts", "db-sqlite", "tests/db/sums.test.ts", {
    "sums-opened-did-arrive": ["await noteArrived(tx, by, mails.filter(isInDoubt).map((mail) => mail.id));", ""],
  }),
  ...guard("app/domain/deliveries/group-writer.server.ts", "db-sqlite", "tests/db/relay-down.test.ts", {
    "pace-of-ended-mails": ['return outcome.kind !== "deferred" && outcome.kind !== "unreachable";', "return true;"],
  }),
  ...guard("app/mail/sendgrid/answer.ts", "db-sqlite", "tests/db/sendgrid-sending.test.ts", {
    "sendgrid-doubt-after-5xx": ["if (status < 500) return", "if (status < 600) return"],
  }),
  ...guard("app/domain/deliveries/provider-events.server.ts", "db-sqlite", "tests/db/sendgrid-sending.test.ts", {
    "sendgrid-dropped-and-gone": ["...(wasDropped && { toldAt: null }), ", ""],
  }),
  ...guard("app/domain/campaigns/planning.server.ts", "db-sqlite", "tests/db/campaigns.test.ts", {
    "nobody-after-the-launch": ["until: campaign.planUntil,", "until: null,"],
  }),
  ...guard("app/db/open-sqlite.server.ts", "db-sqlite", "tests/db/aside.test.ts", {
    "long-reads-aside": ["aside: face((text, params, asArrays) => aside.ask(text, params.map(bindable), asArrays)),", "aside: faceOf(reader),"],
  }),

  // ── cases, imports, saves, files, prices ────────────────────────────────────────────────────────────────────────────
  ...guard("app/domain/cases/answer-clock.ts", "unit", "app/domain/cases/answer-clock.test.ts", {
    "case-deadline-days-off": ["while (isSaturday(day) || isDayOff(day)) day = addDays(day, 1);", ""],
  }),
  ...guard("app/domain/cases/deciding.server.ts", "db-sqlite", "tests/db/cases.test.ts", {
    "case-accepted-by-law": ['if (!possibleDecisions(found, by.now).includes(input.decision)) return { ok: false, reason: "accepted_by_law" };', ""],
    "stale-decision": ['  if (await isSent(tx, input.submissionKey)) return { ok: true, status: found.status };\n  if (found.version !== input.version) return { ok: false, reason: "changed" };', ""],
  }),
  ...guard("app/domain/cases/filing.server.ts", "db-sqlite", "tests/db/cases.test.ts", {
    "case-filed-once": ["const there = await findFiled(tx, input.partyId, input.submissionKey);\n  if (there) return there;\n  const line", "const line"],
  }),
  ...guard("app/domain/imports/running.server.ts", "db-sqlite", "tests/db/imports.test.ts", {
    "import-once": ["eq(importRuns.cursor, reader.cursor), ", ""],
  }),
  ...guard("app/domain/orders/import-order.server.ts", "db-sqlite", "tests/db/import-types.test.ts", {
    "import-order-backwards": ["stepsTo(known.status, input.told.to) : [];", "(stepsTo(known.status, input.told.to) ?? []) : [];"],
  }),
  ...guard("app/domain/imports/orders-in.server.ts", "db-sqlite", "tests/db/import-types.test.ts", {
    "import-tax-twice": ["tax?.amount && isTaxOnTop(rows[0], lines) ?", "tax?.amount ?"],
  }),
  ...guard("app/domain/imports/rows.ts", "db-sqlite", "tests/db/import-types.test.ts", {
    "import-own-value": ['if (typeof value === "string") return no(column, value);', 'if (typeof value === "string") continue;'],
  }),
  ...guard("app/domain/imports/record-in.server.ts", "db-sqlite", "tests/db/import-types.test.ts", {
    "import-tags-kept": ['row.tags && job.options.tags === "replace" ?', "row.tags ?"],
  }),
  ...guard("app/domain/mailings/mailings.server.ts", "http", "tests/http/mailings.test.ts", {
    "stale-mailing-409": ["and(eq(mailings.id, mailingId), eq(mailings.version, version))", "eq(mailings.id, mailingId)"],
  }),
  ...guard("app/domain/segments/segments.server.ts", "db-sqlite", "tests/db/segments.test.ts", {
    "stale-segment": ["and(eq(segments.id, segmentId), eq(segments.version, version))", "eq(segments.id, segmentId)"],
  }),
  ...guard("app/domain/campaigns/campaigns.server.ts", "db-sqlite", "tests/db/campaigns.test.ts", {
    "stale-campaign": ["eq(campaigns.id, campaignId), eq(campaigns.version, version), inArray", "eq(campaigns.id, campaignId), inArray"],
  }),
  ...guard("app/domain/customers/custom-fields.server.ts", "db-sqlite", "tests/db/record.test.ts", {
    "own-field-put-away": ['if (field.archivedAt !== null) return { ok: false, reason: "archived_field" };', ""],
    "own-field-options-stay": ["options.length < field.options.length", "false"],
  }),
  ...guard("app/domain/customers/record-segment-fields.ts", "db-sqlite", "tests/db/record.test.ts", {
    "rule-on-field-put-away": ['return field.archivedAt === null ? null : { input, reason: "custom_archived" };', "return null;"],
  }),
  ...guard("app/domain/customers/notes.server.ts", "db-sqlite", "tests/db/record.test.ts", {
    "note-gone-from-timeline": ["await tx.update(events).set({ data: sql`'{}'` })", "if (false) await tx.update(events).set({ data: sql`'{}'` })"],
    "note-of-theirs": ["and(eq(notes.publicId, publicId), eq(notes.partyId, partyId))", "eq(notes.publicId, publicId)"],
  }),
  ...guard("app/domain/segments/compile.ts", "db-sqlite", "tests/db/segments-fuzz.test.ts", {
    "segment-none-of-unknown": ["sql: negated ? `coalesce(${sql}, false)` : sql", "sql"],
  }),
  ...guard("app/domain/segments/references.ts", "db-sqlite", "tests/db/segments.test.ts", {
    "segment-no-circles": ["trail.includes(", "[].includes("],
  }),
  ...guard("app/domain/segments/segments.server.ts", "db-sqlite", "tests/db/segments.test.ts", {
    "segment-used-stays": ['if (users.length) return { ok: false, reason: "used", by: users };', ""],
  }),
  ...guard("app/domain/segments/keeping.server.ts", "db-sqlite", "tests/db/segment-members.test.ts", {
    "segment-first-round-silent": ["if (round.since !== null && round.mark === round.roundMark)", "if (round.mark === round.roundMark || round.since === null)"],
    "segment-rules-tell-nobody": ["if (round.since !== null && round.mark === round.roundMark)", "if (round.since !== null)"],
    "segment-stretch-once": ["AND round_mark = ? AND after_party_id = ? RETURNING", "AND round_mark = ? AND after_party_id <= ? + 999999999 RETURNING"],
  }),
  ...guard("app/domain/customers/contact-points.server.ts", "db-sqlite", "tests/db/customers-search.test.ts", {
    "search-terms-kept": ["await keepTerms(tx, partyId, isGone ? [] : searchTerms({ name, number, contacts }));", ""],
    "search-finds-no-merged": ["isGone ? [] : searchTerms({ name, number, contacts })", "searchTerms({ name, number, contacts })"],
  }),
  ...guard("app/routes/staff/segments/counting.server.ts", "unit", "app/routes/staff/segments/counting.test.ts", {
    "count-is-replaced": ['underWay.get(page)?.abort(new Replaced("a newer count of this page"));', ""],
    "count-newer-kept": ["if (underWay.get(page) === own) underWay.delete(page);", "underWay.delete(page);"],
  }),
  ...guard("app/db/open-postgres.server.ts", "db-postgres", "tests/db/cancellable.test.ts", {
    "count-given-up-is-said-again": ["while (isRunning) {", "for (let once = true; once; once = false) {"],
  }),
  ...guard("app/db/killable-sqlite.server.ts", "db-sqlite", "tests/db/cancellable.test.ts", {
    "count-can-be-given-up": ['const kill = () => child.kill("SIGKILL");', "const kill = () => undefined;"],
  }),
  ...guard("app/domain/imports/customers-in.server.ts", "db-sqlite", "tests/db/import-types.test.ts", {
    "import-number-of-merged": [": (now.number ?? row.number);", ": (row.number ?? now.number);"],
  }),
  ...guard("app/domain/segments/lists.server.ts", "db-sqlite", "tests/db/segment-members.test.ts", {
    "list-takes-who-stands": ["await enter(tx, segment.id, await standing(tx, partyIds.slice(from, from + AT_ONCE)), by.now)", "await enter(tx, segment.id, partyIds.slice(from, from + AT_ONCE), by.now)"],
    "list-only-fixed": ['if (!segment.isFixed) return { ok: false, reason: "no_list" };', ""],
    "list-tells-timelines": ["await tell(tx, by, segment, { entered, left });", ""],
  }),
  ...guard("app/domain/doubles/merge.server.ts", "db-sqlite", "tests/db/segment-members.test.ts", {
    "merge-lists-follow": ["before.lists = await followLists(tx, survivorId, mergedId, by.now);", ""],
  }),
  ...guard("app/domain/doubles/undo.server.ts", "db-sqlite", "tests/db/segment-members.test.ts", {
    "undo-gives-lists-back": ["await giveBackLists(tx, survivorId, mergedId, merge!.before.lists);", ""],
  }),
  ...guard("app/domain/integrations/posting.server.ts", "db-sqlite", "tests/db/webhooks.test.ts", {
    "webhook-disabled-is-told": ["await tellDisabled(tx, by, endpoint, failingSince);", ""],
  }),
  ...guard("app/domain/doubles/consents.ts", "db-sqlite", "tests/db/doubles.test.ts", {
    "merge-makes-no-yes": ["RANK[theirs.state] > RANK[own.state]", "RANK[theirs.state] < RANK[own.state]"],
  }),
  ...guard("app/domain/doubles/undo.server.ts", "db-sqlite", "tests/db/doubles.test.ts", {
    "undo-gives-primary-back": ["if (ofKind.length === 0 || (primary && was.get(primary.id) !== false)) return;", "if (ofKind.length === 0 || primary) return;"],
    "undo-asks-for-the-address-that-gave-way": ["const own = [...points, ...survivors, ", "const own = [...points, "],
    "undo-gives-values-back": ["await giveBackValues(tx, survivorId, merge!.before.customValues);", ""],
    "undo-from-the-last": ['if (survivor.mergedIntoId !== null || merged.mergedIntoId !== survivor.id) return "merged_again";', ""],
    "undo-withdraws-for-both": ['else if (said.state === "withdrawn"', "else if (false"],
    "undo-keeps-what-is-newer": ["survivor[key as keyof Party] === became[key]", "true"],
  }),
  ...guard("app/domain/doubles/merge.server.ts", "db-sqlite", "tests/db/doubles.test.ts", {
    "merge-one-primary": ["else if (!like && !isChosen) await change(point, { isPrimary: false });", ""],
    "merge-looks-at-choices": ["const sideOf = decided(choices, take);", "const sideOf = decided(choices, {});"],
  }),
  ...guard("app/domain/doubles/finding.server.ts", "db-sqlite", "tests/db/doubles.test.ts", {
    "doubles-office-phone": ["const MOST_SHARING = 5;", "const MOST_SHARING = 500;"],
  }),
  ...guard("app/domain/doubles/holders.ts", "db-sqlite", "tests/db/doubles.test.ts", {
    "merge-forgets-a-table": ['{ table: "designs", column: "party_id", moves: "id" },', ""],
  }),
  ...guard("app/domain/customers/customers.server.ts", "http", "tests/http/audience.test.ts", {
    "stale-customer-409": ['if (party.updatedAt !== seen) return { ok: false, reason: "changed_meanwhile", theirs: party };', "seen = party.updatedAt;"],
  }),
  ...guard("app/domain/cases/photo.server.ts", "unit", "app/domain/cases/photo.test.ts", {
    "upload-drawn-anew": ["      .toBuffer();\n    return {", "      .toBuffer().then(() => Buffer.from(given.bytes));\n    return {"],
    "upload-type-by-content": ["if (!type || !TAKEN.has(type.mime))", "if (false)"],
    "upload-pixels": ["const MOST_PIXELS = 60_000_000;", "const MOST_PIXELS = 60_000_000_000;"],
  }),
  ...guard("app/routes/portal/orders/new.tsx", "http", "tests/http/orders.test.ts", {
    "order-price-seen": ["if (seen !== seenPrices(basket)) return", "if (false) return"],
  }),

  // ── what comes back ─────────────────────────────────────────────────────────────────────────────────────────────────
  ...guard("app/domain/deliveries/return-path.server.ts", "unit", "app/domain/deliveries/return-path.test.ts", {
    "return-path-proof": ["if (!returnKeys().some((key) => timingSafeEqual(Buffer.from(mac), Buffer.from(base32(proof(id, key)))))) return null;", ""],
  }),
  ...guard("app/domain/deliveries/returned/reasons.ts", "unit", "app/domain/deliveries/returned/classify.test.ts", {
    "bounce-full-mailbox": ['if (detail === "2.2" || FULL.test(words)) return "mailboxfull";', ""],
    "bounce-still-tried": ['if (action === "delayed" || action === "expired") return other ?? "expired";', ""],
    "bounce-after-data": ['if (command === "RCPT") return true;', "return true;"],
    "bounce-host-names": [".replace(/[a-z0-9_-]+(?:\\.[a-z0-9_-]+)+/g, \" \")", ""],
  }),
  ...guard("app/domain/deliveries/returned/classify.ts", "unit", "app/domain/deliveries/returned/classify.test.ts", {
    "bounce-vacation": ["if (!fromServer && (isAutoReply(mail) || !looksReturned(mail))) return null;", ""],
  }),
  ...guard("app/domain/deliveries/returned/take-returned.server.ts", "db-sqlite", "tests/db/incoming.test.ts", {
    "bounce-forged": ['if (proof === "recipient" && hasReturnPaths) return one.effect === "hard" ? "soft" : "answer";', ""],
    "bounce-delay": ['if (one.isUnderWay) return "delayed";', ""],
  }),
  ...guard("app/domain/cases/incoming.server.ts", "db-sqlite", "tests/db/incoming.test.ts", {
    "inbound-once": ["const there = await findInboundByKey(tx, contentKey);", "const there = null;"],
    "inbound-own-mails": ["if (await isOurOwn(tx, app, mail)) {", "if (false) {"],
    "inbound-strangers-words": ["const isTheirs = isRecipients || sender?.id === owner;", "const isTheirs = true;"],
    "inbound-cases-a-day": ["const CASES_A_DAY = 20;", "const CASES_A_DAY = 1e6;"],
  }),
  ...guard("app/domain/cases/customer-cases.server.ts", "db-sqlite", "tests/db/incoming.test.ts", {
    "portal-strangers-words": ["i.case_id = ${cases.id} and i.visibility = 'public')`", "i.case_id = ${cases.id})`"],
  }),
  ...guard("app/domain/cases/mailbox.server.ts", "db-sqlite", "tests/db/mailbox.test.ts", {
    "mailbox-numbered-anew": ["if (before.uidValidity === uidValidity) return before;", "if (before.uidValidity !== null) return before;"],
    "mailbox-pause": ["if (!row || (row.nextTryAt !== null && row.nextTryAt > now)) return null;", "if (!row) return null;"],
    "mailbox-lease": ["return won.length ? row : null;", "return row;"],
  }),
  ...guard("app/routes/hooks/inbound.server.ts", "http", "tests/http/inbound.test.ts", {
    "inbound-key": ["return timingSafeEqual(digest(secret), digest(key));", "return true;"],
  }),
  ...guard("app/domain/deliveries/returned/read-mail.server.ts", "unit", "app/domain/deliveries/returned/malformed.test.ts", {
    "bounce-many-parts": ["const MOST_BOUNDARIES = 1000;", "const MOST_BOUNDARIES = 1e9;"],
  }),
  ...guard("app/routes/hooks/posted-mail.server.ts", "http", "tests/http/inbound.test.ts", {
    "posted-without-headers": ["if (!/^(?:from|message-id|received):/im.test(headers)) return null;", ""],
    "posted-empty-sender": ["sender === null ?", "!sender ?"],
  }),
  ...guard("app/domain/deliveries/inbound.server.ts", "http", "tests/http/inbound.test.ts", {
    "set-aside-open-only": ["eq(inboundMails.publicId, publicId), inArray(inboundMails.outcome, [...OPEN_OUTCOMES])", "eq(inboundMails.publicId, publicId)"],
  }),
  ...guard("app/domain/cases/strangers.server.ts", "db-sqlite", "tests/db/incoming.test.ts", {
    "strangers-case-of-another": ["and(eq(cases.publicId, publicId), eq(cases.partyId, partyId))", "eq(cases.publicId, publicId)"],
    "strangers-words-unseen": ["isTheirs: input.isTheirAddress,", "isTheirs: true,"],
    "strangers-letter-once": ["if (mail.caseId !== null) return", "if (false) return"],
  }),
  ...guard("app/domain/customers/contact-points.server.ts", "db-sqlite", "tests/db/incoming.test.ts", {
    "strangers-address-beside": ["partyId, isPrimary: false, ...saidBy(by)", "partyId, isPrimary: true, ...saidBy(by)"],
  }),
  ...guard("app/routes/staff/settings/suppressions-import.tsx", "http", "tests/http/suppressions-import.test.ts", {
    "suppressions-looked-at-first": ['if (form.get("intent") === "import" && addresses', "if (addresses"],
    "suppressions-typed-is-kept": ['  if (text.trim() === "") return', '  if (false) return'],
  }),
  // ── what the operator needs ─────────────────────────────────────────────────────────────────────────────────────────
  ...guard("app/domain/deliveries/hold.server.ts", "db-sqlite", "tests/db/hold.test.ts", {
    "hold-under-way": ["return hold !== null && !(", "return false && !("],
  }),
  ...guard("app/domain/tracking/hits.server.ts", "db-sqlite", "tests/db/tracking.test.ts", {
    "addresses-each-hit-once": ["set: { lastId: last } });", "set: { lastId: 0 } });"],
    "addresses-of-the-young": ["at >= now - KEEP_ADDRESSES &&", "at >= now &&"],
  }),
  ...guard("app/domain/deliveries/claim.server.ts", "db-sqlite", "tests/db/hold.test.ts", {
    "hold-claim": ["const hold = await isHeld(tx);", "const hold = (await isHeld(tx)) && null;"],
  }),
  ...guard("app/domain/deliveries/restored.server.ts", "db-sqlite", "tests/db/backup.test.ts", {
    "restore-numbers-again": ['await skipIds(tx, "deliveries", SKIPPED);', ""],
  }),
  ...guard("app/shell/backup/restore.ts", "db-sqlite", "tests/db/backup.test.ts", {
    "restore-over-data": ["if (holds && !wish.replace) fail(replaceFirst(resolve(env.DATABASE_FILE)));", ""],
    "restore-while-running": ['current.pragma("journal_mode = DELETE");\n      current.exec("BEGIN EXCLUSIVE; COMMIT");', ""],
  }),
  ...guard("app/shell/backup/archive.ts", "db-sqlite", "tests/db/backup.test.ts", {
    "backup-damaged": ["if (found.get(name) !== sha256)", "if (!sha256)"],
  }),
  ...guard("app/domain/deliveries/key-mark.server.ts", "db-sqlite", "tests/db/secret-key.test.ts", {
    "key-another": ["return wanted === given ? { ok: true } : { ok: false, wanted, given };", "return { ok: true };"],
  }),
  ...guard("app/domain/campaigns/planning.server.ts", "db-sqlite", "tests/db/scheduled-launch.test.ts", {
    "hold-launch": ["if (await isHeld(app.db.read)) return 0;", ""],
  }),
  ...guard("app/mail/check/relay.server.ts", "unit", "app/mail/check/check-mail.test.ts", {
    "certificate-of-another": ['if (checkServerIdentity(host, certificate)) return "tls_other_host";', ""],
  }),
  ...guard("app/db/migrate.server.ts", "faults-sqlite", "tests/faults/migrate.db.test.ts", {
    "migration-in-pieces": [
      "for (const statement of migration.statements) db.exec(statement);",
      'for (const statement of migration.statements) { db.exec(statement); db.exec("COMMIT"); db.exec("BEGIN IMMEDIATE"); }',
    ],
    "migration-rebuild": ['db.pragma("legacy_alter_table = ON");', ""],
  }),
  ...guard("app/domain/tracking/tracking.server.ts", "db-sqlite", "tests/db/tracking.test.ts", {
    "taken-back-time": ["if (less.length) afresh.add(mail.partyId);", "if (false) afresh.add(mail.partyId);"],
  }),
  ...guard("app/domain/correspondence/logging.server.ts", "db-sqlite", "tests/db/correspondence.test.ts", {
    "log-colleague": ['if (colleague && colleague.id !== staff.id) return', "if (false) return"],
    "log-left": ["return row && row.user.disabledAt === null ? row.user : null;", "return row ? row.user : null;"],
  }),
  ...guard("app/domain/correspondence/keeping.server.ts", "db-sqlite", "tests/db/correspondence.test.ts", {
    "kept-among-staff": ["if (!given.concerned && isAmongStaff(own, told))", "if (false)"],
    "kept-removed": ['if (there?.removedAt != null) return { ok: false, reason: "removed" };', ""],
    "kept-twice": ["if (row) return row.mail;", ""],
    "kept-on-record": ["(takers.size > 0 && (given.concerned || concerned.length === 0))", "false"],
  }),
  ...guard("app/domain/correspondence/keeping.server.ts", "db-sqlite", "tests/db/own-mailbox.test.ts", {
    "kept-ours": ["(await isOurs(tx, told.messageId)) ||", ""],
  }),
  ...guard("app/domain/correspondence/reading.server.ts", "db-sqlite", "tests/db/own-mailbox.test.ts", {
    "own-mailbox-left": ["isNull(staffMailboxes.pausedAt), isNull(staffUsers.disabledAt),", "isNull(staffMailboxes.pausedAt),"],
    "own-mailbox-earlier": ["await askForEarlier(app, session, { row, staff });", ""],
  }),
  ...guard("app/domain/correspondence/reading-folder.server.ts", "db-sqlite", "tests/db/own-mailbox.test.ts", {
    "own-mailbox-private": ["if (!head.addresses.some((address) => known.has(normalizeEmail(address)))) continue;", ""],
    "own-mailbox-renumbered": ["folder.uidValidity === uidValidity ? folder.lastUid + 1 : 1", "folder.lastUid + 1"],
    "own-mailbox-aside": ["const reason: AsideReason = (error as Error)", "if (isNew) throw error;\n      const reason: AsideReason = (error as Error)"],
    "own-mailbox-dead-connection": ['if (reason === "unreadable") await session.open(reading.folder.path);', ""],
  }),
  ...guard("app/domain/correspondence/reading-folder.server.ts", "faults-sqlite", "tests/faults/own-mailbox.db.test.ts", {
    "own-mailbox-lost-at-kill": ["await takeMails(app, session, reading, { uidValidity, uids, isNew: true });", "await app.db.write((tx) => passed(tx, folder, uidValidity, uids.at(-1) ?? 0)); await takeMails(app, session, reading, { uidValidity, uids, isNew: true });"],
  }),
  ...guard("app/domain/cases/incoming.server.ts", "db-sqlite", "tests/db/own-mailbox.test.ts", {
    "own-mailbox-gives-way": ["await giveWay(tx, by, { messageId, from, subject, text, at }, owner);", ""],
  }),
  ...guard("app/outgoing/mail-account.server.ts", "db-sqlite", "tests/db/own-mailbox.test.ts", {
    "own-mailbox-inner": ["if (addresses.length === 0 || addresses.some((address) => !mayReach(address, letIn)))", "if (addresses.length === 0)"],
  }),
  ...guard("app/domain/correspondence/kept-mails.server.ts", "db-sqlite", "tests/db/correspondence.test.ts", {
    "remove-not-yours": ['if (!(await mayRemove(tx, by.actor, mail.id)))', "if (false)"],
  }),
  ...guard("app/mail/dkim.server.ts", "unit", "app/mail/dkim.test.ts", {
    "dkim-second-from": ['"from", "from", "to", "to",', '"from", "to",'],
  }),
];

/** Entries that share a file and its test: name → [find, put]. */
function guard(file, project, test, changes) {
  return Object.entries(changes).map(([name, [find, put]]) => ({ name, file, find, put, project, test }));
}
