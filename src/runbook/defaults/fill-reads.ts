import { everyNames, type Every } from "../../domain/every.ts";
import { tablesOf } from "../../domain/sql-tokens.ts";
import { usualWindow, type Window } from "../../domain/window.ts";
import type { RunbookFiles } from "../declaration.ts";
import { readWindows } from "../read-windows/read-windows.ts";
import type { RawEntry } from "../yaml-document.ts";
import { mappingOf, textUnder, type Written } from "./written.ts";

/** What stands behind the names in `reads`. */
export type KnownTables = {
  /** What edges call a table: a source by itself, a processor by its id. */
  readonly names: ReadonlyMap<string, string>;
  /** How often processors have partitions, by id. */
  readonly everies: ReadonlyMap<string, Every>;
  /** Column or expression of the date, by what edges call a table; a table without dates has none. */
  readonly dates: ReadonlyMap<string, string>;
  readonly files: RunbookFiles;
};

/** Names of the tables that a runbook has, as far as they are written. */
export function knownTables(
  {
    sources,
    processors,
  }: { readonly sources: readonly RawEntry[]; readonly processors: readonly RawEntry[] },
  files: RunbookFiles,
): KnownTables {
  const written = processors.map(({ raw }) => mappingOf(raw));
  const tables = sources.map(({ raw }) => textUnder(mappingOf(raw), "table"));
  return {
    names: new Map([
      ...tables.map((table) => [table, table] as const),
      ...written.map((own) => [textUnder(own, "table"), textUnder(own, "id")] as const),
    ]),
    everies: new Map(written.map((own) => [textUnder(own, "id"), everyUnder(own)])),
    dates: new Map(),
    files,
  };
}

/**
 * The `reads` of a processor with a window for each edge. `auto`, alone or among others, is an edge to each source and
 * processor that the step's SQL names and that no entry beside it names, with the windows that the SQL says where it says
 * them; without SQL it stays, for a check to refuse.
 */
export function fillReads(written: Written, known: KnownTables): unknown {
  const { reads } = written;
  const list = reads === auto ? [auto] : reads;
  if (!Array.isArray(list)) return reads;
  const edges: readonly unknown[] = list;
  const sql = textUnder(mappingOf(written["step"]), "sql");
  const isAuto = edges.includes(auto) && sql !== "";
  const others = isAuto ? edges.filter((edge) => edge !== auto) : edges;
  const named = new Set(others.map(nameOf));
  const found = isAuto ? foundEdges(written, known, known.files.get(sql) ?? "") : [];
  return [...found.filter(({ from }) => !named.has(from)), ...others].map((edge) => {
    if (typeof edge !== "string" && (mappingOf(edge) !== edge || "window" in mappingOf(edge))) return edge;
    const { kind: window } = usualWindow(everyUnder(written), known.everies.get(nameOf(edge)) ?? "day");
    return typeof edge === "string" ? { from: edge, window } : { ...mappingOf(edge), window };
  });
}

/** Edges to what a text names; among partitions of a day with the windows that it says, else without one. */
function foundEdges(
  written: Written,
  known: KnownTables,
  text: string,
): readonly { readonly from: string }[] {
  const daily = [...known.names].filter(
    ([, name]) => everyUnder(written) === "day" && (known.everies.get(name) ?? "day") === "day",
  );
  const dates = daily.flatMap(([table, name]): [string, string][] => {
    const date = known.dates.get(name) ?? "";
    return date === "" || date === "none" ? [] : [[table, date]];
  });
  const said = readWindows(text, new Map(dates));
  return tablesOf(text).flatMap((table) => {
    const from = known.names.get(table);
    if (from === undefined) return [];
    return said.get(table)?.map((window) => ({ from, window: writtenWindow(window) })) ?? [{ from }];
  });
}

function writtenWindow(window: Window): unknown {
  return window.kind === "previous-days" ? { "previous-days": window.days } : window.kind;
}

const auto = "auto";

function nameOf(edge: unknown): string {
  return typeof edge === "string" ? edge : textUnder(mappingOf(edge), "from");
}

function everyUnder(written: Written): Every {
  return everyNames.find((every) => every === written["every"]) ?? "day";
}
