import { getCompany } from "../domain/company/company.server";
import type { Handler } from "./handler";

/** The web app manifest (W3C): the portal installs under the shop's own name. */
export const MANIFEST_HANDLER: Handler = {
  method: "get",
  path: "/manifest.webmanifest",
  async handle(app, _request, response) {
    const company = await getCompany(app.db.read);
    response.type("application/manifest+json").json({
      id: "/portal",
      name: company.name,
      short_name: company.name.slice(0, 12),
      lang: company.locale,
      start_url: "/portal",
      scope: "/",
      display: "standalone",
      background_color: "#fdfdfa",
      theme_color: "#0d6b4f",
      icons: [
        { src: "/icons/icon-192.png", sizes: "192x192", type: "image/png" },
        { src: "/icons/icon-512.png", sizes: "512x512", type: "image/png" },
        { src: "/icons/maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
      ],
    });
  },
};
