import { Link, useFetcher, useLocation, useNavigate } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { ArrowRight, Inbox, type LucideIcon, Megaphone, Package, Search, UserRound } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslations } from "use-intl";

import { Icon } from "./icon";
import { Kbd } from "./kbd";
import type { Place } from "./places";

/** What the loader of /staff/search answers, so that the palette and the plain page show the same. */
export type SearchAnswer = { query: string; hits: SearchHit[] };
export type SearchHit = { kind: "customer" | "order" | "case" | "campaign"; title: string; detail?: string; to: string };

const KIND: Record<SearchHit["kind"], LucideIcon> = { customer: UserRound, order: Package, case: Inbox, campaign: Megaphone };
const OPEN = "rapport:palette";

/** A link to the search page; with scripts it opens the palette where one stands. */
export function PaletteButton({ compact = false }: { compact?: boolean }) {
  const t = useTranslations("ui");
  return (
    <Link
      to="/staff/search"
      aria-keyshortcuts="Control+K"
      title={t("palette.open")}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        document.dispatchEvent(new Event(OPEN));
      }}
      className={cx(
        "flex items-center gap-2.5 text-muted",
        compact
          ? "size-9 justify-center rounded-md hover:bg-hover"
          : "min-h-8 rounded-md border border-edge/60 bg-paper px-2 hover:border-edge hover:text-ink max-lg:border-transparent max-lg:bg-transparent max-lg:hover:bg-hover",
      )}
    >
      <Icon of={Search} />
      <span className={compact ? "sr-only" : "flex-1 truncate max-lg:sr-only"}>{t("palette.open")}</span>
      {!compact && (
        <span className="max-lg:hidden">
          <Kbd>Ctrl K</Kbd>
        </span>
      )}
    </Link>
  );
}

type Entry = { key: string; to: string; icon: LucideIcon; title: string; detail?: string };

/** Ctrl-K: find a customer, an order, a complaint, or go to a place; arrows and Enter, Escape closes. */
export function Palette({ places }: { places: readonly Place[] }) {
  const t = useTranslations("ui");
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const location = useLocation();

  useEffect(() => {
    const show = () => {
      if (dialog.current?.open) return;
      setOpen(true);
      dialog.current?.showModal();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      show();
    };
    document.addEventListener("keydown", onKey);
    document.addEventListener(OPEN, show);
    return () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener(OPEN, show);
    };
  }, []);
  useEffect(() => dialog.current?.close(), [location]);

  return (
    <dialog
      ref={dialog}
      aria-label={t("palette.title")}
      onClose={() => setOpen(false)}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
      className="mx-auto mt-[12dvh] mb-auto w-[min(38rem,calc(100vw-2rem))] overflow-hidden rounded-lg border border-line bg-raised p-0 text-base shadow-float open:animate-appear"
    >
      {open && <Finder places={places} />}
    </dialog>
  );
}

function Finder({ places }: { places: readonly Place[] }) {
  const t = useTranslations("ui");
  const id = useId();
  const navigate = useNavigate();
  const search = useFetcher<SearchAnswer>();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const wanted = query.trim();

  const { load } = search;
  useEffect(() => {
    if (wanted.length < 2) return;
    const timer = setTimeout(() => load(`/staff/search?q=${encodeURIComponent(wanted)}`), 120);
    return () => clearTimeout(timer);
  }, [wanted, load]);

  const needle = wanted.toLocaleLowerCase();
  const going: Entry[] = places
    .map((place) => ({ key: place.key, to: place.to, icon: place.icon, title: t(`staff.${place.key}`) }))
    .filter((place) => place.title.toLocaleLowerCase().includes(needle));
  const hits = wanted.length >= 2 ? (search.data?.hits ?? []) : [];
  const found: Entry[] = hits.slice(0, 8).map((hit) => ({ key: hit.to, to: hit.to, icon: KIND[hit.kind], title: hit.title, detail: hit.detail }));
  const all: Entry[] =
    wanted.length >= 2
      ? [{ key: "all", to: `/staff/search?q=${encodeURIComponent(wanted)}`, icon: ArrowRight, title: t("palette.all", { query: wanted }) }]
      : [];
  const entries = [...found, ...going, ...all];
  const active = Math.min(at, entries.length - 1);
  const option = (index: number) => `${id}-${index}`;

  function onKeyDown(event: React.KeyboardEvent) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = (active + (event.key === "ArrowDown" ? 1 : -1) + entries.length) % entries.length;
      setAt(next);
      document.getElementById(option(next))?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      const chosen = entries[active];
      if (chosen) navigate(chosen.to);
    }
  }

  const row = (entry: Entry, index: number) => (
    <Link
      key={entry.key}
      id={option(index)}
      role="option"
      aria-selected={index === active}
      tabIndex={-1}
      to={entry.to}
      onPointerMove={() => setAt(index)}
      className={cx("flex min-h-9 items-center gap-3 rounded-md px-3 py-1.5", index === active && "bg-hover")}
    >
      <Icon of={entry.icon} className="text-muted" />
      <span className="truncate">{entry.title}</span>
      {entry.detail && <span className="ml-auto truncate pl-4 text-sm text-muted">{entry.detail}</span>}
    </Link>
  );

  return (
    <div>
      <div className="flex items-center gap-3 border-b border-line px-4">
        <Icon of={Search} className="text-muted" />
        <input
          // The palette exists to be typed into; it opens on request only.
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={entries.length ? option(active) : undefined}
          aria-autocomplete="list"
          aria-label={t("palette.title")}
          placeholder={t("palette.placeholder")}
          value={query}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          className="min-h-12 flex-1 bg-transparent text-lg outline-none"
        />
        <Kbd>Esc</Kbd>
      </div>
      <div id={`${id}-list`} role="listbox" aria-label={t("palette.title")} className="max-h-[50dvh] overflow-y-auto p-2">
        {found.length > 0 && (
          <div role="group" aria-label={t("palette.found")}>
            {found.map((entry, index) => row(entry, index))}
          </div>
        )}
        {going.length > 0 && (
          <div role="group" aria-label={t("palette.go")}>
            <p aria-hidden className="px-3 pt-2 pb-1 text-xs font-medium text-muted">
              {t("palette.go")}
            </p>
            {going.map((entry, index) => row(entry, found.length + index))}
          </div>
        )}
        {all.map((entry, index) => row(entry, found.length + going.length + index))}
      </div>
      <p role="status" className="sr-only">
        {wanted.length >= 2 && (search.state === "idle" ? t("palette.results", { count: found.length }) : t("palette.searching"))}
      </p>
    </div>
  );
}
