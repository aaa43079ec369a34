/** Testing, pausing, resuming, deleting an endpoint: verbs with one shape. */
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";

import { deleteEndpoint, findEndpoint, sendTest, setEndpointState } from "~/domain/integrations/webhooks.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

const LIST = "/staff/settings/webhooks";

export const loader = ({ params }: LoaderFunctionArgs) => redirect(`${LIST}/${encodeURIComponent(params.id ?? "")}`);

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context;
  const endpoint = found(await findEndpoint(app.db.read, params.id ?? ""));
  const verb = new URL(request.url).pathname.replace(/\.data$/, "").split("/").at(-1);
  await app.db.write(async (tx) => {
    if (verb === "test") await sendTest(tx, by(context), endpoint.id);
    else if (verb === "delete") await deleteEndpoint(tx, by(context), endpoint);
    else await setEndpointState(tx, by(context), endpoint.id, verb === "pause" ? "paused" : "on");
  });
  const key = { test: "tested", delete: "deleted", pause: "paused", resume: "resumed" }[verb as "test"];
  return redirectSaying(app, verb === "delete" ? LIST : `${LIST}/${endpoint.publicId}`, { key: `webhooks.said.${key}` });
}
