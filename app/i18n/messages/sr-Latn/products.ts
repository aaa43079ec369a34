import type en from "../en/products";
import type { Translation } from "../types";

export default {} satisfies Translation<typeof en>;
