import { useTranslations } from "use-intl";

import type { PostalAddress } from "~/domain/customers/contact-points.server";
import { useFormat } from "~/i18n/format";
import { Badge } from "~/ui/badge";
import { TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { DataList } from "~/ui/data-list";
import { Section } from "~/ui/page";
import { ListsOf } from "./lists-section";
import { HabitsPanel } from "./habits-panel";
import { MergedRecords } from "./of-merged";
import type { readDoublesOf } from "./read-doubles.server";
import type { readTags } from "./read-record.server";
import { useSaid } from "./said";
import { TagsSection } from "./tags-section";
import type { CustomerOverview, readSegmentsOf } from "./read-customer.server";
import { WorthPanel } from "./worth-panel";

/** As on an envelope, the country by its name. */
function addressLines({ line1, line2, postcode, city, country }: PostalAddress, nameOf: (code: string) => string): string[] {
  return [line1, line2, [postcode, city].filter(Boolean).join(" "), country && nameOf(country)].filter((line) => Boolean(line)) as string[];
}

/** What stands beside everything about one customer: how to reach them, who they belong to. */
export function CustomerAside({
  party,
  contacts,
  parent,
  people,
  blocked,
  worth,
  habits,
  segments,
  merged,
  tags,
  tagNames,
}: Pick<CustomerOverview, "party" | "contacts" | "parent" | "people" | "blocked" | "worth" | "habits"> & {
  segments: Awaited<ReturnType<typeof readSegmentsOf>>;
  merged: Awaited<ReturnType<typeof readDoublesOf>>["merged"];
} & Awaited<ReturnType<typeof readTags>>) {
  const t = useTranslations("customers");
  const tc = useTranslations("common");
  const format = useFormat();
  const said = useSaid();
  const names = { email: tc("email"), phone: tc("phone"), postal: t("form.address") };
  return (
    <>
      <Section first title={t("show.contact")}>
        {party.pausedUntil !== null && (
          <Callout tone="info" className="mb-4">
            {t("show.paused", { date: format.date(party.pausedUntil) })}
          </Callout>
        )}
        {blocked && (
          <Callout tone="warn" className="mb-4">
            {t(`show.blocked.${blocked}`)}
          </Callout>
        )}
        <DataList
          layout="stack"
          items={contacts.map((contact) => [
            <span key="name" className="flex items-center gap-2">
              {names[contact.kind]}
              {!contact.isPrimary && <Badge tone="outline">{t("show.former")}</Badge>}
            </span>,
            <span key="value" className="break-words">
              {contact.kind === "email" ? (
                <a href={`mailto:${contact.value}`} className="hover:text-pine hover:underline">
                  {contact.value}
                </a>
              ) : contact.kind === "phone" ? (
                <a href={`tel:${contact.value.replace(/[^\d+]/g, "")}`} className="tabular hover:text-pine hover:underline">
                  {contact.value}
                </a>
              ) : contact.postal ? (
                addressLines(contact.postal, format.country).map((line) => (
                  <span key={line} className="block">
                    {line}
                  </span>
                ))
              ) : (
                contact.value
              )}
              {contact.kind !== "postal" && (
                <span className="block text-sm text-muted">
                  {contact.verifiedAt === null ? t("show.unverified") : t("show.verified", { date: format.date(contact.verifiedAt) })}
                </span>
              )}
              <span className="block text-sm text-muted">{said(contact.said)}</span>
            </span>,
          ])}
        />
      </Section>
      <TagsSection tags={tags} tagNames={tagNames} />
      <Section title={t("show.facts")}>
        <DataList
          layout="stack"
          items={[
            [t("show.belongsTo"), parent && <TextLink key="company" to={`/staff/customers/${parent.publicId}`}>{parent.name}</TextLink>],
            [t("show.language"), tc.has(`languages.${party.locale}` as "languages.en") ? tc(`languages.${party.locale}` as "languages.en") : party.locale],
            [t("show.tier"), t(`tiers.${party.tier}`)],
            [t("show.birthday"), party.birthday && format.day(party.birthday)],
          ]}
        />
      </Section>
      {segments && party.isCustomer && (
        <Section title={t("show.segments")}>
          {segments.segments.length === 0 && <p className="text-muted">{t("show.noSegments")}</p>}
          <ul className="flex flex-col gap-2">
            {segments.segments.map((segment) => (
              <li key={segment.publicId}>
                <TextLink to={`/staff/segments/${segment.publicId}?customer=${party.publicId}#check`}>{segment.name}</TextLink>
              </li>
            ))}
          </ul>
          <ListsOf lists={segments.lists} others={segments.others} />
        </Section>
      )}
      {people.length > 0 && (
        <Section title={t("show.people")}>
          <ul className="flex flex-col gap-2">
            {people.map((person) => (
              <li key={person.publicId}>
                <TextLink to={`/staff/customers/${person.publicId}`}>{person.name}</TextLink>
                {person.email && <span className="block truncate text-sm text-muted">{person.email}</span>}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <HabitsPanel habits={habits} />
      <WorthPanel worth={worth} />
      <MergedRecords publicId={party.publicId} merged={merged} />
    </>
  );
}
