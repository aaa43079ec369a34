import { useLocation, useNavigation } from "@remix-run/react";
import { useEffect, useState } from "react";

/**
 * The title of a page is its heading, "Orders · Pressmark": pages need not say it twice. On the server the heading is
 * known only after the head was rendered, so `titled` fills it in; in the browser `PageTitle` follows each navigation
 * and reads the new title out.
 */
export function titled(html: string): string {
  const heading = /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)?.[1];
  const words = heading?.replace(/<!--.*?-->|<[^>]*>/g, "").trim();
  if (!words) return html;
  return html.replace(/(<title data-page="">)/, (tag) => `${tag}${words} · `);
}

export function PageTitle({ name }: { name: string }) {
  const { pathname } = useLocation();
  const [said, setSaid] = useState({ pathname, title: "" });
  useEffect(() => {
    const heading = document.querySelector("h1")?.textContent?.trim();
    if (!heading) return;
    const title = `${heading} · ${name}`;
    const element = document.querySelector("title[data-page]");
    if (element) element.textContent = title;
    setSaid((before) => (before.pathname === pathname ? before : { pathname, title }));
  }, [pathname, name]);
  return (
    <div role="status" className="sr-only">
      {said.title}
    </div>
  );
}

/** A line along the top while the next page takes longer than a moment. */
export function NavigationLine() {
  const { state } = useNavigation();
  if (state === "idle") return null;
  return (
    <div aria-hidden className="fixed inset-x-0 top-0 z-50 h-0.5 animate-late overflow-hidden bg-pine-wash">
      <div className="h-full w-1/3 animate-run bg-pine" />
    </div>
  );
}
