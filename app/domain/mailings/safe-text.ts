/** Text that people typed, where it goes into a mail: beside tags, or on a header's line. Pure; mail/ uses it too. */

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };

export function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string) : text;
}

/** A value that goes into a header: a line break would begin another one. */
export function oneLine(text: string): string {
  return (/[\u0000-\u001f\u007f\u2028\u2029]/.test(text) ? text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ") : text).trim();
}
