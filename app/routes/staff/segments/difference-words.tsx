import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

import type { FieldInfo } from "~/domain/segments/check";
import { describeClause, type Options } from "~/domain/segments/describe";
import type { Difference } from "~/domain/segments/difference";
import type { Clause, RuleGroup } from "~/domain/segments/rule";
import { useClauseWords } from "./readback";

/** What changed between two versions, in words. */
export function DifferenceWords({ difference, fields, options, currency }: { difference: Difference; fields: readonly FieldInfo[]; options: Options; currency: string }) {
  const t = useTranslations("segments");
  const words = useClauseWords(currency);
  const say = (clause: Clause) => {
    const described = describeClause(clause, fields, options);
    return described ? words(described) : { field: clause.field, phrase: clause.op };
  };
  const where = (groups: readonly RuleGroup["match"][]) => (groups.length ? ` (${groups.map((match) => t(`group.${match}`)).join(" › ")})` : "");
  const lines: { kind: "match" | "added" | "removed" | "changed"; words: ReactNode }[] = [
    ...(difference.match ? [{ kind: "match" as const, words: t(`group.${difference.match}`) }] : []),
    ...difference.added.map(({ clause, groups }) => ({ kind: "added" as const, words: t("readback.clause", say(clause)) + where(groups) })),
    ...difference.removed.map(({ clause, groups }) => ({ kind: "removed" as const, words: t("readback.clause", say(clause)) + where(groups) })),
    ...difference.changed.map(({ before, after, groups }) => {
      const [was, is] = [say(before), say(after)];
      return { kind: "changed" as const, words: `${is.field}: ${was.phrase} → ${is.phrase}${where(groups)}` };
    }),
  ];
  if (!lines.length) return <p className="text-muted">{t("versions.sameRules")}</p>;
  return (
    <ul className="space-y-0.5">
      {lines.map(({ kind, words: line }, i) => (
        <li key={i}>
          <span className="font-medium">{t(`versions.${kind}`)}</span> {line}
        </li>
      ))}
    </ul>
  );
}
