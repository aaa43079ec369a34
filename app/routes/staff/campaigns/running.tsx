import { Link } from "@remix-run/react";
import { Gauge } from "lucide-react";
import { useTranslations } from "use-intl";

import { LANE_NAMES } from "~/domain/deliveries/lane";
import { useFormat } from "~/i18n/format";
import { LinkButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Section } from "~/ui/page";
import { Progress } from "~/ui/progress";

import { useDuration } from "../sending/duration";
import type { ProgressData } from "./progress-data.server";
import type { ReportData } from "./report-data.server";
import type { Head } from "./show";

/** How far a campaign has come, how fast it goes, and what holds it up. Follows the send without being loaded anew. */
export function Running({ head, data, progress, people }: { head: Head; data: ReportData; progress: ProgressData; people: string }) {
  const t = useTranslations("campaigns");
  const ts = useTranslations("speed");
  const { all, withheld, waiting } = data.figures;
  return (
    <Section
      first
      title={t("progress.title")}
      actions={
        <LinkButton to={`/staff/campaigns/${head.publicId}/speed`} size="sm" variant="quiet" icon={Gauge}>
          {ts("own.change")}
        </LinkButton>
      }
    >
      <div className="mb-8 flex max-w-3xl flex-col gap-3">
        {head.status === "planning" ? (
          <Progress label={t("progress.planning", { count: all })} value={all} note={<Pace head={head} progress={progress} />} />
        ) : (
          <Progress
            label={t("progress.label")}
            value={all - withheld - waiting}
            max={all - withheld}
            tone={head.status === "paused" ? "muted" : "pine"}
            note={head.status === "paused" ? t("progress.pausedNote") : <Pace head={head} progress={progress} />}
          />
        )}
        <Parts data={data} people={people} />
        {head.status !== "paused" && head.status !== "cancelled" && <HeldUp progress={progress} />}
      </div>
    </Section>
  );
}

function Pace({ head, progress }: { head: Head; progress: ProgressData }) {
  const ts = useTranslations("speed");
  const format = useFormat();
  const duration = useDuration();
  const { rate, leftMs, hold, trouble } = progress;
  // Nothing leaves, for how long nobody knows.
  if ((head.status !== "sending" && head.status !== "planning") || hold || trouble) return null;
  return (
    <>
      {rate !== null && <span>{ts("progress.rate", { rate: format.number(rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate)) })}</span>}
      {leftMs !== null && head.status === "sending" && <span>{ts("progress.left", { time: duration(leftMs) })}</span>}
    </>
  );
}

const PARTS = ["sent", "waiting", "failed", "unknown", "withheld"] as const;

/** All of the campaign's people, each in one of these. */
function Parts({ data, people }: { data: ReportData; people: string }) {
  const t = useTranslations("campaigns");
  const format = useFormat();
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1" aria-label={t("progress.title")}>
      {PARTS.map((figure) => (
        <div key={figure} className="flex items-baseline gap-1.5">
          <dt className="text-muted">
            <Link to={`${people}?who=${figure}`} className="hover:underline">
              {t(`people.figure.${figure}`)}
            </Link>
          </dt>
          <dd className="tabular font-medium" data-figure={figure}>
            {format.number(data.figures[figure])}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Everything that stands in the way now, the strongest first. */
function HeldUp({ progress }: { progress: ProgressData }) {
  const ts = useTranslations("speed");
  const format = useFormat();
  const when = useWhen(progress.now);
  const restraint = useRestraint(progress.now);
  const { hold, trouble, restraints, deferred } = progress;
  return (
    <>
      {hold && <Callout tone="warn">{hold.reason === "restored" ? ts("held.restored") : ts("held.manual", { name: hold.by })}</Callout>}
      {trouble && (
        <Callout tone="warn">
          <p>{ts("held.relay", { when: when(trouble.since) })}</p>
          {trouble.words && <p className="font-mono text-sm">{ts("held.relaySaid", { words: trouble.words })}</p>}
        </Callout>
      )}
      {restraints.length > 0 && (
        <ul className="tabular text-muted">
          {restraints.map((one) => (
            <li key={`${one.kind}${"lane" in one ? one.lane : ""}${"own" in one && one.own}`}>{restraint(one)}</li>
          ))}
        </ul>
      )}
      {deferred && <p className="text-muted">{ts("held.deferred", { count: deferred.count, when: format.time(deferred.nextAt) })}</p>}
    </>
  );
}

/** A time of today by the clock, any other with its day. */
function useWhen(now: number): (at: number) => string {
  const format = useFormat();
  return (at) => (format.date(at) === format.date(now) ? format.time(at) : format.dateTime(at));
}

function useRestraint(now: number): (one: ProgressData["restraints"][number]) => string {
  const ts = useTranslations("speed");
  const format = useFormat();
  const duration = useDuration();
  const when = useWhen(now);
  return (one) => {
    const limit = format.number(one.limit);
    switch (one.kind) {
      case "rate":
        return ts(one.own ? "held.rateOwn" : "held.rate", { limit });
      case "window":
        return ts(one.own ? "held.windowOwn" : "held.window", { limit, time: duration(one.ms), when: when(one.nextAt) });
      case "lane":
        return ts("held.lane", { name: LANE_NAMES[one.lane], limit, when: when(one.nextAt) });
      case "warm_up":
        return ts("held.warm_up", { limit, when: when(one.nextAt) });
    }
  };
}
