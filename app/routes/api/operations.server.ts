/** Everything that the API can do. */
import type { Operation } from "~/http/api/operation";
import { campaignOperations, consentOperations, deliveryOperations, listOperations, segmentOperations } from "./audience.server";
import { caseOperations } from "./cases.server";
import { moneyOperations } from "./money.server";
import { orderOperations } from "./orders.server";
import { partyOperations } from "./parties.server";
import { productOperations } from "./products.server";

export const OPERATIONS: readonly Operation[] = [
  ...partyOperations, ...consentOperations, ...productOperations, ...orderOperations, ...moneyOperations, ...segmentOperations, ...listOperations, ...campaignOperations, ...deliveryOperations,
  ...caseOperations,
];
