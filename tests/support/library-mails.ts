/** Every mailing of the library in every language, and every kind of system mail, as a mail server takes them. */
import type { App } from "../../app/context.server";
import { queueNotice } from "../../app/domain/deliveries/deliveries.server";
import { listTemplates } from "../../app/domain/mailings/library.server";
import { MAIL_LOCALES, type MailLocale } from "../../app/domain/mailings/mailing";
import { launch } from "../../app/domain/campaigns/launching.server";
import { planDue } from "../../app/domain/campaigns/planning.server";
import { aCampaign, aConsent, aCustomer, aMailing, at, aTopic } from "./factories";

/** Queues one mail of each template in each language. @returns whose address stands for which */
export async function queueLibrary(app: App, locales: readonly MailLocale[] = MAIL_LOCALES, only?: string): Promise<Map<string, string>> {
  const by = at(app.clock() - 3_600_000);
  const names = new Map<string, string>();
  for (const { key } of listTemplates()) {
    if (only && key !== only) continue;
    const { campaignId } = await app.db.write(async (tx) => {
      const topicId = await aTopic(tx, by, `about-${key}`);
      for (const locale of locales) {
        const { partyId, email } = await aCustomer(tx, by, { locale, givenName: "Żofia", email: `${key}.${locale.toLowerCase()}@mail.example` });
        await aConsent(tx, by, partyId, topicId);
        names.set(email, `${key} ${locale}`);
      }
      const { mailingId } = await aMailing(tx, by, [...locales], key);
      return aCampaign(tx, by, { topicId, mailingId, name: `Library ${key}` });
    });
    const launched = await launch(app, { ...by, now: app.clock() - 1000 }, campaignId);
    if (!launched.ok) throw new Error(`${key}: ${JSON.stringify(launched)}`);
    while (await planDue(app));
  }
  return names;
}

/** Queues one mail for signing in, in each language. */
export async function queueSignInMails(app: App): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const locale of MAIL_LOCALES) {
    const address = `sign-in.${locale.toLowerCase()}@mail.example`;
    names.set(address, `login_link ${locale}`);
    await app.db.write((tx) =>
      queueNotice(tx, at(app.clock()), {
        class: "security", to: { address, name: "Żofia" }, template: "login_link", locale,
        values: { code: "123456", minutes: 15, path: "/login/link/abc", name: "Żofia" }, dedupeKey: `score:${locale}`,
      }),
    );
  }
  return names;
}
