/** Whether the mailbox for bounces and answers can be read: by signing in there now, and changing nothing. */
import type { Mailbox } from "../mailbox";
import { type Finding, ok, warning, wrong } from "./finding";

export async function checkReading(mailbox: Mailbox | null): Promise<Finding> {
  if (!mailbox) return warning("mailbox_none");
  try {
    await (await mailbox.open()).close();
    return ok("mailbox_ok", { name: mailbox.name });
  } catch (error) {
    return wrong("mailbox_wrong", { name: mailbox.name, words: (error as Error).message });
  }
}
