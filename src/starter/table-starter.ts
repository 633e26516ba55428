import { tableNameOf } from "../domain/table-id.ts";
import { duckdb } from "../sql/duckdb.ts";
import { guessRows, guessRule, type GuessedRule } from "./calendar-rule.ts";
import { stepProcessor } from "./starter-step.ts";
import { fieldCounts } from "./field-counts.ts";
import type { DateOrigin, Guess, StarterSource } from "./found-table.ts";
import { declaredColumns } from "./guess-columns.ts";
import { starterReadme } from "./starter-readme.ts";
import type { StarterOrigin, StarterRequest } from "./starter-request.ts";
import type { StarterFiles } from "./starter-files.ts";
import { guessed, inline, noted, writeYaml, type YamlMapping } from "./written-value.ts";

/** The files of a runbook on tables that were found: their sources, and for each a processor to begin with. */
export function tableStarter(request: StarterRequest): StarterFiles {
  const { name, origin, sources, steps } = request;
  const rule = guessRule(sources.map(({ dates }) => dates));
  if (rule === undefined) throw new Error("A starter has a date");
  const processors =
    steps.length > 0
      ? steps.map(stepProcessor)
      : sources
          .filter(({ date }) => date.value.kind !== "none")
          .map((source) => fieldCounts(name, { source, sources }));
  const runbook = {
    name,
    ...(origin.kind === "warehouse" && origin.place.own !== undefined
      ? { warehouse: noted(origin.place.own, "where it runs unless --warehouse names another one") }
      : {}),
    ...calendarText(rule),
    sources: sources.map((source) => sourceText(source, rule.value)),
    processors: processors.map(({ processor }) => processor),
    ...(origin.kind === "folder" ? { load: loadText(origin) } : {}),
  };
  return new Map([
    ["runbook.yml", writeYaml(runbook)],
    ...processors.flatMap(({ files }) => files),
    ...(origin.kind === "folder"
      ? sources.map((source) => [loadPath(source.table), loadSql(source)] as const)
      : []),
    ["README.md", starterReadme(request)],
  ]);
}

/** Every day from the first to the last date of the sources needs no words. */
function calendarText({ value: { every, from }, why }: Guess<GuessedRule>): YamlMapping {
  if (every === "day") return {};
  return { calendar: { rule: guessed(inline({ every, ...(every === "week" ? { from } : {}) }), why) } };
}

function sourceText(source: StarterSource, rule: GuessedRule): YamlMapping {
  const rows = source.dates.length === 0 ? undefined : guessRows(rule, source.dates);
  return {
    table: source.table,
    date: guessed(dateText(source.date.value), source.date.why),
    key: guessed(source.key.value.length === 0 ? "none" : source.key.value, source.key.why),
    ...(rows === undefined
      ? {}
      : Object.fromEntries(
          Object.entries(rows.value).map(([key, value]) => [key, guessed(value, rows.why)]),
        )),
    columns: declaredColumns(source),
  };
}

function dateText(date: DateOrigin): string {
  if (date.kind === "none") return "none";
  return date.kind === "in-place" ? date.sql : date.name;
}

function loadText({ place, files }: Extract<StarterOrigin, { kind: "folder" }>): YamlMapping {
  return {
    ...(place.own === undefined
      ? {}
      : { from: noted(place.own, "`cascade run` loads from here the first time and when files change") }),
    files: Object.fromEntries(files.map(({ table, path }) => [tableNameOf(table), inline({ path })])),
    steps: files.map(({ table }) => inline({ source: table, sql: loadPath(table) })),
  };
}

function loadPath(table: StarterSource["table"]): string {
  return `sql/load/${tableNameOf(table)}.sql`;
}

/** A statement of `load`, which only DuckDB runs: names as the files have them, types as they were found. */
export function loadSql({ table, date, columns }: StarterSource): string {
  const made = date.value.kind === "loaded" ? [`${date.value.sql} as "${date.value.name}"`] : [];
  const taken = columns
    .filter(({ type, notFinite }) => type !== undefined && notFinite === 0)
    .map(
      ({ written, name, type }) =>
        `cast("${written.replaceAll('"', '""')}" as ${type === undefined ? "" : duckdb.columnType(type)}) as "${name}"`,
    );
  return `-- The rows of the files, in the types that were found: a value of another one stops the load.
select
  ${[...made, ...taken].join(",\n  ")}
from file_${tableNameOf(table)}
`;
}
