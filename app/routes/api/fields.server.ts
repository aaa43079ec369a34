/** What several resources say in the same words. */
import { Problem, wrongField } from "~/http/api/problem";

/** A refusal that concerns one field. */
export function refused(pointer: string, reason: string, detail: string): Problem {
  return wrongField(pointer, reason, detail);
}

/** A refusal because of what is there already, or of the state that it is in. */
export function conflicting(code: string, detail: string, pointer = ""): Problem {
  return new Problem("conflict", undefined, [{ pointer, code, detail }]);
}

