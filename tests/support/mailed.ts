/** The browser tests' ground with a mail server: what the site sends goes to a real SMTP sink of the worker process. */
import { test as base } from "./browser";
import { smtpSink, type SmtpSink } from "./smtp-sink";

export const test = base.extend<object, { sink: SmtpSink; mailUrl: string | undefined }>({
  sink: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const sink = await smtpSink();
      await use(sink);
      await sink.close();
    },
    { scope: "worker" },
  ],
  mailUrl: [async ({ sink }, use) => use(sink.url), { scope: "worker" }],
});
