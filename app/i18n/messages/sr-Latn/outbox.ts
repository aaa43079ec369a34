import type en from "../en/outbox";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
