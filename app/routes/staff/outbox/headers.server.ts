import type { App } from "~/context.server";
import { composeParcel } from "~/domain/deliveries/compose.server";
import type { DeliveryRow } from "~/domain/deliveries/deliveries.server";

/** The headers of a mail that this Rapport does not keep, written again as they were when it was handed over. */
export async function headersAsSent(app: App, row: DeliveryRow): Promise<string> {
  const handedAt = row.handedAt ?? row.createdAt;
  const parcel = await composeParcel({ ...app, clock: () => handedAt }, { ...row, stopsSeen: 0, claimedAt: handedAt });
  const source = app.writeMail(parcel).toString("latin1");
  return source.slice(0, source.indexOf("\r\n\r\n")).replaceAll("\r\n", "\n");
}
