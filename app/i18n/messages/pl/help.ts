import type en from "../en/help";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
