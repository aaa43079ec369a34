import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, Outlet, useLoaderData, useParams, useSearchParams } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { Inbox } from "lucide-react";
import { useTranslations } from "use-intl";

import { KeyboardHelp, useDeskKeys } from "./keys";
import { Reason } from "./reason";
import { DESK_VIEWS, type DeskView } from "~/domain/cases/desk-view";
import { listQueue } from "~/domain/cases/desk.server";
import { getCompany } from "~/domain/company/company.server";
import { requireStaff } from "~/http/require";
import { Badge, DueChip } from "~/ui/badge";
import { CaseStatusChip } from "~/ui/case-status";
import { EmptyState } from "~/ui/empty-state";
import { useLive } from "~/ui/live";
import { DateTime } from "~/ui/values";

/** The desk: the queue on the left, whatever is open beside it. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { id } = requireStaff(context);
  const { db, clock } = context.app;
  const asked = new URL(request.url).searchParams.get("view");
  const view: DeskView = DESK_VIEWS.find((one) => one === asked) ?? "all";
  const { timeZone } = await getCompany(db.read);
  const { rows, total, counts } = await listQueue(db.read, { view, staffId: id, now: clock(), zone: timeZone });
  return { view, total, counts, rows: rows.map(({ row: { id: _id, assigneeId: _assigneeId, ...row }, reason }) => ({ ...row, reason })) };
}

export type QueueData = Awaited<ReturnType<typeof loader>>;

export default function Desk() {
  const { rows, view, total, counts } = useLoaderData<typeof loader>();
  const t = useTranslations("desk");
  const open = useParams().id;
  useLive(["desk"]);
  useDeskKeys(rows.map((row) => row.publicId), open);
  return (
    <div className="xl:h-dvh lg:grid lg:grid-cols-[21rem_minmax(0,1fr)] xl:overflow-hidden">
      <div className={cx("min-w-0 border-line lg:border-r xl:overflow-y-auto", open && "max-lg:hidden")}>
        <div className="px-4 pt-5">
          <div className="mb-3 flex items-center justify-between gap-3">
            {open ? <p className="text-xl font-semibold">{t("title")}</p> : <h1 className="text-xl font-semibold">{t("title")}</h1>}
            <KeyboardHelp />
          </div>
          <p className="mb-2 text-sm">
            <Link to="/staff/inbound" className="text-muted underline hover:text-ink">
              {t("inbound")}
            </Link>
          </p>
          <nav aria-label={t("views.label")} className="mb-3">
            <ul className="-mx-1 flex flex-wrap gap-x-0.5 gap-y-1">
              {DESK_VIEWS.map((one) => (
                <li key={one}>
                  <Link
                    to={`/staff/desk${open ? `/${open}` : ""}?view=${one}`}
                    preventScrollReset
                    aria-current={one === view ? "page" : undefined}
                    className={cx("inline-flex min-h-7 items-center gap-1 rounded-md px-1 text-xs", one === view ? "bg-pine-wash font-semibold text-pine" : "text-muted hover:bg-hover hover:text-ink")}
                  >
                    {t(`views.${one}`)}
                    {one !== "closed" && <span className="tabular text-xs">{counts[one]}</span>}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
        </div>
        {rows.length === 0 ? (
          <div className="px-4">
            <EmptyState icon={Inbox} title={t(`empty.${view}`)}>
              {t("empty.text")}
            </EmptyState>
          </div>
        ) : (
          <ol aria-label={t(`views.${view}`)} className="border-t border-line pb-6">
            {rows.map((row) => (
              <QueueRow key={row.publicId} row={row} isOpen={row.publicId === open} />
            ))}
          </ol>
        )}
        {total > rows.length && <p className="px-4 pb-6 text-sm text-muted">{t("more", { count: total - rows.length })}</p>}
      </div>
      <div className={cx("min-w-0 xl:min-h-0", !open && "max-lg:hidden")}>
        <Outlet />
      </div>
    </div>
  );
}

function QueueRow({ row, isOpen }: { row: QueueData["rows"][number]; isOpen: boolean }) {
  const t = useTranslations("desk");
  const [params] = useSearchParams();
  const view = params.get("view");
  const unread = row.lastCustomerAt !== null && row.lastCustomerAt > (row.lastStaffAt ?? 0) && row.status !== "closed";
  const hasClock = row.statutoryDueAt !== null && row.status !== "closed" && row.answeredAt === null;
  return (
    <li className={cx("relative border-b border-line px-4 py-2.5", isOpen ? "bg-pine-wash" : "hover:bg-hover")}>
      <div className="flex items-baseline justify-between gap-3">
        <Link
          to={`/staff/desk/${row.publicId}${view ? `?view=${view}` : ""}`}
          prefetch="intent"
          aria-current={isOpen ? "page" : undefined}
          className={cx("min-w-0 truncate after:absolute after:inset-0", unread ? "font-semibold" : "font-medium")}
        >
          {row.customer}
        </Link>
        <DateTime at={row.lastCustomerAt ?? row.receivedAt} show="relative" className="text-xs text-muted" />
      </div>
      <p className="flex gap-3 text-sm">
        <span className="min-w-0 flex-1 truncate">
          <span className="text-muted">{row.number}</span> {row.subject}
        </span>
        <span className="max-w-28 shrink-0 truncate text-muted">
          <span className="sr-only">{t("assignee")}: </span>
          {row.assignee ?? t("nobody")}
        </span>
      </p>
      <div className="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted">
        {hasClock && <DueChip dueAt={row.statutoryDueAt!} />}
        {row.type === "question" && <Badge>{t("question")}</Badge>}
        {(row.status === "waiting" || row.status === "answered" || row.status === "closed") && <CaseStatusChip status={row.status} forStaff />}
        <span>
          <Reason reason={row.reason} currency={row.currency} of={row} withoutDue={hasClock} />
        </span>
      </div>
    </li>
  );
}
