import { CircleCheck, OctagonAlert, TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";

import type { Finding } from "~/domain/mailings/lint";
import { Icon } from "~/ui/icon";
import { Section } from "~/ui/page";

/** What the checks of one language found. */
export function LintList({ findings }: { findings: readonly Finding[] }) {
  const t = useTranslations("mailings");
  const blockers = findings.filter((finding) => finding.level === "blocker").length;
  return (
    <Section title={t("lint.title")} description={findings.length > 0 && t("lint.counts", { blockers, warnings: findings.length - blockers })}>
      {findings.length === 0 ? (
        <p className="flex items-center gap-2">
          <Icon of={CircleCheck} className="text-green" />
          {t("lint.good")}
        </p>
      ) : (
        <ul className="flex flex-col gap-2">
          {findings.map((finding, index) => (
            <li key={index} className="flex gap-2">
              <Icon of={finding.level === "blocker" ? OctagonAlert : TriangleAlert} className={finding.level === "blocker" ? "mt-0.5 text-red" : "mt-0.5 text-amber"} />
              <FindingWords finding={finding} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** A finding in words; also where a campaign shows it. */
export function FindingWords({ finding }: { finding: Pick<Finding, "rule" | "field" | "values"> }) {
  const t = useTranslations("mailings");
  const values = finding.values ?? {};
  const field = finding.field ? t(`field.${finding.field}` as never) : "";
  const tag = typeof values.tag === "string" ? values.tag : "";
  return (
    <span className="min-w-0 break-words">
      {t(`lint.${finding.rule}` as never, {
        ...values,
        field,
        ...(finding.rule === "merge_tag" && { problem: t(`lint.problem.${String(values.problem)}` as never, { found: String(values.found) } as never) }),
        ...(tag && { tag: t(`tags.${tag.replace(".", "_")}` as never), fallback: `{{ ${tag} | default: "…" }}` }),
      } as never)}
    </span>
  );
}
