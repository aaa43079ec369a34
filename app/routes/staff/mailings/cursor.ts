/** The place in a list ordered by last change, as it stands in an address: `<time>-<id>`. */
export function readCursor(text: string | null): { updatedAt: number; id: number } | null {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text ?? "");
  return match ? { updatedAt: Number(match[1]), id: Number(match[2]) } : null;
}

export function cursorOf(row: { updatedAt: number; id: number }): string {
  return `${row.updatedAt}-${row.id}`;
}
