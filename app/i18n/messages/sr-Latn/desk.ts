import type en from "../en/desk";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
