/** Proof of consent: every statement of one person, in the order in which they were made, to show or to print. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Printer } from "lucide-react";
import { useTranslations } from "use-intl";

import { listOpenSignUps } from "~/domain/accounts/sign-up.server";
import { listConsents } from "~/domain/customers/consents.server";
import { listContactPoints } from "~/domain/customers/contact-points.server";
import { listAllTopics } from "~/domain/customers/topics.server";
import { useFormat } from "~/i18n/format";
import { Button } from "~/ui/button";
import { DataList } from "~/ui/data-list";
import { EmptyState } from "~/ui/empty-state";
import { useFrameData } from "~/ui/frame";
import { Page, PageHeader, Section } from "~/ui/page";
import { DateTime } from "~/ui/values";
import { customerAsked } from "./asked.server";
import { useConsentSource } from "./said";

const MOST = 5000;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const party = await customerAsked(db, request, params.id);
  const emails = (await listContactPoints(db, party.id)).filter((point) => point.kind === "email");
  const topics = new Map((await listAllTopics(db, context.locale)).map((topic) => [topic.id, topic.name]));
  const log = (await listConsents(db, party.id, MOST)).toReversed();
  const times = new Map(log.map((one) => [one.id, one.at]));
  return {
    party: { publicId: party.publicId, name: party.name, erasedAt: party.erasedAt, emails: emails.map((point) => point.value) },
    statements: log.map(({ id, topicId, channel, state, legalBasis, wordingVersion, wording, source, remoteAddress, confirmsId, at }) => ({
      id, topic: topics.get(topicId) ?? "–", channel, state, legalBasis, wordingVersion, wording, source, remoteAddress, at,
      askedAt: confirmsId === null ? null : (times.get(confirmsId) ?? null),
    })),
    waiting: (await listOpenSignUps(db, emails.map((point) => point.normalizedValue))).map(({ topicIds, ...one }) => ({
      ...one, topics: topicIds.map((id) => topics.get(id) ?? "–"),
    })),
    at: context.app.clock(),
  };
}

export default function ConsentProof() {
  const t = useTranslations("customers");
  const { party, statements, waiting, at } = useLoaderData<typeof loader>();
  const { companyName } = useFrameData();
  const format = useFormat();
  return (
    <Page width="text">
      <PageHeader
        title={t("proof.title", { name: party.name })}
        back={{ to: `/staff/customers/${party.publicId}?tab=consent`, label: party.name }}
        lead={t("proof.lead")}
        meta={<span>{[companyName, ...party.emails, t("proof.madeAt", { at: format.dateTime(at) })].join(" · ")}</span>}
        actions={
          statements.length > 0 && (
            <span data-print="no">
              <Button icon={Printer} onClick={() => window.print()}>
                {t("proof.print")}
              </Button>
            </span>
          )
        }
      />
      {party.erasedAt !== null && <p className="mb-4">{t("proof.erased", { date: format.date(party.erasedAt) })}</p>}
      {statements.length === 0 && waiting.length === 0 && <EmptyState title={t("proof.none")} />}
      <ol className="flex flex-col">
        {statements.map((one) => (
          <Statement key={one.id} of={one} />
        ))}
      </ol>
      {waiting.length > 0 && (
        <Section title={t("proof.waiting")} description={t("proof.waitingHelp")}>
          <ol className="flex flex-col gap-4">
            {waiting.map((one) => (
              <li key={one.askedAt}>
                <DataList
                  items={[
                    [t("proof.asked"), <DateTime key="at" at={one.askedAt} show="dateTime" />],
                    [t("proof.about"), one.topics.join(", ")],
                    [t("proof.address"), one.remoteAddress],
                  ]}
                />
              </li>
            ))}
          </ol>
        </Section>
      )}
    </Page>
  );
}

type Said = ReturnType<typeof useLoaderData<typeof loader>>["statements"][number];

function Statement({ of }: { of: Said }) {
  const t = useTranslations("customers");
  const source = useConsentSource()(of.source);
  return (
    <li className="break-inside-avoid border-t border-line py-4 first:border-0 first:pt-0">
      <h2 className="mb-2 font-medium">
        {of.topic} · {t(`channels.${of.channel}`)} · {t(`consent.${of.state}`)}
      </h2>
      <DataList
        items={[
          [t("proof.at"), <DateTime key="at" at={of.at} show="dateTime" />],
          [
            t("proof.steps"),
            of.askedAt !== null
              ? t.rich("proof.confirmed", { asked: () => <DateTime at={of.askedAt as number} show="dateTime" />, pressed: () => <DateTime at={of.at} show="dateTime" /> })
              : of.state === "pending" && t("proof.firstStep"),
          ],
          [t("proof.basis"), t(`proof.bases.${of.legalBasis}`)],
          [t("consent.source"), source],
          [t("proof.address"), of.remoteAddress],
          [t("proof.version"), of.wordingVersion],
          [t("consent.wording"), of.wording && <blockquote key="words" className="border-l-2 border-line pl-3">{of.wording}</blockquote>],
        ]}
      />
    </li>
  );
}
