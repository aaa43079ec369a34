import { readFileSync } from "node:fs";

import { transformWithEsbuild } from "vite";

/** A route that app/access.ts does not list fails the build, and so does a row whose route is gone. */
async function checkAccessTable(routeIds) {
  const { code } = await transformWithEsbuild(readFileSync("app/access.ts", "utf8"), "access.ts");
  const { ACCESS } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const unlisted = routeIds.filter((id) => !(id in ACCESS));
  const stale = Object.keys(ACCESS).filter((id) => !routeIds.includes(id));
  if (unlisted.length) throw new Error(`Routes without a row in app/access.ts: ${unlisted.join(", ")}`);
  if (stale.length) throw new Error(`Rows of app/access.ts without a route: ${stale.join(", ")}`);
}

/** The Remix options; vite.config.ts imports them. @type {import("@remix-run/dev").VitePluginConfig} */
export default {
  appDirectory: "app",
  buildDirectory: "build",
  ignoredRouteFiles: ["**/*"],
  buildEnd: ({ remixConfig }) => checkAccessTable(Object.keys(remixConfig.routes)),
  future: {
    v3_fetcherPersist: true,
    v3_lazyRouteDiscovery: true,
    v3_relativeSplatPath: true,
    v3_routeConfig: true,
    v3_singleFetch: true,
    v3_throwAbortReason: true,
  },
};
