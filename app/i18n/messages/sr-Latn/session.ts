import type en from "../en/session";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
