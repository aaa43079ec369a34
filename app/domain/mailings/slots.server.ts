/**
 * A frozen revision taken apart for many recipients: what is the same for all of them stays as text, the places that
 * are not are numbered. Says the same as `renderRevision`, which reads one mail at a time.
 */
import type { Slotted } from "../../mail/transport";
import type { Renderable } from "./render.server";
import { fillTag, isMergeTag, parseMergeTags, type MergeTag } from "./merge-tags";
import { escapeHtml } from "./safe-text";

export type Recipient = { token: string; values: Record<string, unknown> };

export type SlottedRevision = {
  subject: Slotted;
  html: Slotted;
  text: Slotted;
  /** This recipient's values, one per place. Place 0 is the token of the links. */
  valuesOf(recipient: Recipient): string[];
};

export type Common = { baseUrl: string; company: { name: string; support_email: string } };

const TOKEN = 0;

export function slotRevision(revision: Renderable, common: Common): SlottedRevision {
  const tags: MergeTag[] = [];
  const places = new Map<string, number>();
  const placeOf = (tag: MergeTag) => {
    const key = JSON.stringify(tag);
    const known = places.get(key);
    if (known !== undefined) return known;
    const place = tags.push(tag);
    places.set(key, place);
    return place;
  };
  const read = (source: string, isHtml: boolean) => slotText(source, isHtml, common, placeOf);
  return {
    subject: read(revision.subject, false),
    html: read(revision.html, true),
    text: read(revision.text, false),
    valuesOf: ({ token, values }) => [token, ...tags.map((tag) => fillTag(tag, values))],
  };
}

/** Where the links of a mail lead, around the token. */
const LINKS: Record<string, [path: string, behind: string]> = {
  unsubscribe: ["u", ""], preferences: ["p", ""], view_online: ["v", ""], open: ["o", ".gif"],
};

function slotText(source: string, isHtml: boolean, common: Common, placeOf: (tag: MergeTag) => number): Slotted {
  const parts: string[] = [""];
  const slots: number[] = [];
  const say = (text: string) => (parts[parts.length - 1] += text);
  const leave = (slot: number) => {
    slots.push(slot);
    parts.push("");
  };
  let at = 0;
  for (const match of source.matchAll(/\{\{\s*(.*?)\s*\}\}/gs)) {
    say(source.slice(at, match.index));
    at = match.index + match[0].length;
    const own = /^rapport\.(\w+?)(?:_(\d+))?$/.exec(match[1] ?? "");
    if (own) {
      const [, name = "", position] = own;
      const link = name === "link" && position !== undefined ? (["c", `/${position}`] as const) : LINKS[name];
      if (name === "base") say(common.baseUrl);
      else if (link) {
        say(`${common.baseUrl}/${link[0]}/`);
        leave(TOKEN);
        say(link[1]);
      } else throw new Error(`a revision asks for ${match[0]}`);
      continue;
    }
    const tag = parseMergeTags(match[0]).pieces[0];
    if (tag === undefined || !isMergeTag(tag)) throw new Error(`a revision asks for ${match[0]}`);
    if (tag.path.startsWith("company.")) {
      const text = fillTag(tag, common);
      say(isHtml ? escapeHtml(text) : text);
    } else leave(placeOf(tag));
  }
  say(source.slice(at));
  return { parts, slots };
}
