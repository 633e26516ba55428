import type { DescribedColumns } from "../described-columns.ts";
import type { YamlDocument } from "../yaml-document.ts";
import { fillTables, type WrittenTables } from "./fill-tables.ts";
import { usualGates } from "./usual-gates.ts";
import { usualCategories, usualRecovery } from "./usual-policy.ts";
import { mappingOf, textUnder, type Written } from "./written.ts";

/** A runbook with its defaults written out; what is left out has the place of what is around it. */
export type FilledRunbook = WrittenTables & { readonly document: YamlDocument };

/** What a runbook leaves out, as `runbooks/README.md` lists it. What stands in it is not touched, right or wrong. */
export function fillDefaults(
  document: YamlDocument,
  tables: WrittenTables,
  described?: DescribedColumns,
): FilledRunbook {
  const written = mappingOf(document.value);
  const full = fillTables(tables, described);
  const processors = full.processors.map(({ raw }) => mappingOf(raw));
  const sources = full.sources.map(({ raw }) => mappingOf(raw));
  const name = textUnder(written, "name");
  const title = textUnder(written, "title") || titleOf(name);
  const ledger = textUnder(written, "ledger") || `${name.replaceAll("-", "_")}_ledger`;
  const value = {
    title,
    description: title,
    owner: "nobody is named",
    "time-zone": "UTC",
    ledger,
    phases: phasesOf([...sources, ...processors]),
    categories: usualCategories,
    gates: usualGates(processors),
    recovery: usualRecovery(mappingOf(written["categories"] ?? usualCategories)),
    ...written,
    ...calendarOf(written, ledger),
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

/** A calendar by rule needs its first and last date only. */
function calendarOf(written: Written, ledger: string): Written {
  const calendar = mappingOf(written["calendar"]);
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
      rule: { every: "day", season: "whole", ...rule },
    },
  };
}
