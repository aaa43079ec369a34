/** LiquidJS as mails use it: escaped by itself, own properties only, no files, bounded in time and memory. */
import { Liquid, type Template } from "liquidjs";

/** Nothing that runs long comes this far (merge-tags.ts refuses loops): in ms of the clock, a busy machine must not fail a mail. */
const RENDER_LIMIT = 10_000;

const BOUNDS = { ownPropertyOnly: true, parseLimit: 1_000_000, renderLimit: RENDER_LIMIT, memoryLimit: 5_000_000, templates: {}, dynamicPartials: false } as const;

const forHtml = new Liquid({ ...BOUNDS, outputEscape: "escape" });
const forText = new Liquid(BOUNDS);

export type LiquidTemplate = { render(scope: Record<string, unknown>): string };

/** A template of ours, or a text whose merge tags `parseMergeTags` has let through: never what somebody typed as it is. */
export function htmlTemplate(source: string): LiquidTemplate {
  return prepared(forHtml, source);
}

export function textTemplate(source: string): LiquidTemplate {
  return prepared(forText, source);
}

function prepared(engine: Liquid, source: string): LiquidTemplate {
  const parsed: Template[] = engine.parse(source);
  return { render: (scope) => String(engine.renderSync(parsed, scope)) };
}

/** Fills the fields of an MJML template of emails/ before it is compiled; its own marks are `[[ … ]]` and `[% … %]`. */
export function mjmlFiller(parts: Record<string, string>): (source: string, scope: Record<string, unknown>) => string {
  const engine = new Liquid({
    ...BOUNDS,
    templates: parts,
    dynamicPartials: true,
    strictFilters: true,
    outputDelimiterLeft: "[[",
    outputDelimiterRight: "]]",
    tagDelimiterLeft: "[%",
    tagDelimiterRight: "%]",
  });
  return (source, scope) => String(engine.parseAndRenderSync(source, scope, { globals: scope }));
}
