import type en from "../en/preferences";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
