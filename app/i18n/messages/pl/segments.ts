import type en from "../en/segments";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
