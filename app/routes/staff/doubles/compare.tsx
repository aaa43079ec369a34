import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form, Link, useLoaderData } from "@remix-run/react";
import { Merge } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

import { findPartyByPublicId, survivorOf } from "~/domain/customers/customers.server";
import { findApart, signsOf } from "~/domain/doubles/finding.server";
import { mergeParties, whyNotMerge } from "~/domain/doubles/merge.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { Badge } from "~/ui/badge";
import { SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Page, PageHeader } from "~/ui/page";
import { PlainTable } from "~/ui/table";
import { Tabs } from "~/ui/tabs";
import { type Column, likelierSurvivor, readSides } from "./sides.server";

const here = (one: string, other: string) => `/staff/customers/${one}/merge/${other}`;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const one = found(await findPartyByPublicId(db, params.id ?? ""));
  const other = found(await findPartyByPublicId(db, params.other ?? ""));
  if (one.mergedIntoId !== null || other.mergedIntoId !== null) throw redirect(`/staff/customers/${(await survivorOf(db, one)).publicId}`);
  const keep = new URL(request.url).searchParams.get("keep");
  const survivor = [one, other].find((party) => party.publicId === keep) ?? (await likelierSurvivor(db, one, other));
  const merged = survivor === one ? other : one;
  // Doubles often have one name.
  const names = [one, other].map(({ name, number }, i) => (one.name === other.name ? `${name} (${number ?? i + 1})` : name));
  return {
    path: here(one.publicId, other.publicId),
    both: [one, other].map(({ publicId }, i) => ({ publicId, name: names[i]! })),
    survivor: { publicId: survivor.publicId, name: names[survivor === one ? 0 : 1]! },
    merged: { publicId: merged.publicId, name: names[survivor === one ? 1 : 0]! },
    sides: await readSides(db, context.locale, survivor, merged),
    signs: await signsOf(db, one, other),
    apartAt: await findApart(db, one.id, other.id),
    refusal: whyNotMerge(survivor, merged),
  };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context;
  const one = found(await findPartyByPublicId(app.db.read, params.id ?? ""));
  const other = found(await findPartyByPublicId(app.db.read, params.other ?? ""));
  const keep = (await request.formData()).get("keep");
  const survivor = found([one, other].find((party) => party.publicId === keep));
  const merged = survivor === one ? other : one;
  const done = await app.db.write((tx) => mergeParties(tx, by(context), { survivorId: survivor.id, mergedId: merged.id }));
  if (!done.ok) return redirectSaying(app, here(one.publicId, other.publicId), { key: `doubles.why.${done.reason}`, tone: "error" });
  return redirectSaying(app, `/staff/customers/${survivor.publicId}`, { key: "doubles.said.merged" });
}

export default function Compare() {
  const t = useTranslations("doubles");
  const format = useFormat();
  const { path, both, survivor, merged, signs, apartAt, refusal } = useLoaderData<typeof loader>();
  const [one, other] = both;
  return (
    <Page width="wide">
      <PageHeader
        title={t("compareTitle")}
        back={{ to: "/staff/customers/doubles", label: t("title") }}
        meta={
          <>
            {signs.map((sign) => (
              <Badge key={sign}>{t(`signs.${sign}`)}</Badge>
            ))}
            {apartAt !== null && <span>{t("saidApart", { date: format.date(apartAt) })}</span>}
          </>
        }
      />
      {refusal ? (
        <Callout tone="warn">{t(`why.${refusal}`)}</Callout>
      ) : (
        <>
          <Tabs
            label={t("keep")}
            items={both.map(({ publicId, name }) => ({ to: `${path}?keep=${publicId}`, label: t("stays", { name }), current: publicId === survivor.publicId }))}
          />
          <Sides />
          <p className="mt-5 max-w-prose text-muted">{t("mergeWhat", { survivor: survivor.name, merged: merged.name })}</p>
          <div className="mt-3 flex flex-wrap items-center gap-2">
            <Form method="post">
              <input type="hidden" name="keep" value={survivor.publicId} />
              <SubmitButton icon={Merge}>{t("merge")}</SubmitButton>
            </Form>
            <Form method="post" action={`/staff/customers/${one?.publicId}/apart/${other?.publicId}`}>
              {apartAt !== null && <input type="hidden" name="again" value="on" />}
              <SubmitButton variant="secondary">{t(apartAt === null ? "apart" : "maybe")}</SubmitButton>
            </Form>
          </div>
          {apartAt === null && <p className="mt-2 text-sm text-muted">{t("apartHelp")}</p>}
        </>
      )}
    </Page>
  );
}

function Sides() {
  const t = useTranslations("doubles");
  const { sides, survivor, merged } = useLoaderData<typeof loader>();
  const rows = useRows();
  const shown = rows.filter(({ cell }) => [sides.survivor, sides.merged, sides.kept].some((side) => cell(side) !== null));
  return (
    <PlainTable
      caption={t("compareTitle")}
      className="[&_td]:min-w-44 [&_td]:align-top [&_th]:align-top"
      head={
        <tr>
          <th scope="col">{t("what")}</th>
          {[survivor, merged].map((side) => (
            <th key={side.publicId} scope="col">
              <Link to={`/staff/customers/${side.publicId}`} className="text-pine hover:underline">
                {side.name}
              </Link>
            </th>
          ))}
          <th scope="col" className="bg-pine-wash text-ink">
            {t("kept")}
          </th>
        </tr>
      }
    >
      {shown.map(({ key, cell }) => (
        <tr key={key}>
          <th scope="row" className="whitespace-nowrap">
            {t(`rows.${key}`)}
          </th>
          <td>{cell(sides.survivor) ?? "–"}</td>
          <td>{cell(sides.merged) ?? "–"}</td>
          <td className="bg-pine-wash">{cell(sides.kept) ?? "–"}</td>
        </tr>
      ))}
    </PlainTable>
  );
}

type RowKey = "name" | "number" | "email" | "phone" | "postal" | "company" | "country" | "birthday" | "language" | "tier" | "paused" | "consent" | "orders" | "complaints" | "login" | "since";

function useRows(): { key: RowKey; cell: (side: Column) => ReactNode }[] {
  const t = useTranslations("customers");
  const tc = useTranslations("common");
  const format = useFormat();
  const lines = (list: readonly ReactNode[]) => (list.length ? list.map((one, i) => <div key={i}>{one}</div>) : null);
  const contacts = (kind: "email" | "phone" | "postal") => (side: Column) =>
    lines(
      side.contacts.filter((point) => point.kind === kind).map((point) => (
        <span key={point.value} className="flex flex-wrap items-center gap-x-2 break-words">
          {point.value}
          {!point.isPrimary && <Badge tone="outline">{t("show.former")}</Badge>}
          {point.verified && <Badge tone="green">{t("show.proven")}</Badge>}
        </span>
      )),
    );
  return [
    { key: "name", cell: (side) => side.name },
    { key: "number", cell: (side) => side.number },
    { key: "email", cell: contacts("email") },
    { key: "phone", cell: contacts("phone") },
    { key: "postal", cell: contacts("postal") },
    { key: "company", cell: (side) => side.company },
    { key: "country", cell: (side) => side.country && format.country(side.country) },
    { key: "birthday", cell: (side) => side.birthday && format.day(side.birthday) },
    { key: "language", cell: (side) => (tc.has(`languages.${side.locale}` as "languages.en") ? tc(`languages.${side.locale}` as "languages.en") : side.locale) },
    { key: "tier", cell: (side) => t(`tiers.${side.tier}`) },
    { key: "paused", cell: (side) => side.pausedUntil && format.date(side.pausedUntil) },
    { key: "consent", cell: (side) => lines(side.consent.map((one) => `${one.topic}, ${t(`channels.${one.channel}`)}: ${t(`consent.${one.state}`)}`)) },
    { key: "login", cell: (side) => lines(side.logins) },
    { key: "orders", cell: (side) => format.number(side.orders) },
    { key: "complaints", cell: (side) => format.number(side.complaints) },
    { key: "since", cell: (side) => format.date(side.createdAt) },
  ];
}
