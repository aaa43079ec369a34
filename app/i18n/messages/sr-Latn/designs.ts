import type en from "../en/designs";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
