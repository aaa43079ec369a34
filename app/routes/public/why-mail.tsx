import { useTranslations } from "use-intl";

import type { WhyMail } from "~/domain/campaigns/why.server";
import { useFormat } from "~/i18n/format";

/** What a reader may know: what the mail is about and what they agreed to; not whom else it was for, nor why they were chosen. */
export type WhyGot = { topic: string; agreed: { at: number; source: string; isCustomers: boolean } | null } | null;

export function forReader(why: WhyMail | null): WhyGot {
  if (!why || why.agreed?.legalBasis === "contract") return null;
  const { topic, agreed } = why;
  return { topic, agreed: agreed && { at: agreed.at, source: agreed.source, isCustomers: agreed.legalBasis === "soft_opt_in" } };
}

/** Why they got it, in a sentence. `why` null: a mail that needs nobody's consent. */
export function WhyThisMail({ why }: { why: WhyGot }) {
  const t = useTranslations("preferences");
  const format = useFormat();
  if (!why) return <>{t("why.service")}</>;
  const { topic, agreed } = why;
  if (!agreed) return <>{t("why.unknown", { topic })}</>;
  if (agreed.isCustomers) return <>{t("why.customers", { topic })}</>;
  const where = `why.where.${agreed.source as "form"}` as const;
  return <>{t("why.agreed", { topic, date: format.date(agreed.at), where: t.has(where) ? t(where) : "" })}</>;
}
