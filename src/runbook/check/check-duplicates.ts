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
  const first = new Map<string, Place>();
  for (const { name, place } of things) {
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, place);
      continue;
    }
    yield {
      place,
      message: `The ${kind} "${name}" is declared twice`,
      hint: `choose another name, or remove this one; the first is at ${before.file}:${before.line}`,
      ...(kind === "period" ? { rule: "period-defined-twice" as const } : {}),
    };
  }
}
