import { Link } from "@remix-run/react";
import { Download, UsersRound } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

import { useFormat } from "~/i18n/format";
import { LinkButton } from "~/ui/button";
import { BarChart, Funnel } from "~/ui/charts/bars";
import { LineChart } from "~/ui/charts/line";
import { Section } from "~/ui/page";
import { Stat, Stats } from "~/ui/stat";
import { PlainTable } from "~/ui/table";

import { AgainButtons } from "./again-buttons";
import type { ReportData } from "./report-data.server";
import { Running } from "./running";
import type { Head } from "./show";

type Props = { head: Head; data: ReportData };

/** How far a campaign has come, and how people respond. Each figure opens the people behind it. */
export function Report({ head, data }: Props) {
  const t = useTranslations("campaigns");
  const people = `/staff/campaigns/${head.publicId}/recipients`;
  return (
    <>
      {data.progress && <Running head={head} data={data} progress={data.progress} people={people} />}
      <Section
        title={t("report.title")}
        first
        actions={
          <>
            <LinkButton to={people} size="sm" icon={UsersRound}>
              {t("report.people")}
            </LinkButton>
            <LinkButton to={`${people}.csv`} reloadDocument size="sm" variant="quiet" icon={Download}>
              {t("people.export")}
            </LinkButton>
          </>
        }
      >
        <Figures data={data} people={people} />
        <AgainButtons head={head} again={data.again} />
      </Section>
      <div className="mt-8 grid gap-x-12 gap-y-8 *:min-w-0 *:border-t *:border-line *:pt-6 xl:grid-cols-2">
        <div>
          <FromSegmentToOrder data={data} />
        </div>
        <div>
          <Responses data={data} />
        </div>
        {data.withheld.length > 0 && (
          <div>
            <Withheld data={data} people={people} />
          </div>
        )}
        <div>
          <h2 className="font-medium">{t("report.links")}</h2>
          <p className="mb-3 text-sm text-muted">{t("report.linksNote")}</p>
          <Links data={data} />
        </div>
      </div>
    </>
  );
}

function Figures({ data, people }: { data: ReportData; people: string }) {
  const t = useTranslations("campaigns");
  const format = useFormat();
  const { figures } = data;
  const link = (figure: string, count: number): ReactNode =>
    count > 0 ? (
      <Link to={`${people}?who=${figure}`} className="underline decoration-pine/40 decoration-2 underline-offset-4 hover:decoration-pine">
        {format.number(count)}
      </Link>
    ) : (
      format.number(count)
    );
  const share = (count: number) => (figures.sent > 0 ? t("report.ofSent", { share: format.percent(count / figures.sent) }) : undefined);
  return (
    <>
      <Stats>
        <Stat label={t("report.sent")} value={link("sent", figures.sent)} note={t("report.sentNote")} />
        {data.delivered === null ? (
          <Stat label={t("report.delivered")} value={<span className="text-base font-normal text-muted">{t("report.notReported")}</span>} note={t("report.notReportedNote")} />
        ) : (
          <Stat label={t("report.delivered")} value={link("delivered", data.delivered)} note={share(data.delivered)} />
        )}
        <Stat label={t("report.opened")} value={link("opened", figures.opened)} note={share(figures.opened)} />
        <Stat label={t("report.clicked")} value={link("clicked", figures.clicked)} note={share(figures.clicked)} />
        <Stat label={t("report.ordered")} value={link("ordered", figures.ordered)} note={[share(figures.ordered), t("report.orderedNote", { days: data.attributionDays })].filter(Boolean).join(", ")} />
        <Stat
          label={t("report.revenue")}
          value={data.revenue.length === 0 ? format.number(0) : data.revenue.map((sum) => format.money(sum.minor, sum.currency)).join(" + ")}
        />
      </Stats>
      <div className="mt-6">
        <Stats>
          <Stat label={t("report.bounced")} value={link("bounced", figures.bounced)} note={figures.bounced > 0 ? t("report.bouncedNote", { hard: data.hardBounced, soft: data.softBounced }) : share(0)} />
          <Stat label={t("report.replied")} value={link("replied", figures.replied)} note={share(figures.replied)} />
          <Stat label={t("report.unsubscribed")} value={link("unsubscribed", figures.unsubscribed)} note={share(figures.unsubscribed)} />
          <Stat label={t("report.complained")} value={link("complained", figures.complained)} note={share(figures.complained)} />
          <Stat label={t("report.failed")} value={link("failed", figures.failed)} />
          <Stat label={t("report.unknown")} value={link("unknown", figures.unknown)} />
        </Stats>
      </div>
      <p className="mt-4 text-sm text-muted">{t("report.robots", { robots: figures.opened_by_robots, unknown: figures.opened_unknown })}</p>
    </>
  );
}

function FromSegmentToOrder({ data }: { data: ReportData }) {
  const t = useTranslations("campaigns");
  const format = useFormat();
  const { figures } = data;
  return (
    <Funnel
      title={t("report.funnel")}
      note={t("report.funnelNote")}
      format={format.number}
      percent={format.percent}
      head={[t("report.step"), t("report.count"), t("report.ofFirst"), t("report.ofPrevious")]}
      steps={[
        { key: "all", label: t("report.inSegment"), value: figures.all },
        { key: "sent", label: t("report.sent"), value: figures.sent },
        { key: "opened", label: t("report.opened"), value: figures.opened },
        { key: "clicked", label: t("report.clicked"), value: figures.clicked },
        { key: "ordered", label: t("report.ordered"), value: figures.ordered },
      ]}
    />
  );
}

const DAY = 86_400_000;

function Responses({ data }: { data: ReportData }) {
  const t = useTranslations("campaigns");
  const format = useFormat();
  const { steps, stepMs } = data.responses;
  if (steps.length === 0)
    return (
      <>
        <h2 className="font-medium">{t("report.responses")}</h2>
        <p className="text-muted">{t("report.noResponses")}</p>
      </>
    );
  return (
    <LineChart
      title={t("report.responses")}
      note={stepMs >= DAY ? t("report.responsesByDay") : t("report.responsesByHour")}
      formatX={stepMs >= DAY ? format.date : format.dateTime}
      formatY={format.number}
      head={t("report.time")}
      series={[
        { key: "opened", name: t("report.opened"), tone: "context", points: steps.map((step) => ({ x: step.at, y: step.opened })) },
        { key: "clicked", name: t("report.clicked"), points: steps.map((step) => ({ x: step.at, y: step.clicked })) },
      ]}
    />
  );
}

function Withheld({ data, people }: { data: ReportData; people: string }) {
  const t = useTranslations("campaigns");
  const format = useFormat();
  return (
    <BarChart
      title={t("report.withheld")}
      note={t("report.withheldNote", { count: data.figures.withheld })}
      format={format.number}
      head={[t("report.reasonHead"), t("report.count")]}
      bars={data.withheld.map(({ reason, count }) => ({
        key: reason,
        label: (
          <Link to={`${people}?who=withheld:${reason}`} className="text-pine underline decoration-pine/40 underline-offset-[0.2em] hover:decoration-pine">
            {t(`reason.${reason}` as never)}
          </Link>
        ),
        value: count,
        tone: "context" as const,
      }))}
    />
  );
}

function Links({ data }: { data: ReportData }) {
  const t = useTranslations("campaigns");
  const format = useFormat();
  if (data.links.length === 0) return <p className="text-muted">{t("report.noLinks")}</p>;
  return (
    <PlainTable
      caption={t("report.links")}
      head={
        <tr>
          <th scope="col">{t("report.link")}</th>
          <th scope="col" className="text-end!">
            {t("report.clicked")}
          </th>
        </tr>
      }
    >
      {data.links.map((link) => (
        <tr key={`${link.url} ${link.label}`}>
          <th scope="row" className="font-normal!">
            <span className="block">{link.label || link.url}</span>
            <span className="block text-sm break-all text-muted">{link.url}</span>
          </th>
          <td className="tabular text-end">{format.number(link.mails)}</td>
        </tr>
      ))}
    </PlainTable>
  );
}
