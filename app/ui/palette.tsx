import { Link, useLocation, useNavigate } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { ArrowRight, Inbox, type LucideIcon, Megaphone, Package, Search, UserRound } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslations } from "use-intl";

import { Icon } from "./icon";
import { Kbd } from "./kbd";
import type { Place } from "./places";
import { listRecent, noteRecent } from "./recent";

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

type Entry = { key: string; to: string; icon: LucideIcon; title: string; detail?: string; hit?: SearchHit };
type Group = { key: string; label: string; entries: Entry[] };

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

const AFTER_KEY = 120;

function Finder({ places }: { places: readonly Place[] }) {
  const t = useTranslations("ui");
  const id = useId();
  const navigate = useNavigate();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  /** Enter was pressed before the answer came: the first of what comes is opened. */
  const [hasty, setHasty] = useState(false);
  const wanted = query.trim();
  const { hits, isFresh, failed } = useHits(wanted);
  const groups = useGroups(wanted, hits, places);
  const entries = groups.flatMap((group) => group.entries);
  const active = Math.min(at, entries.length - 1);
  const option = (index: number) => `${id}-${index}`;

  const first = entries[0];
  useEffect(() => {
    if (!hasty || !isFresh || !first) return;
    if (first.hit) noteRecent(first.hit);
    navigate(first.to);
  }, [hasty, isFresh, first, navigate]);

  function onKeyDown(event: React.KeyboardEvent) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = (active + (event.key === "ArrowDown" ? 1 : -1) + entries.length) % entries.length;
      setAt(next);
      document.getElementById(option(next))?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      const chosen = entries[active];
      if (!isFresh && at === 0) setHasty(true);
      else if (chosen) {
        if (chosen.hit) noteRecent(chosen.hit);
        navigate(chosen.to);
      }
    }
  }

  const rows = groups.map((group, i) => ({ ...group, before: groups.slice(0, i).reduce((sum, one) => sum + one.entries.length, 0) }));
  return (
    <div>
      <div className="flex items-center gap-3 border-b border-line px-4">
        <Icon of={Search} className="text-muted" />
        <input
          // The palette exists to be typed into; it opens on request only.
          autoFocus
          type="search"
          enterKeyHint="go"
          autoComplete="off"
          spellCheck={false}
          role="combobox"
          aria-expanded={entries.length > 0}
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
            setHasty(false);
          }}
          className="min-h-12 min-w-0 flex-1 appearance-none bg-transparent text-lg outline-none [&::-webkit-search-cancel-button]:hidden"
        />
        <Kbd>Esc</Kbd>
      </div>
      <div id={`${id}-list`} role="listbox" aria-label={t("palette.title")} aria-busy={!isFresh} className="max-h-[60dvh] overflow-y-auto p-2">
        {rows.map(({ key, label, entries: its, before }) => (
          <div key={key} role="group" aria-label={label}>
            <p aria-hidden className="px-3 pt-2 pb-1 text-xs font-medium text-muted">
              {label}
            </p>
            {its.map((entry, i) => (
              <Row key={entry.key} id={option(before + i)} entry={entry} active={before + i === active} onPoint={() => setAt(before + i)} onOpen={() => entry.hit && noteRecent(entry.hit)} />
            ))}
          </div>
        ))}
      </div>
      {wanted.length >= SHORTEST && isFresh && hits.length === 0 && (
        <p className="px-5 pb-4 text-sm text-muted">{failed ? t("palette.failed") : t("palette.nothing", { query: wanted })}</p>
      )}
      <p role="status" className="sr-only">
        {wanted.length >= SHORTEST && (isFresh ? t("palette.results", { count: hits.length }) : t("palette.searching"))}
      </p>
    </div>
  );
}

const SHORTEST = 2;

/**
 * The answer follows what is typed: asked after a moment without a key, the question before is given up, and until the new
 * answer is there the old one stays.
 */
function useHits(wanted: string): { hits: SearchHit[]; isFresh: boolean; failed: boolean } {
  const [answer, setAnswer] = useState<SearchAnswer & { failed: boolean }>({ query: "", hits: [], failed: false });
  const isLong = wanted.length >= SHORTEST;
  useEffect(() => {
    if (!isLong) return;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const response = await fetch(`/staff/search/hits?q=${encodeURIComponent(wanted)}`, { signal: abort.signal });
        const { hits } = (await response.json()) as SearchAnswer;
        if (!abort.signal.aborted) setAnswer({ query: wanted, hits, failed: false });
      } catch {
        if (!abort.signal.aborted) setAnswer({ query: wanted, hits: [], failed: true });
      }
    }, AFTER_KEY);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [wanted, isLong]);
  return isLong ? { hits: answer.hits, isFresh: answer.query === wanted, failed: answer.failed } : { hits: [], isFresh: true, failed: false };
}

/** What was found, by kind; what was opened last while nothing is typed; places; and the way to all results. */
function useGroups(wanted: string, hits: readonly SearchHit[], places: readonly Place[]): Group[] {
  const t = useTranslations("ui");
  const ts = useTranslations("search");
  const entryOf = (hit: SearchHit): Entry => ({ key: hit.to, to: hit.to, icon: KIND[hit.kind], title: hit.title, detail: hit.detail, hit });
  const [recent] = useState(() => listRecent<SearchHit>());
  const needle = wanted.toLocaleLowerCase();
  const going = places
    .map((place): Entry => ({ key: place.key, to: place.to, icon: place.icon, title: t(`staff.${place.key}`) }))
    .filter((place) => place.title.toLocaleLowerCase().includes(needle));
  const kinds = [...new Set(hits.map((hit) => hit.kind))];
  return [
    ...kinds.map((kind) => ({ key: kind, label: ts(`kinds.${kind}`), entries: hits.filter((hit) => hit.kind === kind).map(entryOf) })),
    { key: "recent", label: t("palette.recent"), entries: wanted ? [] : recent.map(entryOf) },
    { key: "go", label: t("palette.go"), entries: going },
    {
      key: "all",
      label: t("palette.more"),
      entries: wanted.length >= SHORTEST ? [{ key: "all", to: `/staff/search?q=${encodeURIComponent(wanted)}`, icon: ArrowRight, title: t("palette.all", { query: wanted }) }] : [],
    },
  ].filter((group) => group.entries.length > 0);
}

type RowProps = { id: string; entry: Entry; active: boolean; onPoint: () => void; onOpen: () => void };

function Row({ id, entry, active, onPoint, onOpen }: RowProps) {
  return (
    <Link
      id={id}
      role="option"
      aria-selected={active}
      tabIndex={-1}
      to={entry.to}
      onPointerMove={onPoint}
      onClick={onOpen}
      className={cx("flex min-h-9 items-center gap-3 rounded-md px-3 py-1.5", active && "bg-hover")}
    >
      <Icon of={entry.icon} className="shrink-0 text-muted" />
      <span className={cx("min-w-0 truncate", entry.detail && "max-w-[55%] shrink-0")}>{entry.title}</span>
      {entry.detail && <span className="ml-auto min-w-0 truncate pl-4 text-sm text-muted">{entry.detail}</span>}
    </Link>
  );
}
