/**
 * Authorisation in front of every loader and action: the build's route modules are wrapped once at start, so that no
 * route can forget it. Denied by default.
 */
import type { ActionFunctionArgs, LoaderFunctionArgs, ServerBuild } from "@remix-run/node";
import { redirect } from "@remix-run/node";

import { isDiskFull } from "../db/dialect";
import { ACCESS, type Access, type Role } from "../access";
import type { RequestActor } from "./context";
import { HANG_UP, readForm } from "./uploads.server";

/** Route ids of the build without a row in the access table, and rows without a route. */
export function accessGaps(routeIds: readonly string[]): { unlisted: string[]; stale: string[] } {
  return {
    unlisted: routeIds.filter((id) => !(id in ACCESS)),
    stale: Object.keys(ACCESS).filter((id) => !routeIds.includes(id)),
  };
}

export function roleOf(actor: RequestActor): Role {
  return actor.kind === "staff" ? actor.role : actor.kind;
}

export function guarded(build: ServerBuild): ServerBuild {
  const { unlisted } = accessGaps(Object.keys(build.routes));
  if (unlisted.length) throw new Error(`Routes without a row in app/access.ts: ${unlisted.join(", ")}`);
  const routes = Object.fromEntries(
    Object.entries(build.routes).map(([id, route]) => {
      if (!route) return [id, route];
      const access = ACCESS[id] as Access;
      const { loader, action } = route.module;
      return [
        id,
        {
          ...route,
          module: {
            ...route.module,
            ...(loader && {
              loader: (args: LoaderFunctionArgs) => {
                admit(args, access.read);
                return loader(args);
              },
            }),
            ...(action && {
              action: (args: ActionFunctionArgs) => {
                admit(args, access.write ?? []);
                refuseOddBodies(args.request);
                limitForm(args.request);
                return toldWhenFull(args, () => action(args));
              },
            }),
          },
        },
      ];
    }),
  );
  return { ...build, routes };
}

/** A disk that is full is said as such: nothing was saved, and it works again once there is room. */
async function toldWhenFull<T>({ context }: ActionFunctionArgs, act: () => T): Promise<Awaited<T>> {
  try {
    return await act();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    context.app.log.error({ err: error }, "the disk is full: nothing can be saved");
    throw new Response(null, { status: 507, headers: HANG_UP });
  }
}

/** Our forms come in the two ways that browsers send forms; anything else would only make `formData()` throw. */
function refuseOddBodies(request: Request): void {
  const type = request.headers.get("Content-Type");
  if (type && !/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) throw new Response(null, { status: 415 });
}

/** What a form without files may weigh at most: a mailing in full. Routes that take files read their bodies with limits of their own. */
const LARGEST_FORM = 2 * 1024 * 1024;

/** Nobody can fill the memory by posting gigabytes to a form, signed in or not. */
function limitForm(request: Request): void {
  request.formData = async () => {
    const form = await readForm(request, LARGEST_FORM);
    if (!form) throw new Response(null, { status: 413, headers: HANG_UP });
    return form;
  };
}

/** Passes, or throws: to the login page when nobody is signed in, 403 otherwise. */
function admit({ request, context }: LoaderFunctionArgs, roles: readonly Role[]): void {
  if (roles.includes(roleOf(context.actor))) return;
  const url = new URL(request.url);
  if (context.actor.kind === "anonymous" && request.method === "GET") {
    const login = url.pathname.startsWith("/staff") ? "/staff/login" : "/login";
    const back = url.pathname.replace(/\.data$/, "") + url.search.replace(/[?&]_routes=[^&]*/, "");
    throw redirect(`${login}?back=${encodeURIComponent(back)}`);
  }
  throw new Response(null, { status: context.actor.kind === "anonymous" ? 401 : 403 });
}
