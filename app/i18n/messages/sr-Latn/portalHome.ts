import type en from "../en/portalHome";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
