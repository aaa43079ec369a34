import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useSearchParams } from "@remix-run/react";
import { Archive, ArchiveRestore, Copy, Download, History, Pin } from "lucide-react";
import { useTranslations } from "use-intl";

import { listLastUses, listWaitingUses } from "~/domain/campaigns/segment-use.server";
import { describeRules } from "~/domain/segments/describe";
import { listUsers } from "~/domain/segments/references.server";
import type { RuleGroup } from "~/domain/segments/rule";
import { findSegment, saveSegment } from "~/domain/segments/segments.server";
import { by, found } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { LinkButton, SubmitButton, TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { ConfirmDialog } from "~/ui/dialog";
import { Flash } from "~/ui/flash";
import { Page, PageHeader } from "~/ui/page";
import { askFirst } from "./ask.server";
import { CheckCustomer } from "./check-customer";
import { FixedList } from "./fixed-list";
import { OverTime } from "./over-time";
import { readCheck } from "./read-check.server";
import { Reach } from "./reach";
import { Readback } from "./readback";
import { readHistory } from "./read-history.server";
import { readReach } from "./read-reach.server";
import { readBuilder, readPosted, startWith } from "./read-segment.server";
import { SegmentForm } from "./segment-form";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const segment = found(await findSegment(db, params.id ?? ""));
  const query = new URL(request.url).searchParams;
  const [builder, start, uses, users, waiting, check, history, reach] = await Promise.all([
    readBuilder(context),
    startWith(context, segment.name, segment.rules, segment.version, segment.publicId),
    listLastUses(db, [segment.id]),
    listUsers(db, segment.publicId),
    listWaitingUses(db, segment.id),
    readCheck(context.app, segment.rules, query),
    readHistory(context.app, segment, query),
    readReach(context, segment, request),
  ]);
  const use = uses.get(segment.id);
  return {
    ...builder,
    start,
    check,
    history,
    reach,
    users,
    waiting,
    segment: { publicId: segment.publicId, name: segment.name, version: segment.version, archivedAt: segment.archivedAt, isFixed: segment.isFixed, createdAt: segment.createdAt },
    // A campaign that waits stands among those that use it.
    lastUse: use && !waiting.some(({ publicId }) => publicId === use.publicId) ? { publicId: use.publicId, name: use.name, launchedAt: use.launchedAt } : null,
  };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const segment = found(await findSegment(context.app.db.read, params.id ?? ""));
  const posted = await readPosted(await request.formData(), context, segment.publicId);
  if (!posted.save) return data({ ...posted, conflict: null }, { status: posted.submitted ? 400 : 200 });
  const { name, rules, version, draft } = posted;
  const saved = await context.app.db.write((tx) => saveSegment(tx, by(context), { segmentId: segment.id, version, name, rules }));
  if (saved.ok) return redirect(`/staff/segments/${segment.publicId}?saved=${saved.version}`, 303);
  if (saved.reason === "bad_rules") {
    const again = { name, draft, version, answer: { ok: false as const, problems: saved.problems } };
    return data({ again, nameError: undefined, submitted: true, conflict: null }, { status: 400 });
  }
  const { theirs } = saved;
  return data(
    {
      again: { name, draft, version: theirs.version, answer: await askFirst(context.app, rules, segment.publicId) },
      nameError: undefined,
      submitted: true,
      conflict: { theirs: { name: theirs.name, rules: theirs.rules, at: theirs.updatedAt }, mine: { name, rules } },
    },
    { status: 409 },
  );
}

export default function SegmentPage() {
  const t = useTranslations("segments");
  const ti = useTranslations("imports");
  const format = useFormat();
  const { start, segment, lastUse, check, history, reach, users, waiting, ...builder } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const [params] = useSearchParams();
  const saved = params.get("saved");
  const to = `/staff/segments/${segment.publicId}`;
  return (
    <Page width="wide">
      <PageHeader
        title={segment.name}
        back={{ to: "/staff/segments", label: t("title") }}
        meta={
          lastUse && (
            <span>
              <TextLink to={`/staff/campaigns/${lastUse.publicId}`}>{t("lastUsedBy", { campaign: lastUse.name })}</TextLink>
              {lastUse.launchedAt !== null && ` · ${format.date(lastUse.launchedAt)}`}
            </span>
          )
        }
        actions={
          <>
            <LinkButton to={`${to}/versions`} icon={History} variant="quiet">
              {t("versions.link")}
            </LinkButton>
            {!segment.isFixed && (
              <LinkButton to={`/staff/segments/new-list?from=${segment.publicId}`} icon={Pin} variant="quiet">
                {t("lists.fix")}
              </LinkButton>
            )}
            <LinkButton to={`/staff/imports?segment=${segment.publicId}#export`} icon={Download} variant="quiet">
              {ti("export.action")}
            </LinkButton>
            <LinkButton to={`/staff/segments/new?from=${segment.publicId}`} icon={Copy}>
              {t("duplicate")}
            </LinkButton>
            {segment.archivedAt === null ? (
              <ConfirmDialog
                trigger={{ children: t("archive"), variant: "quiet", icon: Archive }}
                title={t("archiveTitle", { name: segment.name })}
                form={
                  <Form method="post" action={`${to}/archive`} className="contents">
                    <SubmitButton name="archived" value="yes">
                      {t("archive")}
                    </SubmitButton>
                  </Form>
                }
              >
                <p>{t("archiveText")}</p>
              </ConfirmDialog>
            ) : (
              <Form method="post" action={`${to}/archive`}>
                <SubmitButton name="archived" value="no" variant="secondary" icon={ArchiveRestore}>
                  {t("restore")}
                </SubmitButton>
              </Form>
            )}
          </>
        }
      />
      {segment.archivedAt !== null && (
        <Callout tone="info" className="mb-6">
          {t("archivedNote", { date: format.date(segment.archivedAt) })}
        </Callout>
      )}
      {segment.archivedAt === null && users.length + waiting.length > 0 && (
        <UsedBy users={users} waiting={waiting} refused={params.has("stays")} />
      )}
      {answer?.conflict && <Conflict {...answer.conflict} to={to} />}
      {segment.isFixed ? (
        <FixedList segment={segment} name={(answer?.again ?? start).name} version={segment.version} nameError={answer?.nameError} answer={start.answer} />
      ) : (
        <SegmentForm
          {...builder}
          key={answer ? `again ${answer.again.version}` : segment.version}
          start={answer?.again ?? start}
          nameError={answer?.nameError}
          submitted={answer?.submitted ?? false}
          self={segment.publicId}
          submit={answer?.conflict ? t("conflict.keepMine") : t("save")}
        />
      )}
      <Reach reach={reach} />
      <OverTime history={history} />
      <CheckCustomer {...builder} check={check} />
      {saved && !answer && <Flash id={saved}>{t("saved")}</Flash>}
    </Page>
  );
}

type Named = { publicId: string; name: string };

/** By what it is used: it cannot be archived out from under them. */
function UsedBy({ users, waiting, refused }: { users: Named[]; waiting: Named[]; refused: boolean }) {
  const t = useTranslations("segments");
  const links = [...users.map((one) => ({ ...one, to: `/staff/segments/${one.publicId}` })), ...waiting.map((one) => ({ ...one, to: `/staff/campaigns/${one.publicId}` }))];
  return (
    <Callout tone={refused ? "warn" : "info"} title={t(refused ? "used.stays" : "used.title")} focusable={refused} className="mb-6">
      <ul>
        {links.map((one) => (
          <li key={one.to}>
            <TextLink to={one.to}>{one.name}</TextLink>
          </li>
        ))}
      </ul>
    </Callout>
  );
}

type Version = { name: string; rules: RuleGroup };

/** Both versions in plain words beside each other. */
function Conflict({ theirs, mine, to }: { theirs: Version & { at: number }; mine: Version; to: string }) {
  const t = useTranslations("segments");
  const format = useFormat();
  const { fields, options, currency } = useLoaderData<typeof loader>();
  const side = (title: string, { rules }: Version) => (
    <div className="min-w-0">
      <p className="mb-1 font-medium">{title}</p>
      <Readback rules={describeRules(rules, fields, options)} currency={currency} />
    </div>
  );
  return (
    <Callout
      tone="warn"
      title={t("conflict.title")}
      focusable
      className="mb-6"
      actions={
        <LinkButton to={to} reloadDocument size="sm">
          {t("conflict.takeTheirs")}
        </LinkButton>
      }
    >
      <p>{t("conflict.text", { when: format.dateTime(theirs.at) })}</p>
      <div className="grid gap-6 pt-2 sm:grid-cols-2">
        {side(t("conflict.theirs", { name: theirs.name }), theirs)}
        {side(t("conflict.yours", { name: mine.name }), mine)}
      </div>
    </Callout>
  );
}
