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
