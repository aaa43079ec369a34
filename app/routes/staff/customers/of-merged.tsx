import { useTranslations } from "use-intl";

import { useFormat } from "~/i18n/format";
import { SubmitButton, TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { ConfirmDialog } from "~/ui/dialog";
import { Form } from "~/ui/form";
import { Section } from "~/ui/page";
import type { readDoublesOf } from "./read-doubles.server";

type Doubles = Awaited<ReturnType<typeof readDoublesOf>>;

/** Who this record looks like. */
export function LooksLike({ publicId, similar }: { publicId: string; similar: Doubles["similar"] }) {
  const t = useTranslations("doubles");
  if (similar.length === 0) return null;
  return (
    <Callout tone="info" title={t("looksLike")} className="mb-6">
      <ul>
        {similar.map((one) => (
          <li key={one.publicId}>
            <TextLink to={`/staff/customers/${publicId}/merge/${one.publicId}`}>
              {t("looksLikeWhom", { name: one.name, signs: one.signs.map((sign) => t(`signs.${sign}`)).join(", ") })}
            </TextLink>
          </li>
        ))}
      </ul>
    </Callout>
  );
}

/** The records that were made one with this one, each with the way back or why there is none. */
export function MergedRecords({ publicId, merged }: { publicId: string; merged: Doubles["merged"] }) {
  const t = useTranslations("doubles");
  const format = useFormat();
  if (merged.length === 0) return null;
  return (
    <Section title={t("merged")}>
      <ul className="flex flex-col gap-3">
        {merged.map((one) => (
          <li key={one.merge}>
            <span className="block">{one.name}</span>
            <span className="block text-sm text-muted">{one.by ? t("mergedAt", { date: format.date(one.at), name: one.by }) : format.date(one.at)}</span>
            {one.refusal ? (
              <span className="block text-sm text-muted">{t(`why.${one.refusal}`)}</span>
            ) : (
              <ConfirmDialog
                trigger={{ children: t("undo"), size: "sm", className: "mt-1", "aria-label": `${t("undo")}: ${one.name}` }}
                title={t("undoTitle", { name: one.name })}
                form={
                  <Form action={`/staff/customers/${publicId}/merges/${one.merge}/undo`} className="contents">
                    <SubmitButton>{t("undo")}</SubmitButton>
                  </Form>
                }
              >
                <p>{t("undoWhat", { name: one.name })}</p>
              </ConfirmDialog>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
