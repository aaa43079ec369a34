/** Everything that the API can do. */
import type { Operation } from "~/http/api/operation";
import { partyOperations } from "./parties.server";

export const OPERATIONS: readonly Operation[] = [...partyOperations];
