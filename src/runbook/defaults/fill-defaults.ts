import type { DateRange } from "../../domain/calendar-date.ts";
import type { RunbookFiles } from "../declaration.ts";
import type { DescribedColumns } from "../described-columns.ts";
import type { YamlDocument } from "../yaml-document.ts";
import { fillTables, type WrittenTables } from "./fill-tables.ts";
import { usualGates } from "./usual-gates.ts";
import { usualCategories, usualRecovery } from "./usual-policy.ts";
import { mappingOf, textUnder, type Written } from "./written.ts";

/** The owner of a runbook that names none. */
export const unnamedOwner = "nobody is named";

/** A runbook with its defaults written out; what is left out has the place of what is around it. */
export type FilledRunbook = WrittenTables & { readonly document: YamlDocument };

/** Its other files, and what the warehouse says of what a runbook leaves to it. */
type Answered = {
  /** Texts of the runbook's files, by path. */
  readonly files: RunbookFiles;
  readonly described?: DescribedColumns | undefined;
  /** First and last date of the calendar. */
  readonly dates?: DateRange | undefined;
};

/** What a runbook leaves out, as `runbooks/README.md` lists it. What stands in it is not touched, right or wrong. */
export function fillDefaults(
  document: YamlDocument,
  tables: WrittenTables,
  { files, described, dates }: Answered,
): FilledRunbook {
  const written = mappingOf(document.value);
  const full = fillTables(tables, { files, described });
  const processors = full.processors.map(({ raw }) => mappingOf(raw));
  const sources = full.sources.map(({ raw }) => mappingOf(raw));
  const name = textUnder(written, "name");
  const title = textUnder(written, "title") || titleOf(name);
  const ledger = textUnder(written, "ledger") || `${name.replaceAll("-", "_")}_ledger`;
  const value = {
    title,
    description: title,
    owner: unnamedOwner,
    "time-zone": "UTC",
    ledger,
    phases: phasesOf([...sources, ...processors]),
    categories: usualCategories,
    gates: usualGates(processors),
    recovery: usualRecovery(mappingOf(written["categories"] ?? usualCategories)),
    ...written,
    ...calendarOf(written, { ledger, dates, canRun: processors.every(({ step }) => step !== undefined) }),
  };
  return { ...full, document: { ...document, value } };
}

/** `my-shop` → `My shop`. */
function titleOf(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function phasesOf(tables: readonly Written[]): Written {
  const numbers = new Set(tables.map(({ phase }) => Number(phase)).filter(Number.isInteger));
  return Object.fromEntries(
    [...numbers]
      .toSorted((left, right) => left - right)
      .map((number) => [String(number), number === 1 ? "Sources" : `Phase ${number}`]),
  );
}

/**
 * A calendar by rule says nothing that is usual, and its ends only where they are not those of the sources. What cannot
 * run, as a plan on paper, gets no calendar that it does not have.
 */
function calendarOf(
  written: Written,
  {
    ledger,
    dates,
    canRun,
  }: { readonly ledger: string; readonly dates: DateRange | undefined; readonly canRun: boolean },
): Written {
  const isLeftOut = written["calendar"] === undefined && canRun;
  const calendar = mappingOf(isLeftOut ? { rule: {} } : written["calendar"]);
  const rule = mappingOf(calendar["rule"]);
  if (rule !== calendar["rule"]) return {};
  return {
    calendar: {
      table: `${ledger}.calendar`,
      date: "calendar_date",
      season: "season",
      ...calendar,
      columns: calendar["columns"] ?? {
        [textUnder(calendar, "date") || "calendar_date"]: "date",
        [textUnder(calendar, "season") || "season"]: "int64",
      },
      rule: { every: "day", season: "whole", ...rule, ...endsOf(rule, dates) },
    },
  };
}

function endsOf(rule: Written, dates: DateRange | undefined): Written {
  if (dates === undefined) return {};
  const isOpenEnd = rule["to"] === undefined || rule["to"] === "yesterday";
  return { from: rule["from"] ?? dates.from, ...(isOpenEnd ? { to: dates.to } : {}) };
}
