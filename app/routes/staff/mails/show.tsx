import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Download } from "lucide-react";
import { useTranslations } from "use-intl";

import { ownAddresses } from "~/domain/correspondence/keeping.server";
import { fileMail, listKeptMailCustomers, listKeptMailFiles, listKeptMailStaff, listNamed, mayRemove, removeMail, takeOffMail } from "~/domain/correspondence/kept-mails.server";
import { withoutQuotation } from "~/domain/correspondence/reply-text";
import { redirectSaying } from "~/http/flash.server";
import { by, requireStaff } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { Badge } from "~/ui/badge";
import { SubmitButton, TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { DataList } from "~/ui/data-list";
import { Form } from "~/ui/form";
import { Icon } from "~/ui/icon";
import { Page, PageHeader, Section, Split } from "~/ui/page";
import { DateTime } from "~/ui/values";
import { FileMail } from "./file-mail";
import { readFilingOf } from "./read-filing.server";
import { readableMail } from "./readable.server";

/** One mail between staff and customers that left or came beside this system. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { db, env } = context.app;
  const staff = requireStaff(context);
  const { id, text, fromAddress, fromName, ...mail } = await readableMail(context, params.id);
  const own = withoutQuotation(text);
  const ours = await ownAddresses(db.read, env);
  const named = await listNamed(db.read, { fromAddress, fromName, recipients: mail.recipients }, ours);
  const customers = (await listKeptMailCustomers(db.read, id)).map(({ partyId, ...one }) => ({ ...one, isNamed: named.has(partyId) }));
  const query = new URL(request.url).searchParams;
  return {
    mail: { ...mail, from: { name: fromName, address: fromAddress }, own, whole: own === text.trim() ? null : text },
    customers,
    staff: (await listKeptMailStaff(db.read, id)).map(({ name, door, at }) => ({ name, door, at })),
    files: await listKeptMailFiles(db.read, id),
    mayRemove: await mayRemove(db.read, staff, id),
    filing: customers.length === 0 || query.has("q") || query.has("customer") ? await readFilingOf(db.read, { fromAddress, fromName, recipients: mail.recipients }, ours, query) : null,
  };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context;
  const actor = requireStaff(context);
  const mail = await readableMail(context, params.id);
  const form = await request.formData();
  if (form.get("intent") === "remove") {
    const removed = await app.db.write((tx) => removeMail(tx, { ...by(context), actor }, mail.publicId));
    if (!removed.ok) throw new Response(null, { status: removed.reason === "not_yours" ? 403 : 404 });
    return redirectSaying(app, "/staff/customers", { key: "correspondence.removed" });
  }
  const own = await ownAddresses(app.db.read, app.env);
  if (form.get("intent") === "take-off") {
    const off = await app.db.write((tx) => takeOffMail(tx, by(context), { mailPublicId: mail.publicId, partyPublicId: String(form.get("customer")), own }));
    if (!off.ok) throw new Response(null, { status: off.reason === "by_address" ? 409 : 404 });
    return redirectSaying(app, `/staff/mails/${mail.publicId}`, { key: "correspondence.takenOff" });
  }
  const filed = await app.db.write((tx) => fileMail(tx, by(context), { mailPublicId: mail.publicId, partyPublicId: String(form.get("customer")), isTheirAddress: form.get("theirs") === "on", own }));
  if (filed.ok) return redirectSaying(app, `/staff/mails/${mail.publicId}`, { key: "correspondence.filed" });
  if (filed.reason === "not_found") throw new Response(null, { status: 404 });
  return data({ refusal: filed.reason }, { status: 409 });
}

type Data = ReturnType<typeof useLoaderData<typeof loader>>;

export default function KeptMail() {
  const loaded = useLoaderData<typeof loader>();
  const { mail, customers, filing } = loaded;
  const t = useTranslations("correspondence");
  const first = customers[0];
  return (
    <Page width="wide">
      <PageHeader
        title={mail.subject || t("noSubject")}
        {...(first && { back: { to: `/staff/customers/${first.publicId}`, label: first.name } })}
        meta={<DateTime at={mail.at} show="dateTime" />}
      />
      {filing && <FileMail filing={filing} isWaiting={customers.length === 0} />}
      <Split aside={<Facts {...loaded} />}>
        <Section first title={t("words")}>
          {mail.isRetold && <p className="mb-3 max-w-prose text-sm text-muted">{t("retold")}</p>}
          <p className="max-w-prose break-words whitespace-pre-line">{mail.own || t("noText")}</p>
          {mail.whole !== null && (
            <details className="mt-4 max-w-prose">
              <summary className="cursor-pointer text-pine">{t("whole")}</summary>
              <p className="mt-3 border-l-2 border-line pl-4 break-words whitespace-pre-line text-muted">{mail.whole}</p>
            </details>
          )}
        </Section>
        <Files mail={mail} files={loaded.files} />
        {mail.isInHtml && (
          <Section title={t("asSent")} description={t("asSentHelp")}>
            <iframe
              title={t("asSent")}
              src={`/staff/mails/${mail.publicId}/as-sent`}
              sandbox="allow-popups allow-popups-to-escape-sandbox"
              loading="lazy"
              className="h-[32rem] w-full border border-line bg-white"
            />
          </Section>
        )}
      </Split>
    </Page>
  );
}

function Facts({ mail, customers, staff, mayRemove }: Data) {
  const t = useTranslations("correspondence");
  return (
    <>
      <Section first title={t("facts")}>
        <DataList
          layout="stack"
          items={[
            [t("from"), <Person key="from" {...mail.from} />],
            [t("to"), mail.recipients.length > 0 && <People key="to" people={mail.recipients} />],
            [t("written"), <DateTime key="at" at={mail.at} show="dateTime" />],
            [
              t("customers"),
              customers.length > 0 && (
                <ul key="customers">
                  {customers.map((one) => (
                    <li key={one.publicId}>
                      <TextLink to={`/staff/customers/${one.publicId}`}>{one.name}</TextLink> <Badge tone="outline">{t(`directions.${one.direction}`)}</Badge>
                      {!one.isNamed && <TakeOff {...one} />}
                    </li>
                  ))}
                  <li className="mt-1 text-sm">
                    <TextLink to="?q=">{t("addOne")}</TextLink>
                  </li>
                </ul>
              ),
            ],
            [
              t("staff"),
              staff.length > 0 && (
                <ul key="staff">
                  {staff.map((one) => (
                    <li key={`${one.name}${one.at}`}>
                      {one.name} <span className="text-sm text-muted">{t(`doors.${one.door}`)}</span>
                    </li>
                  ))}
                </ul>
              ),
            ],
          ]}
        />
      </Section>
      {mayRemove && (
        <Section title={t("remove.title")}>
          <p className="mb-3 text-sm text-muted">{t("remove.help", { count: customers.length })}</p>
          <Form>
            <SubmitButton variant="secondary" name="intent" value="remove">
              {t("remove.do")}
            </SubmitButton>
          </Form>
        </Section>
      )}
    </>
  );
}

/** Of whom somebody put there by hand; an address in the mail itself is no mistake of this page. */
function TakeOff({ publicId, name }: { publicId: string; name: string }) {
  const t = useTranslations("correspondence");
  return (
    <Form>
      <input type="hidden" name="customer" value={publicId} />
      <SubmitButton variant="quiet" size="sm" name="intent" value="take-off" aria-label={t("takeOffOf", { name })}>
        {t("takeOff")}
      </SubmitButton>
    </Form>
  );
}

function Person({ name, address }: { name: string | null; address: string | null }) {
  return (
    <span className="break-words">
      {name && <span>{name} </span>}
      <span className="text-muted">{address}</span>
    </span>
  );
}

function People({ people }: { people: readonly { name: string; address: string }[] }) {
  return (
    <ul>
      {people.map((one) => (
        <li key={one.address}>
          <Person {...one} />
        </li>
      ))}
    </ul>
  );
}

function Files({ mail, files }: Pick<Data, "mail" | "files">) {
  const t = useTranslations("correspondence");
  const format = useFormat();
  if (files.length === 0 && mail.filesLeftOut === 0) return null;
  return (
    <Section title={t("files")} description={t("filesHelp")}>
      <ul className="max-w-xl">
        {files.map(({ publicId, filename, size }) => (
          <li key={publicId} className="border-b border-line last:border-0">
            <a href={`/staff/mails/${mail.publicId}/files/${publicId}`} download={filename} className="flex items-center gap-2 rounded-md px-2 py-2 hover:bg-hover">
              <Icon of={Download} size={16} className="shrink-0 text-muted" />
              <span className="min-w-0 flex-1 break-words">{filename}</span>
              <span className="text-sm whitespace-nowrap text-muted">{t("size", { kb: format.number(Math.max(1, Math.round(size / 1024))) })}</span>
            </a>
          </li>
        ))}
      </ul>
      {mail.filesLeftOut > 0 && <Callout tone="info">{t("filesLeftOut", { count: mail.filesLeftOut })}</Callout>}
    </Section>
  );
}
