import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { ownAddresses } from "~/domain/correspondence/keeping.server";
import { MAIL_FORM_BYTES, MOST_MAIL_FILES } from "~/domain/correspondence/mail-files";
import { dropMail, readMailFile, type Dropped, type MailFileFault } from "~/domain/correspondence/mail-files.server";
import { redirectSaying } from "~/http/flash.server";
import { by, requireStaff } from "~/http/require";
import { filesOf, HANG_UP, readForm } from "~/http/uploads.server";
import { StatusChip } from "~/ui/badge";
import { TextLink } from "~/ui/button";
import { Page, PageHeader, Section } from "~/ui/page";
import { customerAsked } from "../customers/asked.server";
import { DropMails } from "./drop-mails";

/** Mails as files onto one customer's timeline. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const party = await customerAsked(context.app.db.read, request, params.id);
  return { party: { publicId: party.publicId, name: party.name } };
}

type Line = { file: string; outcome: Dropped["outcome"] | MailFileFault; mail: string | null };
const NONE: Line[] = [];

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context;
  const staff = requireStaff(context);
  const party = await customerAsked(app.db.read, request, params.id);
  const form = await readForm(request, MAIL_FORM_BYTES);
  if (!form) return data({ error: "file_too_big", lines: NONE }, { status: 413, headers: HANG_UP });
  const files = await filesOf(form, "mails", true);
  if (files.length === 0) return data({ error: "required", lines: NONE }, { status: 400 });
  if (files.length > MOST_MAIL_FILES) return data({ error: "too_many_files", lines: NONE }, { status: 400 });
  const own = await ownAddresses(app.db.read, app.env);
  const lines: Line[] = [];
  for (const { name, bytes } of files) {
    const read = await readMailFile(bytes, app.clock());
    const done = read.ok ? await app.db.write((tx) => dropMail(tx, by(context), { told: read.told, own, partyId: party.id, staffId: staff.id })) : { outcome: read.reason, mail: null };
    lines.push({ file: name.slice(0, 200), ...done });
  }
  const isDone = lines.every(({ outcome }) => outcome === "kept" || outcome === "there");
  if (isDone) return redirectSaying(app, `/staff/customers/${party.publicId}`, { key: "correspondence.drop.done" });
  const only = lines.length === 1 ? lines[0] : undefined;
  if (only?.outcome === "asks") return redirectSaying(app, `/staff/mails/${only.mail}?customer=${party.publicId}`, { key: "correspondence.drop.asks", tone: "error" });
  return data({ error: lines.some(({ outcome }) => FAULTS.includes(outcome)) ? "mail_file" : null, lines }, { status: 400 });
}

const FAULTS: readonly string[] = ["empty", "too_big", "outlook", "not_a_mail"];

export default function DropPage() {
  const { party } = useLoaderData<typeof loader>();
  const answer = useActionData<{ error: string | null; lines: Line[] }>();
  const t = useTranslations("correspondence.drop");
  return (
    <Page width="text">
      <PageHeader title={t("title")} back={{ to: `/staff/customers/${party.publicId}`, label: party.name }} />
      <DropMails publicId={party.publicId} error={answer?.error ?? null} />
      {answer && answer.lines.length > 0 && (
        <Section title={t("result")}>
          <ul>
            {answer.lines.map((line) => (
              <li key={`${line.file}${line.mail}`} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-b border-line py-2 last:border-0">
                <span className="min-w-0 font-medium break-all">{line.file}</span>
                <StatusChip state={line.outcome === "kept" || line.outcome === "there" ? "good" : FAULTS.includes(line.outcome) ? "bad" : "warning"}>{t(`outcomes.${line.outcome}`)}</StatusChip>
                {line.mail !== null && <TextLink to={`/staff/mails/${line.mail}${line.outcome === "asks" ? `?customer=${party.publicId}` : ""}`}>{t(line.outcome === "asks" ? "say" : "open")}</TextLink>}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  );
}
