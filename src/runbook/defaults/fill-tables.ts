import type { RunbookFiles } from "../declaration.ts";
import type { DescribedColumns } from "../described-columns.ts";
import type { RawEntry } from "../yaml-document.ts";
import { fillColumns } from "./fill-columns.ts";
import { fillReads, knownTables, type KnownTables } from "./fill-reads.ts";
import { readBy } from "./usual-gates.ts";
import { listUnder, mappingOf, textUnder, type Written } from "./written.ts";

/** Sources and processors as written, each in the file that holds it. */
export type WrittenTables = {
  readonly sources: readonly RawEntry[];
  readonly processors: readonly RawEntry[];
};

/**
 * The tables with what they leave out: phases by depth (sources 1, a processor one more than the deepest that it reads),
 * that no key tells rows of a source apart, titles, the date of a processor whose key has the date of what it reads, `sql` in place of `step: { sql }`, names and
 * `auto` in `reads` in place of edges with windows, and the columns that the engine describes.
 */
export function fillTables(
  { sources, processors }: WrittenTables,
  { files, described }: { readonly files: RunbookFiles; readonly described?: DescribedColumns | undefined },
): WrittenTables {
  const known = knownTables({ sources, processors }, files);
  const phased = sources.map((entry) => filled(entry, (written) => ({ phase: 1, key: "none", ...written })));
  function withReads(dates: KnownTables["dates"]): WrittenTables {
    const own = { ...known, dates };
    return {
      sources: phased,
      processors: processors.map((entry) => filled(entry, (written) => withoutShortcuts(written, own))),
    };
  }
  // Dates come from what is read, and windows from the dates.
  const dates = datesOf(withReads(new Map()));
  const full = withReads(dates);
  const depths = depthsOf(full);
  return {
    sources: full.sources.map((entry) =>
      filled(entry, (written) => fillColumns(written, described?.get(textUnder(written, "table")))),
    ),
    processors: full.processors.map((entry) =>
      filled(entry, (written) => {
        const id = textUnder(written, "id");
        const date = dates.get(id) ?? "";
        const whole = { title: id, phase: depths.get(id), ...(date === "" ? {} : { date }), ...written };
        return fillColumns(whole, described?.get(id));
      }),
    ),
  };
}

/** An entry whose mapping is another; what is no mapping stays, for the schema to refuse. */
function filled(entry: RawEntry, fill: (written: Written) => Written): RawEntry {
  const isMapping = mappingOf(entry.raw) === entry.raw;
  return isMapping ? { ...entry, raw: fill(mappingOf(entry.raw)) } : entry;
}

function withoutShortcuts(written: Written, known: KnownTables): Written {
  const { sql, ...others } = written;
  const isShort = sql !== undefined && written["step"] === undefined;
  const whole = isShort ? { ...others, step: { sql } } : written;
  return whole["reads"] === undefined ? whole : { ...whole, reads: fillReads(whole, known) };
}

/** Phase of each table by name. */
function depthsOf(tables: WrittenTables): ReadonlyMap<string, number> {
  return foundUpstream(tables, {
    own: phaseOf,
    inherited: (_, upstream) => Math.max(1, ...upstream) + 1,
    otherwise: 1,
  });
}

/** Column of the date of each table by name: a processor has that of the first table it reads whose date is in its key. */
function datesOf(tables: WrittenTables): ReadonlyMap<string, string> {
  return foundUpstream(tables, {
    own: (written) => textUnder(written, "date") || undefined,
    inherited: (written, upstream) => upstream.find((date) => listUnder(written, "key").includes(date)) ?? "",
    otherwise: "",
  });
}

type Finding<Found> = {
  /** What a table says itself; undefined when it says nothing. */
  readonly own: (written: Written) => Found | undefined;
  /** What follows for a processor from what it reads. */
  readonly inherited: (written: Written, upstream: readonly Found[]) => Found;
  /** What holds for a source that says nothing, and for a name that is no table's or is read in a circle: other checks tell. */
  readonly otherwise: Found;
};

/** Something of each table by name, upstream first. */
function foundUpstream<Found>(
  { sources, processors }: WrittenTables,
  { own, inherited, otherwise }: Finding<Found>,
): ReadonlyMap<string, Found> {
  const byId = new Map(processors.map(({ raw }) => [textUnder(mappingOf(raw), "id"), mappingOf(raw)]));
  const found = new Map(
    sources.map(({ raw }) => [textUnder(mappingOf(raw), "table"), own(mappingOf(raw)) ?? otherwise]),
  );
  function find(name: string, path: readonly string[]): Found {
    const known = found.get(name);
    if (known !== undefined) return known;
    const processor = byId.get(name);
    if (processor === undefined || path.includes(name)) return otherwise;
    const upstream = readBy(processor).map((read) => find(read, [...path, name]));
    const value = own(processor) ?? inherited(processor, upstream);
    found.set(name, value);
    return value;
  }
  for (const id of byId.keys()) find(id, []);
  return found;
}

function phaseOf(written: Written): number | undefined {
  const phase = written["phase"];
  return typeof phase === "number" || typeof phase === "bigint" ? Number(phase) : undefined;
}
