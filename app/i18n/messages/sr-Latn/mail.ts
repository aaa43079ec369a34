import type en from "../en/mail";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
