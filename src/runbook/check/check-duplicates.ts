import type { Declaration } from "../declaration.ts";
import type { Problem } from "../problem.ts";
import type { Place } from "../runbook.ts";

type Named = { readonly name: string; readonly place: Place };

/** Ids and tables that two entries claim. */
export function* checkDuplicates(declaration: Declaration): Iterable<Problem> {
  const { sources, processors, calendar, periods, gates, recovery, causes, waivers } = declaration;
  const tables = [...(calendar === undefined ? [] : [calendar]), ...sources, ...processors];
  yield* repeated(
    "table",
    tables.map(({ value, at }) => ({ name: value.table, place: at("table") })),
  );
  for (const [kind, entries] of Object.entries({ processor: processors, period: periods, gate: gates })) {
    yield* repeated(
      kind,
      entries.map(({ value, at }) => ({ name: value.id, place: at("id") })),
    );
  }
  for (const [kind, entries] of Object.entries({ rule: recovery, cause: causes, waiver: waivers })) {
    yield* repeated(
      kind,
      entries.map(({ value, at }) => ({ name: value.id, place: at("id") })),
    );
  }
}

/** The second and later of things with one name; the hint says where the first stands. */
export function* repeated(kind: string, things: readonly Named[]): Iterable<Problem> {
  const first = new Map<string, Named>();
  for (const { name, place } of things) {
    // An engine that takes both spellings for one table would let each processor write over the other.
    const key = kind === "table" ? name.toLowerCase() : name;
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, { name, place });
      continue;
    }
    const { file, line } = before.place;
    yield {
      place,
      message:
        before.name === name
          ? `The ${kind} "${name}" is declared twice`
          : `The ${kind}s "${before.name}" and "${name}" are one on DuckDB`,
      hint: `choose another name, or remove this one; the first is at ${file}:${line}`,
      ...(kind === "period" ? { rule: "period-defined-twice" as const } : {}),
    };
  }
}
