/** Nothing more is sent to an endpoint until somebody has looked: administrators are told, once each time. */
import type { Tx } from "../../db/types";
import { listAdministrators } from "../accounts/staff.server";
import { queueNotice } from "../deliveries/deliveries.server";
import type { By } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
import type { Endpoint } from "./webhooks.server";

const WEEK = 7 * 86_400_000;

export async function tellDisabled(tx: Tx, by: By, { id, publicId, url }: Endpoint, failingSince: number): Promise<void> {
  for (const { id: staffId, name, email, locale } of await listAdministrators(tx))
    await queueNotice(tx, by, {
      class: "transactional",
      to: { address: email, name },
      template: "webhook_disabled",
      locale,
      values: { name, host: new URL(url).host, since: failingSince, path: `/staff/settings/webhooks/${publicId}` },
      dedupeKey: `webhook_disabled:${id}:${by.now}:${staffId}`,
      subject: { type: "webhook", id },
      expiresAt: by.now + WEEK,
    });
  await noteChange(tx, by, "sending");
}
