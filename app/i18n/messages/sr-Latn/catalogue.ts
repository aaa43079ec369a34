import type en from "../en/catalogue";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
