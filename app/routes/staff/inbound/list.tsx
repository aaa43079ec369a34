import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData } from "@remix-run/react";
import { MailQuestion } from "lucide-react";
import { useTranslations } from "use-intl";

import { listCaseRefs } from "~/domain/cases/case-refs.server";
import { listKeptMailPaths } from "~/domain/correspondence/kept-mails.server";
import { findInbound, isToBeLookedAt, listInbound, mailboxState } from "~/domain/deliveries/inbound.server";
import { found, requireStaff } from "~/http/require";
import { Badge } from "~/ui/badge";
import { SubmitButton, textLinkClass } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { DataList } from "~/ui/data-list";
import { EmptyState } from "~/ui/empty-state";
import { useLive } from "~/ui/live";
import { Page, PageHeader } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { Tabs } from "~/ui/tabs";
import { type Column, RowLink, Table } from "~/ui/table";
import { DateTime } from "~/ui/values";
import { FileLetter } from "./file-letter";
import { fileByForm, readFiling } from "./filing.server";

/** What came in by mail, each with what followed; with `?mail=` one of them whole. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  requireStaff(context);
  const { db, env } = context.app;
  const query = new URL(request.url).searchParams;
  const asked = query.get("mail");
  const open = asked === null ? null : found(await findInbound(db.read, asked));
  const all = query.get("show") === "all";
  const { rows, older } = await listInbound(db.read, { before: Number(query.get("after")) || undefined, onlyOpen: !all });
  const refs = await listCaseRefs(db.read, [...rows, ...(open ? [open] : [])].flatMap(({ caseId }) => caseId ?? []));
  const kept = await listKeptMailPaths(db.read, rows.flatMap(({ keptMailId }) => keptMailId ?? []));
  const shown = <Row extends { id: number; caseId: number | null; deliveryId: number | null; keptMailId: number | null }>({ id: _id, caseId, deliveryId: _deliveryId, keptMailId, ...row }: Row) => ({
    ...row,
    keptMail: (keptMailId !== null && kept.get(keptMailId)) || null,
    case: (caseId !== null && refs.get(caseId)) || null,
  });
  const filing = open && (await readFiling(db.read, open, query));
  return { all, rows: rows.map(shown), older, open: open && { ...shown(open), filing, isOpen: isToBeLookedAt(open) }, mailbox: await mailboxState(db.read), isSet: env.IMAP_URL !== undefined || env.INBOUND_KEY !== undefined };
}

/** A stranger's letter goes under a customer. */
export function action(args: ActionFunctionArgs) {
  requireStaff(args.context);
  return fileByForm(args);
}

type Data = ReturnType<typeof useLoaderData<typeof loader>>;

export default function Inbound() {
  const { all, rows, older, open, mailbox, isSet } = useLoaderData<typeof loader>();
  const t = useTranslations("inbound");
  useLive(["inbound"]);
  return (
    <Page>
      <PageHeader title={t("title")} lead={t(isSet ? "lead" : "notSet")} />
      {mailbox !== null && mailbox.error !== null && (
        <Callout tone="warn" title={t("broken", { name: mailbox.name })}>
          <p className="break-words">
            {mailbox.error} {mailbox.errorAt !== null && <DateTime at={mailbox.errorAt} show="dateTime" className="text-muted" />}
          </p>
        </Callout>
      )}
      {open && <Whole mail={open} />}
      <Tabs
        label={t("title")}
        items={[
          { to: "/staff/inbound", label: t("open"), current: !all },
          { to: "/staff/inbound?show=all", label: t("all"), current: all },
        ]}
      />
      {rows.length > 0 ? (
        <>
          <Table rows={rows} columns={useColumns(all)} rowKey={(row) => row.publicId} caption={t("caption")} />
          <Pagination older={older} />
        </>
      ) : (
        <EmptyState icon={MailQuestion} title={t(all ? "none" : "noneOpen")}>
          {t(all ? "noneHelp" : "noneOpenHelp")}
        </EmptyState>
      )}
    </Page>
  );
}

function Whole({ mail }: { mail: NonNullable<Data["open"]> }) {
  const t = useTranslations("inbound");
  return (
    <section aria-label={t("whole")} className="mb-6 max-w-3xl rounded-lg border border-line px-4 py-4">
      <h2 className="mb-2 text-lg font-semibold break-words">{mail.subject || t("noSubject")}</h2>
      <DataList
        items={[
          [t("from"), `${mail.fromName ?? ""} ${mail.fromAddress ?? ""}`.trim()],
          [t("came"), <DateTime key="came" at={mail.receivedAt} show="dateTime" />],
          [t("what"), t(`kinds.${mail.kind}`)],
          [t("followed"), t(`outcomes.${mail.outcome}`)],
          [t("case"), mail.case && <CaseLink key="case" to={mail.case} />],
          [t("files"), mail.files.length > 0 && mail.files.join(", ")],
        ]}
      />
      <p className="mt-4 border-t border-line pt-4 break-words whitespace-pre-line">{mail.text || t("noText")}</p>
      {mail.filing && <Photos photos={mail.filing.photos} />}
      {mail.filing && <FileLetter mail={mail} filing={mail.filing} />}
      {mail.isOpen && (
        <Form method="post" className="mt-4 border-t border-line pt-4">
          <SubmitButton variant="secondary" name="aside" value={mail.publicId}>
            {t("aside")}
          </SubmitButton>
        </Form>
      )}
    </section>
  );
}

function Photos({ photos }: { photos: { publicId: string; filename: string }[] }) {
  const t = useTranslations("inbound");
  return (
    <ul className="mt-3 flex flex-wrap gap-2 empty:hidden">
      {photos.map(({ publicId, filename }) => (
        <li key={publicId}>
          <a href={`/staff/desk/photos/${publicId}`} target="_blank" rel="noreferrer">
            <img src={`/staff/desk/photos/${publicId}`} alt={t("photo", { name: filename })} loading="lazy" className="size-28 rounded-md border border-line object-cover" />
          </a>
        </li>
      ))}
    </ul>
  );
}

function CaseLink({ to }: { to: { publicId: string; number: string } }) {
  return (
    <Link to={`/staff/desk/${to.publicId}`} className={textLinkClass}>
      {to.number}
    </Link>
  );
}

function useColumns(all: boolean): Column<Data["rows"][number]>[] {
  const t = useTranslations("inbound");
  return [
    {
      key: "subject", header: t("subject"), grow: true,
      cell: (row) => <RowLink to={row.keptMail ? `/staff/mails/${row.keptMail}` : `/staff/inbound?${all ? "show=all&" : ""}mail=${row.publicId}`}>{row.subject || t("noSubject")}</RowLink>,
    },
    { key: "from", header: t("from"), cell: (row) => <span className="block max-w-52 truncate xl:max-w-72">{row.fromAddress ?? row.fromName}</span> },
    { key: "kind", header: t("what"), hide: "xl", cell: (row) => <span className="whitespace-nowrap">{t(`kinds.${row.kind}`)}</span> },
    { key: "followed", header: t("followed"), cell: (row) => (row.case ? <CaseLink to={row.case} /> : <Badge>{t(`outcomes.${row.outcome}`)}</Badge>) },
    { key: "came", header: t("came"), align: "end", cell: (row) => <DateTime at={row.receivedAt} show="dateTime" /> },
  ];
}
