/** HTML that others wrote, for a frame without scripts: what runs, fetches or posts is taken out here too. */
import sanitizeHtml from "sanitize-html";

const TAGS = [
  "a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt", "em", "font", "h1", "h2", "h3",
  "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
  "tr", "tt", "u", "ul", "wbr",
];

export function safeHtml(html: string): string {
  return sanitizeHtml(html, {
    allowedTags: TAGS,
    allowedAttributes: {
      "*": ["style", "dir", "lang", "align", "valign", "width", "height", "bgcolor", "color"],
      a: ["href", "title", "target", "rel"], img: ["src", "alt"], td: ["colspan", "rowspan"], th: ["colspan", "rowspan"], table: ["border", "cellpadding", "cellspacing"], ol: ["start", "type"], font: ["size", "face"],
    },
    allowedSchemes: ["http", "https", "mailto", "tel"],
    allowedSchemesByTag: { img: ["data"] },
    allowProtocolRelative: false,
    nestingLimit: 100,
    // A picture from elsewhere would tell its writer who reads the mail, and when; `url()` in a style as well.
    exclusiveFilter: ({ tag, attribs }) => tag === "img" && !/^data:image\//i.test(attribs.src ?? ""),
    transformTags: {
      // Without a scheme it would lead to pages of our own.
      a: (tagName, { target: _target, href = "", ...attribs }) => ({ tagName, attribs: { ...attribs, ...(/^[a-z]+:/i.test(href) && { href }), target: "_blank", rel: "noopener noreferrer nofollow" } }),
      "*": (tagName, attribs) => ({ tagName, attribs: attribs.style !== undefined && /url|@import|expression|\\/i.test(attribs.style) ? without(attribs, "style") : attribs }),
    },
  });
}

function without(attribs: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(attribs).filter(([key]) => key !== name));
}
