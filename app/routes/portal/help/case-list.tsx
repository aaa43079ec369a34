import { Link } from "@remix-run/react";
import { useTranslations } from "use-intl";

import type { CustomerCase } from "~/domain/cases/customer-cases.server";
import { DueChip } from "~/ui/badge";
import { CaseStatusChip } from "~/ui/case-status";
import { DateTime } from "~/ui/values";

/** Cases of a customer, each with its status and the day of its answer. */
export function CaseList({ cases }: { cases: readonly CustomerCase[] }) {
  const t = useTranslations("help");
  return (
    <ul className="divide-y divide-line">
      {cases.map((one) => (
        <li key={one.publicId} className="relative flex flex-wrap items-center gap-x-4 gap-y-1.5 py-4 hover:bg-hover">
          <div className="min-w-0 flex-1 basis-56">
            <Link to={`/portal/help/${one.publicId}`} prefetch="intent" className="font-medium after:absolute after:inset-0">
              {one.subject}
            </Link>
            <p className="text-sm text-muted">
              {t(`types.${one.type}`)} {one.number} · <DateTime at={one.receivedAt} />
            </p>
          </div>
          <div className="flex flex-wrap items-center gap-2">
            <CaseStatusChip status={one.status} />
            {one.statutoryDueAt !== null && <DueChip dueAt={one.statutoryDueAt} answeredAt={one.answeredAt} />}
          </div>
        </li>
      ))}
    </ul>
  );
}
