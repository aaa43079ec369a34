import { useTranslations } from "use-intl";

import { useFormat } from "~/i18n/format";
import { TextLink } from "~/ui/button";
import { DataList } from "~/ui/data-list";
import { Section } from "~/ui/page";
import type { CustomerOverview } from "./read-customer.server";

/** How this customer buys, and what may be offered to them. */
export function HabitsPanel({ habits }: Pick<CustomerOverview, "habits">) {
  const t = useTranslations("reports");
  const format = useFormat();
  if (!habits) return null;
  const { own, currency, wishes, dueAt, isOverdue } = habits;
  return (
    <Section title={t("own.title")}>
      <DataList
        layout="stack"
        items={[
          [t("own.interval"), own.interval !== null && t("days", { count: Math.round(own.interval) })],
          [t("own.next"), dueAt !== null && (isOverdue ? t("own.overdue", { date: format.date(dueAt) }) : format.date(dueAt))],
          [t("own.basket"), own.value.mean !== null && own.units.mean !== null && t("own.basketIs", { value: format.money(Math.round(own.value.mean), currency), units: Math.round(own.units.mean * 10) / 10 })],
          [t("own.favourite"), own.favourite],
          [t("own.hour"), own.hour !== null && t("own.hourIs", { from: own.hour, to: (own.hour + 3) % 24 })],
          [
            t("own.wishes"),
            wishes.length > 0 && (
              <ul key="wishes" className="flex flex-col gap-1.5">
                {wishes.map((wish) => (
                  <li key={wish.publicId}>
                    <TextLink to={`/staff/catalogue/${wish.publicId}`}>{wish.name}</TextLink>
                    <span className="block text-sm text-muted">{t("own.because", { product: wish.becauseOf, share: format.percent(wish.confidence, 0) })}</span>
                  </li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
    </Section>
  );
}
