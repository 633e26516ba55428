import { coarserOf, type Every } from "../../domain/every.ts";
import { usualWindow } from "../../domain/window.ts";
import type { Declaration } from "../declaration.ts";
import type { PolicyFinding } from "../problem.ts";
import type { ProcessorText } from "../schema/processor-schema.ts";
import type { WindowText } from "../schema/read-schema.ts";
import type { PolicyModel } from "./policy-model.ts";

/**
 * Steps that read a week or month wider than their own partition, and with it days after their own: a date is built
 * from what was not known on it, and again whenever another day comes.
 */
export function* lintLaterDates({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  const tables = readersOf(declaration);
  for (const { value, at } of declaration.processors) {
    for (const [index, { from, window }] of value.reads.entries()) {
      if (!isWider(window, value.every) || !holdsItsDays(tables, from)) continue;
      yield {
        rule: "reads-later-dates",
        place: at("reads", index),
        message: `"${value.id}" reads the whole ${window} of "${from}", also days after its own: a ${value.every} is built from what was not known on it, and again when more days come`,
        hint: "read earlier dates only, as `previous-days` and `season-to-date` do, or take it as it is",
      };
    }
  }
}

type Read = { readonly from: string; readonly window: WindowText };
type Reader = { readonly every: Every; readonly reads: readonly Read[] };

/** Processors by id and by table, with what their populations read. */
function readersOf({ processors, populations }: Declaration): ReadonlyMap<string, Reader> {
  const everies = new Map<string, Every>(processors.map(({ value }) => [value.table, value.every]));
  const members = new Map(populations.map(({ name, value }) => [name, value.reads ?? []]));
  function readerOf({ every, reads, population = "" }: ProcessorText): Reader {
    const own = (members.get(population) ?? []).map(({ from, window }) => ({
      from,
      window: window ?? usualText(every, everies.get(from) ?? "day"),
    }));
    return { every, reads: [...reads, ...own] };
  }
  return new Map(
    processors.flatMap(({ value }) => {
      const reader = readerOf(value);
      return [[value.id, reader] as const, [value.table, reader] as const];
    }),
  );
}

function usualText(reader: Every, upstream: Every): WindowText {
  const { kind } = usualWindow(reader, upstream);
  return kind === "week" || kind === "month" ? kind : "same-date";
}

function isWider(window: WindowText, every: Every): window is "week" | "month" {
  return (window === "week" || window === "month") && window !== every && coarserOf(window, every) === window;
}

/** Whether a partition of a table holds, or is made of, days of the week or month that it stands for. */
function holdsItsDays(tables: ReadonlyMap<string, Reader>, name: string): boolean {
  const reader = tables.get(name);
  if (reader === undefined || reader.every === "day") return true;
  return reader.reads.some(({ from, window }) => {
    if (window === "week" || window === "month") return holdsItsDays(tables, from);
    return window === "same-date" && tables.has(from) && holdsItsDays(tables, from);
  });
}
