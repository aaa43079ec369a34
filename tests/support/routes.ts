/** Every route of app/routes.ts, flat: what the tests of access, scope and CSRF go through, so that none is forgotten. */
import type { RouteConfigEntry } from "@remix-run/route-config";

import routes from "../../app/routes";

export type FlatRoute = {
  /** As in the access table: the file without its ending. */
  id: string;
  /** `/portal/orders/:id`; layouts have the path of the place they frame. */
  path: string;
  /** From the outermost layout inwards. */
  parents: string[];
  params: string[];
  /** Its forms post to `path?index`: without, the layout of the same path would be meant. */
  index: boolean;
};

export function allRoutes(): FlatRoute[] {
  return flatten(routes as RouteConfigEntry[], "", []);
}

function flatten(entries: readonly RouteConfigEntry[], above: string, parents: string[]): FlatRoute[] {
  return entries.flatMap((entry) => {
    const id = entry.id ?? entry.file.replace(/\.tsx?$/, "");
    const path = [above, entry.path].filter(Boolean).join("/");
    const params = [...path.matchAll(/:(\w+)\??/g)].map((match) => match[1] as string);
    return [{ id, path: `/${path}`, parents, params, index: entry.index ?? false }, ...flatten(entry.children ?? [], path, [...parents, id])];
  });
}

/** The path with its parameters filled in; a parameter without a value gets `x`. Optional ones are left out. */
export function fill(path: string, values: Record<string, string> = {}): string {
  return path
    .replace(/\/:\w+\?/g, "")
    .replace(/:(\w+)/g, (_, name: string) => values[name] ?? "x")
    .replace("*", "no-such-page");
}

/** Where a form of this route posts to. */
export function actionUrl(route: FlatRoute, values: Record<string, string> = {}): string {
  return `${fill(route.path, values)}${route.index ? "?index" : ""}`;
}
