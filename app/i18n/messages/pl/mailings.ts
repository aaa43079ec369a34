import type en from "../en/mailings";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
