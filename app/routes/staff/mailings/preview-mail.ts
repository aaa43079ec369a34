import type { MailLink } from "~/domain/mailings/mail-html";
import type { DeliveryLinks } from "~/domain/mailings/mailings.server";

/** In a preview nothing is counted: links lead where they say, and those of a delivery lead nowhere. */
export function previewLinks(links: readonly MailLink[]): DeliveryLinks {
  return {
    linkUrl: (position) => links[position]?.url ?? "#",
    unsubscribeUrl: "#",
    preferencesUrl: "#",
    viewOnlineUrl: "#",
    baseUrl: "",
  };
}

/** A frame follows the reader's own system: the wanted scheme is put in place of the question. */
export function inScheme(html: string, scheme: "light" | "dark"): string {
  return html.replaceAll("(prefers-color-scheme: dark)", scheme === "dark" ? "all" : "not all");
}
