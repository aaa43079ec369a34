import type en from "../en/orders";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
