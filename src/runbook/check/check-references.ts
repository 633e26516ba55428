import { coarserOf } from "../../domain/every.ts";
import type { Declaration } from "../declaration.ts";
import type { Entry } from "../entry.ts";
import { unknownName, type Problem } from "../problem.ts";
import type { Place } from "../runbook.ts";
import type { TableReadText } from "../schema/read-schema.ts";
import type { ProcessorText } from "../schema/processor-schema.ts";

/** Names in processors, sources, populations and the calendar stand for something declared. */
export function* checkReferences(declaration: Declaration): Iterable<Problem> {
  for (const processor of declaration.processors) yield* checkProcessor(processor, declaration);
  for (const { value, at } of [...declaration.sources, ...declaration.processors]) {
    yield* known("phase", String(value.phase), { names: declaration.names.phases, place: at("phase") });
  }
  const tables = tablesOfRunbook(declaration);
  for (const { value, at } of declaration.populations) {
    yield* knownTables(tablesRead(value.reads), { tables, at: (index) => at("reads", index) });
  }
  for (const { value, at } of declaration.causes) {
    yield* knownTables(tablesRead(value.reads), { tables, at: (index) => at("reads", index) });
  }
  const { calendar } = declaration;
  if (calendar === undefined) return;
  const { sources } = declaration.names;
  const holidays = [calendar.value.rule?.holidays ?? []].flat();
  for (const [index, holiday] of holidays.entries()) {
    if (typeof holiday === "string") continue;
    const place = calendar.at("rule", "holidays", ...(holidays.length > 1 ? [index] : []));
    yield* known("source", holiday.table, { names: sources, place });
  }
  yield* knownTables(tablesRead(calendar.value.reads), {
    tables: sources,
    at: (index) => calendar.at("reads", index),
  });
}

/** The name when it is none of `names`. */
export function* known(
  kind: string,
  name: string,
  { names, place }: { readonly names: readonly string[]; readonly place: Place },
): Iterable<Problem> {
  if (names.includes(name)) return;
  const otherwise = names.length === 0 ? `declare a ${kind} first` : `use one of: ${names.join(", ")}`;
  yield unknownName(place, { kind, name, names, otherwise });
}

/** The names of a list, each with its place, that are none of `names`. */
export function* knownAll(
  kind: string,
  list: readonly string[],
  { names, at }: { readonly names: readonly string[]; readonly at: (index: number) => Place },
): Iterable<Problem> {
  for (const [index, name] of list.entries()) yield* known(kind, name, { names, place: at(index) });
}

function* checkProcessor(entry: Entry<ProcessorText>, declaration: Declaration): Iterable<Problem> {
  const { value, at } = entry;
  const { names } = declaration;
  if (value.population !== undefined) {
    yield* known("population", value.population, { names: names.populations, place: at("population") });
  }
  yield* knownAll("parameter", value.parameters, {
    names: names.parameters,
    at: (index) => at("parameters", index),
  });
  for (const [index, { from }] of value.reads.entries()) {
    yield* checkUpstream(from, { declaration, place: at("reads", index, "from") });
  }
  yield* checkEdges(entry, declaration);
  const tables = tablesOfRunbook(declaration);
  for (const [index, { reads }] of value.relations.entries()) {
    yield* knownTables(tablesRead(reads), {
      tables,
      at: (position) => at("relations", index, "reads", position),
    });
  }
}

/** Sources have no failures, and a date stands for itself only where reader and upstream have partitions equally often. */
function* checkEdges(
  { value, at }: Entry<ProcessorText>,
  { processors, names: { sources } }: Declaration,
): Iterable<Problem> {
  const everies = new Map(processors.map(({ value: { id, every } }) => [id, every]));
  for (const [index, { from, window, failures }] of value.reads.entries()) {
    if (failures !== false && sources.includes(from)) {
      const message = `"${from}" is a source: nobody records why rows of it are absent`;
      yield { place: at("reads", index, "failures"), message, hint: "remove `failures`" };
    }
    const every = everies.get(from) ?? "day";
    if (window !== "same-date" || every === value.every) continue;
    const usual = coarserOf(value.every, every);
    yield {
      place: at("reads", index, "window"),
      message: `"${value.id}" has a partition a ${value.every} and "${from}" one a ${every}: they share few dates`,
      hint: `write \`window: ${usual}\`, or leave the window out, which reads the same ${usual}`,
    };
  }
}

function* checkUpstream(
  from: string,
  { declaration, place }: { readonly declaration: Declaration; readonly place: Place },
): Iterable<Problem> {
  const { names, processors } = declaration;
  const upstream = [...names.processors, ...names.sources];
  if (upstream.includes(from)) return;
  if (from === "auto") {
    const message = "`auto` reads what the SQL of the step names, and there is none";
    yield { place, message, hint: "name what the command reads" };
    return;
  }
  const owner = processors.find(({ value }) => value.table === from)?.value.id;
  yield owner === undefined
    ? unknownName(place, {
        kind: "upstream",
        name: from,
        names: upstream,
        otherwise: "declare it as a source",
      })
    : { place, message: `"${from}" is the table of the processor "${owner}"`, hint: `write "${owner}"` };
}

function tablesRead(reads: readonly TableReadText[] = []): readonly string[] {
  return reads.map(({ from }) => from);
}

function* knownTables(
  list: readonly string[],
  { tables, at }: { readonly tables: readonly string[]; readonly at: (index: number) => Place },
): Iterable<Problem> {
  for (const [index, name] of list.entries()) {
    if (tables.includes(name)) continue;
    yield unknownName(at(index), { kind: "table", name, names: tables, otherwise: "declare it as a source" });
  }
}

/** Tables that SQL may name: sources, processors' tables, the calendar and the view of failures. */
function tablesOfRunbook({ names, processors, calendar, identity }: Declaration): readonly string[] {
  const computed = processors.map(({ value }) => value.table);
  const own = calendar === undefined ? [] : [calendar.value.table];
  return [...names.sources, ...computed, ...own, `${identity.value.ledger}.precompute_failures`];
}
