import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form, useLoaderData } from "@remix-run/react";
import { Merge } from "lucide-react";
import { useTranslations } from "use-intl";

import { findPartyByPublicId, survivorOf } from "~/domain/customers/customers.server";
import { takenSchema } from "~/domain/doubles/choices";
import { findApart, signsOf } from "~/domain/doubles/finding.server";
import { mergeParties, whyNotMerge } from "~/domain/doubles/merge.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { Badge } from "~/ui/badge";
import { SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Page, PageHeader } from "~/ui/page";
import { Tabs } from "~/ui/tabs";
import { Sides } from "./sides";
import { likelierSurvivor, readSides } from "./sides.server";

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
  const form = await request.formData();
  const keep = form.get("keep");
  const survivor = found([one, other].find((party) => party.publicId === keep));
  const merged = survivor === one ? other : one;
  const take = takenSchema.safeParse(Object.fromEntries([...form].flatMap(([name, side]) => (name.startsWith("take.") ? [[name.slice("take.".length), side]] : []))));
  if (!take.success) throw new Response(null, { status: 400 });
  const done = await app.db.write((tx) => mergeParties(tx, by(context), { survivorId: survivor.id, mergedId: merged.id, take: take.data }));
  if (!done.ok) return redirectSaying(app, here(one.publicId, other.publicId), { key: `doubles.why.${done.reason}`, tone: "error" });
  return redirectSaying(app, `/staff/customers/${survivor.publicId}`, { key: "doubles.said.merged" });
}

export default function Compare() {
  const t = useTranslations("doubles");
  const format = useFormat();
  const { path, both, survivor, merged, sides, signs, apartAt, refusal } = useLoaderData<typeof loader>();
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
          {sides.choices.length > 0 && <p className="mb-3 max-w-prose text-muted">{t("choose")}</p>}
          <Sides key={survivor.publicId} form="merge" sides={sides} survivor={survivor} merged={merged} />
          <p className="mt-5 max-w-prose text-muted">{t("mergeWhat", { survivor: survivor.name, merged: merged.name })}</p>
          <div className="mt-3 flex flex-wrap items-center gap-2">
            <Form method="post" id="merge">
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
