import { Outlet } from "@remix-run/react";

export { ErrorPage as ErrorBoundary } from "~/ui/error-page";

/** Stands between the frame and its pages, so that what goes wrong on a page leaves the frame in place. */
export default function Pages() {
  return <Outlet />;
}
