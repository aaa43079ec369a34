import type en from "../en/imports";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
