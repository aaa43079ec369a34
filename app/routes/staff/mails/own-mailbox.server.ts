/** What the account page does with one's own mailbox: tried before it is kept. */
import type { AppLoadContext } from "@remix-run/node";

import { takePoints } from "~/domain/accounts/limits.server";
import { tryAsidesAgain } from "~/domain/correspondence/asides.server";
import { ownMailboxSchema, sinceOf, type MailboxFault } from "~/domain/correspondence/own-mailbox";
import { connectMailbox, disconnectMailbox, resumeMailbox, tryAccount } from "~/domain/correspondence/own-mailboxes.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";

const PAGE = "/staff/account";
const TRIES_AN_HOUR = 20;

/** Where on the form each fault is to be mended. */
const AT_FIELD: Record<MailboxFault, string> = { refused: "password", unreachable: "host", blocked: "host", certificate: "host", no_folder: "host", broken: "host" };

export async function connectOwn(context: AppLoadContext, staffId: number, form: FormData) {
  const { app } = context;
  const submission = parseForm(form, ownMailboxSchema);
  if (submission.status !== "success") return refuse(submission);
  const { host, port, security, username: user, password, days } = submission.value;
  // Nobody tries other people's passwords or other people's servers from here.
  const may = await app.db.write((tx) => takePoints(tx, [{ key: ["own_mailbox", String(staffId)], points: TRIES_AN_HOUR, windowMs: 3_600_000 }], by(context).now));
  if (!may.ok) return refuse(submission, { form: [`too_many_tries:${Math.ceil((may.retryAt - by(context).now) / 60_000)}`] }, 429);
  const account = { host, port, secure: security === "tls", user, password };
  const tried = await tryAccount(app.openAccount, account);
  if (!tried.ok) return refuse(submission, { fields: { [AT_FIELD[tried.fault]]: [`mailbox_${tried.fault}`] } });
  await app.db.write((tx) => connectMailbox(tx, by(context), app.env, { staffId, account, folders: tried.folders, since: sinceOf(days, by(context).now) }));
  return redirectSaying(app, PAGE, { key: "correspondence.own.connected" });
}

export async function disconnectOwn(context: AppLoadContext, staffId: number) {
  await context.app.db.write((tx) => disconnectMailbox(tx, by(context), staffId));
  return redirectSaying(context.app, PAGE, { key: "correspondence.own.disconnected" });
}

export async function resumeOwn(context: AppLoadContext, staffId: number) {
  await context.app.db.write((tx) => resumeMailbox(tx, by(context), staffId));
  return redirectSaying(context.app, PAGE, { key: "correspondence.own.resumed" });
}

export async function tryAsidesOfOwn(context: AppLoadContext, staffId: number) {
  await context.app.db.write((tx) => tryAsidesAgain(tx, by(context), staffId));
  return redirectSaying(context.app, PAGE, { key: "correspondence.own.asides.tried" });
}
