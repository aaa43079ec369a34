import type en from "../en/search";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
