/** The ceiling of the mail server that the other benches measure against: no sender can be seen to be faster. */
import { fastSink, SINK_NEEDS, smtpSource } from "../support/fast-sink";
import { figure, hold, median } from "../support/long";

export const about = "how many mails a second the benches' own mail server takes, and what smtp-source reaches against it";
export const needs = SINK_NEEDS;
export const options = { rounds: 5, mails: 40_000, bytes: 45_000 };

export async function run({ rounds, mails, bytes }: typeof options): Promise<void> {
  const sink = await fastSink();
  await smtpSource(sink.port, { mails: 2_000, bytes, connections: 25 });
  const ceilings: number[] = [];
  const alone: number[] = [];
  for (const connections of [25, 100])
    for (const processes of [1, 2]) {
      const found = [];
      for (let round = 0; round < rounds; round++) {
        const before = await sink.count();
        const source = await smtpSource(sink.port, { mails, bytes, connections: connections / processes, processes });
        const after = await sink.count();
        if (after.mails - before.mails < mails) throw new Error(`the sink took ${after.mails - before.mails} of ${mails} mails`);
        found.push({ ...source, sinkMicros: (after.cpuMicros - before.cpuMicros) / (after.mails - before.mails) });
      }
      const name = `smtp_source_${processes}x_${connections}`;
      const perSecond = median(found.map((one) => one.perSecond));
      const sinkMicros = median(found.map((one) => one.sinkMicros));
      figure(`${name}_per_second`, Math.round(perSecond));
      figure(`${name}_cpu_us_per_mail`, median(found.map((one) => one.cpuMicrosPerMail)));
      figure(`${name}_sink_cpu_us_per_mail`, sinkMicros);
      ceilings.push(1e6 / sinkMicros);
      if (processes === 1) alone.push(perSecond);
    }
  // One thread that does nothing else: what its own CPU time allows.
  figure("sink_ceiling_per_second", Math.round(median(ceilings)));
  hold("sink_ceiling_over_smtp_source", median(ceilings) / Math.max(...alone), "at least", 1.5);
}
