/** Every URL of Rapport. Who may ask for them: access.ts. The quick public handlers in front: http/handlers.server.ts. */
import { index, route, type RouteConfig } from "@remix-run/route-config";

export default [
  index("routes/public/front.tsx"),
  route("offline", "routes/public/offline.tsx"),
  route("*", "routes/public/not-found.tsx"),
] satisfies RouteConfig;
