import type en from "../en/ui";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
