import { useTranslations } from "use-intl";

import type { BoughtTogether } from "~/domain/analytics/wishes.server";
import { useFormat } from "~/i18n/format";
import { TextLink } from "~/ui/button";
import { Section } from "~/ui/page";

/** What goes into the same basket more often than by chance: what to offer beside this product. */
export function BoughtTogetherList({ products }: { products: readonly BoughtTogether[] }) {
  const t = useTranslations("reports");
  const format = useFormat();
  if (products.length === 0) return null;
  return (
    <Section title={t("together.title")} description={t("together.note")}>
      <ul className="flex flex-col gap-2">
        {products.slice(0, 5).map(({ publicId, name, confidence, lift }) => (
          <li key={publicId}>
            <TextLink to={`/staff/catalogue/${publicId}`}>{name}</TextLink>
            <span className="block text-sm text-muted">{t("together.share", { share: format.percent(confidence, 0), lift: format.number(Math.round(lift * 10) / 10) })}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
