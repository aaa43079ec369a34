import type en from "../en/team";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
