import { cx } from "class-variance-authority";
import { FolderPlus, Plus, RefreshCw, Trash2, X } from "lucide-react";
import { createContext, useContext, useEffect, useRef } from "react";
import { useTranslations } from "use-intl";

import { applyIntent, type DraftClause, type DraftGroup, inputsOf, type Intent, isDraftGroup, writePath } from "~/domain/segments/builder";
import type { FieldInfo, Problem } from "~/domain/segments/check";
import type { Options } from "~/domain/segments/describe";
import { MATCHES, MAX_DEPTH } from "~/domain/segments/rule";
import { Button, IconButton } from "~/ui/button";
import { Select } from "~/ui/inputs";
import { ClauseInput } from "./clause-inputs";
import { useFieldName } from "./readback";

type Builder = {
  fields: readonly FieldInfo[];
  options: Options;
  currency: string;
  problems: readonly Problem[];
  scripted: boolean;
  act: (intent: Intent) => void;
};

const BuilderContext = createContext<Builder | null>(null);

function useBuilder(): Builder {
  const builder = useContext(BuilderContext);
  if (!builder) throw new Error("outside a RuleBuilder");
  return builder;
}

/**
 * Rules as nested groups, inside a form. Every control is a real form control and every button a submit button with its
 * intent, so that it works before scripts; with scripts the same intents change the state at once, and the focus goes
 * to what was added, or to what stands beside what went.
 */
export function RuleBuilder({
  draft,
  onChange,
  ...builder
}: Omit<Builder, "act"> & { draft: DraftGroup; onChange: (draft: DraftGroup) => void }) {
  const root = useRef<HTMLDivElement>(null);
  const focus = useRef<string | null>(null);
  const act = (intent: Intent) => {
    focus.current = focusAfter(draft, intent);
    onChange(applyIntent(draft, intent, builder.fields));
  };
  useEffect(() => {
    if (!focus.current) return;
    root.current?.querySelector<HTMLElement>(focus.current)?.focus();
    focus.current = null;
  });
  return (
    <BuilderContext.Provider value={{ ...builder, act }}>
      <div ref={root}>
        <Group group={draft} path={[]} />
      </div>
    </BuilderContext.Provider>
  );
}

function focusAfter(draft: DraftGroup, intent: Intent): string | null {
  const inside = (path: readonly number[]): DraftGroup => path.reduce<DraftGroup>((group, at) => group.rules[at] as DraftGroup, draft);
  switch (intent.do) {
    case "add-clause":
    case "add-group":
      return `[data-rule="${writePath([...intent.path, inside(intent.path).rules.length])}"] select`;
    case "remove": {
      const parent = intent.path.slice(0, -1);
      const at = intent.path.at(-1) ?? 0;
      const left = inside(parent).rules.length - 1;
      return left > 0 ? `[data-rule="${writePath([...parent, Math.min(at, left - 1)])}"] select` : `[data-add="${writePath(parent)}"]`;
    }
    default:
      return null;
  }
}

function Group({ group, path }: { group: DraftGroup; path: readonly number[] }) {
  const t = useTranslations("segments");
  const { act, problems } = useBuilder();
  const at = writePath(path);
  const isRoot = path.length === 0;
  const problem = problems.find((p) => writePath(p.path) === at);
  return (
    <fieldset data-rule={isRoot ? undefined : at} className={cx("min-w-0", !isRoot && "border-l-2 border-line pl-4")}>
      <legend className="sr-only">{t("group.label")}</legend>
      <div className="flex items-center gap-2">
        <Select
          name={`match:${at}`}
          aria-label={t("group.match")}
          value={group.match}
          onChange={(event) => act({ do: "match", path, match: event.currentTarget.value as DraftGroup["match"] })}
          options={MATCHES.map((match) => ({ value: match, label: t(`group.${match}`) }))}
          wrapperClassName="w-72 max-w-full"
          className="font-medium"
        />
        {!isRoot && <IntentButton intent={{ do: "remove", path }} icon={Trash2} label={t("group.remove")} />}
      </div>
      {problem && <p className="mt-1.5 text-sm font-medium text-red">{t(`problems.${problem.reason}`)}</p>}
      {group.rules.length === 0 ? (
        <p className="my-3 text-muted">{t(isRoot ? "group.empty" : "group.emptyInner")}</p>
      ) : (
        <ol className="my-3 flex flex-col gap-3">
          {group.rules.map((rule, index) => (
            <li key={rule.id}>
              {isDraftGroup(rule) ? <Group group={rule} path={[...path, index]} /> : <Clause clause={rule} path={[...path, index]} />}
            </li>
          ))}
        </ol>
      )}
      <AddRow path={path} />
    </fieldset>
  );
}

function AddRow({ path }: { path: readonly number[] }) {
  const t = useTranslations("segments");
  const { scripted, act } = useBuilder();
  const row = useRef<HTMLDivElement>(null);
  const at = writePath(path);
  return (
    <div className="flex flex-wrap items-center gap-2" ref={row}>
      <Select name={`add:${at}`} data-add={at} aria-label={t("group.addField")} wrapperClassName="w-56">
        <FieldOptions />
      </Select>
      <Button
        type="submit"
        name="intent"
        value={`add-clause:${at}`}
        icon={Plus}
        formNoValidate
        onClick={(event) => {
          if (!scripted) return;
          event.preventDefault();
          act({ do: "add-clause", path, field: row.current?.querySelector("select")?.value ?? "" });
        }}
      >
        {t("group.addRule")}
      </Button>
      {path.length < MAX_DEPTH - 1 && (
        <IntentButton intent={{ do: "add-group", path }} icon={FolderPlus} words={t("group.addGroup")} label={t("group.addGroup")} />
      )}
    </div>
  );
}

function FieldOptions() {
  const t = useTranslations("segments");
  const { fields } = useBuilder();
  const name = useFieldName();
  const groups = [...new Set(fields.map((field) => field.group))];
  return (
    <>
      {groups.map((group) => (
        <optgroup key={group} label={t(`groups.${group}`)}>
          {fields
            .filter((field) => field.group === group)
            .map((field) => (
              <option key={field.key} value={field.key}>
                {name(field.key)}
              </option>
            ))}
        </optgroup>
      ))}
    </>
  );
}

function Clause({ clause, path }: { clause: DraftClause; path: readonly number[] }) {
  const t = useTranslations("segments");
  const { fields, options, currency, problems, scripted, act } = useBuilder();
  const fieldName = useFieldName();
  const at = writePath(path);
  const field = fields.find((f) => f.key === clause.field);
  const problem = problems.find((p) => writePath(p.path) === at);
  const name = fieldName(clause.field);
  const number = path.map((i) => i + 1).join(".");
  return (
    <div role="group" data-rule={at} aria-label={t("clause.label", { number, field: name })} className="flex items-start gap-2 rounded-md bg-sunken p-2">
      <div className="flex min-w-0 flex-1 flex-wrap items-start gap-2">
      <Select
        name={`field:${at}`}
        aria-label={t("clause.field")}
        value={clause.field}
        onChange={(event) => act({ do: "field", path, field: event.currentTarget.value })}
        wrapperClassName="w-56"
      >
        {!field && <option value={clause.field}>{name}</option>}
        <FieldOptions />
      </Select>
      <Select
        name={`op:${at}`}
        aria-label={t("clause.op")}
        value={clause.op}
        onChange={(event) => act({ do: "op", path, op: event.currentTarget.value })}
        options={(field?.operators ?? []).map((op) => ({ value: op.key, label: t.has(`ops.${op.key}` as "ops.in") ? t(`ops.${op.key}` as "ops.in") : op.key }))}
        wrapperClassName="w-48"
      />
      {inputsOf(fields, clause.field, clause.op).map((input) => (
        <ClauseInput
          key={`${clause.field} ${input.name} ${input.kind}`}
          input={input}
          field={clause.field}
          name={`value:${at}:${input.name}`}
          value={clause.values[input.name] ?? []}
          options={options[clause.field]?.[input.name] ?? []}
          currency={currency}
          error={problem?.input === input.name ? t(`problems.${problem.reason}`) : undefined}
          onChange={(value) => act({ do: "value", path, input: input.name, value })}
        />
      ))}
      {problem && !problem.input && <p className="self-center text-sm font-medium text-red">{t(`problems.${problem.reason}`)}</p>}
      </div>
      <span className="flex shrink-0 items-center">
        {!scripted && (
          <Button type="submit" name="intent" value="refresh" size="sm" icon={RefreshCw} formNoValidate>
            {t("clause.refresh")}
          </Button>
        )}
        <IntentButton intent={{ do: "remove", path }} icon={X} label={t("clause.remove", { field: name })} />
      </span>
    </div>
  );
}

/** A submit button that says its intent; with scripts it acts at once instead. */
function IntentButton({ intent, icon, label, words }: { intent: Intent & { do: "remove" | "add-group" }; icon: typeof X; label: string; words?: string }) {
  const { scripted, act } = useBuilder();
  const button = {
    type: "submit" as const,
    name: "intent",
    value: `${intent.do}:${writePath(intent.path)}`,
    formNoValidate: true,
    onClick: (event: React.MouseEvent) => {
      if (!scripted) return;
      event.preventDefault();
      act(intent);
    },
  };
  return words ? (
    <Button variant="quiet" icon={icon} {...button}>
      {words}
    </Button>
  ) : (
    <IconButton icon={icon} label={label} {...button} />
  );
}
