import type en from "../en/campaigns";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
