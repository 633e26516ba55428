import { isUndated } from "../build/build-source.ts";
import type { Declaration } from "../declaration.ts";
import type { PolicyFinding } from "../problem.ts";
import type { Place } from "../runbook.ts";
import type { TableReadText } from "../schema/read-schema.ts";
import type { PolicyModel } from "./policy-model.ts";

/** Statements that see every row of a table with dates, and do not say that they are meant to. */
export function* lintWholeReads({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  const dated = new Set<string>([
    ...declaration.sources.filter(({ value }) => !isUndated(value)).map(({ value }) => value.table),
    ...declaration.processors.map(({ value }) => value.table),
  ]);
  for (const { what, reads, place } of statementsOf(declaration)) {
    const open = reads.filter(({ from, window }) => window === undefined && dated.has(from));
    if (open.length === 0) continue;
    const tables = open.map(({ from }) => `"${from}"`).join(", ");
    yield {
      rule: "read-without-window",
      place,
      message: `${what} reads ${tables} without a window: nobody proves which dates it rests on`,
      hint: "write `{ from: <table>, window: same-date }`, or another window, or `whole` where every row is meant",
    };
  }
}

type Asked = { readonly what: string; readonly reads: readonly TableReadText[]; readonly place: Place };

function statementsOf({ calendar, processors, causes }: Declaration): readonly Asked[] {
  const relations = processors.flatMap(({ value, at }) =>
    value.relations.map(({ name, reads }, index) => ({
      what: `The relation "${name}" of "${value.id}"`,
      reads,
      place: at("relations", index, "reads"),
    })),
  );
  const asked = causes.map(({ value, at }) => ({
    what: `The cause "${value.id}"`,
    reads: value.reads,
    place: at("reads"),
  }));
  if (calendar === undefined) return [...relations, ...asked];
  const { value, at } = calendar;
  return [{ what: "The calendar", reads: value.reads ?? [], place: at("reads") }, ...relations, ...asked];
}
