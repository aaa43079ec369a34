import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { RotateCcw } from "lucide-react";
import { useTranslations } from "use-intl";

import { listStaffNames } from "~/domain/accounts/staff.server";
import { listLaunchedUses } from "~/domain/campaigns/segment-use.server";
import { describeRules } from "~/domain/segments/describe";
import { differenceOf } from "~/domain/segments/difference";
import { checkSegment } from "~/domain/segments/references.server";
import { findSegment, saveSegment } from "~/domain/segments/segments.server";
import { findVersion, listVersions } from "~/domain/segments/versions.server";
import { by, found } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { SubmitButton, TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Page, PageHeader } from "~/ui/page";
import { DifferenceWords } from "./difference-words";
import { Readback } from "./readback";
import { readBuilder } from "./read-segment.server";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const segment = found(await findSegment(db, params.id ?? ""));
  const [versions, uses, staff, builder] = await Promise.all([listVersions(db, segment.id), listLaunchedUses(db, segment.id), listStaffNames(db), readBuilder(context)]);
  return {
    ...builder,
    segment: { publicId: segment.publicId, name: segment.name, version: segment.version },
    versions: versions.map((one, i) => {
      const before = versions[i + 1];
      return {
        version: one.version,
        name: one.name,
        savedAt: one.savedAt,
        savedBy: staff.find(({ id }) => id === one.savedBy)?.name ?? null,
        rules: one.rules,
        renamedFrom: before && before.name !== one.name ? before.name : null,
        difference: before ? differenceOf(before.rules, one.rules) : null,
        uses: uses.filter(({ version }) => version === one.version).map(({ publicId, name }) => ({ publicId, name })),
      };
    }),
  };
}

/** Saves the rules of an older version as the newest one. `from`: the version that the page was looking at. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { db, fields } = context.app;
  const segment = found(await findSegment(db.read, params.id ?? ""));
  const form = await request.formData();
  const wanted = found(await findVersion(db.read, segment.id, Number(form.get("version")) || 0));
  const checked = await checkSegment(db.read, fields, wanted.rules, segment.publicId);
  if (!checked.ok) return data({ refused: "bad_rules" as const }, { status: 400 });
  const saved = await db.write((tx) => saveSegment(tx, by(context), { segmentId: segment.id, version: Number(form.get("from")) || 0, name: wanted.name, rules: checked.rules }));
  if (!saved.ok) return data({ refused: saved.reason }, { status: saved.reason === "bad_rules" ? 400 : 409 });
  return redirect(`/staff/segments/${segment.publicId}?saved=${saved.version}`, 303);
}

export default function SegmentVersions() {
  const t = useTranslations("segments.versions");
  const { segment, versions, ...builder } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <Page>
      <PageHeader back={{ to: `/staff/segments/${segment.publicId}`, label: segment.name }} title={t("title")} />
      {answer && (
        <Callout tone="warn" focusable className="mb-6">
          {t(`refused.${answer.refused}`)}
        </Callout>
      )}
      <ol>
        {versions.map((one) => (
          <VersionItem key={one.version} one={one} current={segment.version} {...builder} />
        ))}
      </ol>
    </Page>
  );
}

type Loaded = ReturnType<typeof useLoaderData<typeof loader>>;

function VersionItem({ one, current, fields, options, currency }: { one: Loaded["versions"][number]; current: number } & Pick<Loaded, "fields" | "options" | "currency">) {
  const t = useTranslations("segments.versions");
  const format = useFormat();
  return (
    <li id={`v${one.version}`} className="grid scroll-mt-6 gap-x-8 gap-y-2 border-t border-line py-4 first:border-0 sm:grid-cols-[12rem_minmax(0,1fr)_auto]">
      <div>
        <h2 className="font-medium">{t("version", { version: one.version })}</h2>
        <p className="text-sm text-muted">{format.dateTime(one.savedAt)}</p>
        {one.savedBy && <p className="text-sm text-muted">{one.savedBy}</p>}
      </div>
      <div className="min-w-0">
        {one.renamedFrom !== null && <p className="mb-0.5">{t("renamed", { before: one.renamedFrom, after: one.name })}</p>}
        {one.difference ? <DifferenceWords difference={one.difference} fields={fields} options={options} currency={currency} /> : <p>{t("first", { name: one.name })}</p>}
        {one.uses.length > 0 && (
          <p className="mt-2 text-sm text-muted">
            {t("used")}{" "}
            {one.uses.map((use, i) => (
              <span key={use.publicId}>
                {i > 0 && ", "}
                <TextLink to={`/staff/campaigns/${use.publicId}`}>{use.name}</TextLink>
              </span>
            ))}
          </p>
        )}
        <details className="mt-2">
          <summary className="inline-flex min-h-6 cursor-pointer items-center text-sm text-muted hover:text-ink">{t("whole")}</summary>
          <div className="mt-2">
            <Readback rules={describeRules(one.rules, fields, options)} currency={currency} />
          </div>
        </details>
      </div>
      {one.version === current ? (
        <p className="text-sm text-muted">{t("current")}</p>
      ) : (
        <Form method="post">
          <input type="hidden" name="from" value={current} />
          <SubmitButton name="version" value={String(one.version)} variant="secondary" size="sm" icon={RotateCcw}>
            {t("bringBack")}
          </SubmitButton>
        </Form>
      )}
    </li>
  );
}
