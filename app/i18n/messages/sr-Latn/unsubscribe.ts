import type en from "../en/unsubscribe";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
