import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { TableId } from "../../domain/table-id.ts";
import { formatWindow } from "../../domain/window.ts";
import type { Input, Reach } from "../upstream/input-cut.ts";

/** Where two computations of one date differ: what the first has with the declared windows, and what with every row. */
export type Difference = {
  readonly entity: string;
  readonly field: string;
  readonly declared: string | undefined;
  readonly every: string | undefined;
};

/** What rests on rows outside of the windows that are declared. */
export type EdgeFinding = {
  /** What reads too far; undefined when no single edge explains it. */
  readonly edge:
    | {
        readonly table: TableId;
        readonly holds: "rows" | "failures";
        readonly declared: string;
        /** The smallest window among those tried with which nothing differs; undefined when none is wide enough. */
        readonly suffices: string | undefined;
      }
    | undefined;
  readonly date: CalendarDate;
  readonly difference: Difference;
};

/** An outcome of a processor that does. */
export type WindowFinding = EdgeFinding & { readonly processor: string };

/** Begins what an attempt says that an audit has stopped; it would end so again until the declaration is mended. */
const auditRefusal = "window-too-narrow";

/** Whether an attempt ended because of its declaration. */
export function isAuditRefusal(error: string | undefined): boolean {
  return error?.startsWith(auditRefusal) === true;
}

/** A finding as a sentence: which edge, an example, and what to declare. */
export function windowFindingText({ edge, date, difference }: EdgeFinding): string {
  const { entity, field, declared, every } = difference;
  const values = `${declared ?? "nothing"} with it and ${every ?? "nothing"} with every row`;
  const example = `on ${date} ${field} of "${entity}" is ${values}`;
  if (edge === undefined) {
    return `${auditRefusal}: it depends on the dates that are computed together, or on several edges at once: ${example}`;
  }
  const remedy =
    edge.suffices === undefined
      ? "no window is wide enough: it reads later dates or another season"
      : `${edge.suffices} would suffice`;
  return `${auditRefusal}: ${inputName(edge)} is read beyond ${edge.declared}: ${example}; ${remedy}`;
}

function inputName({
  table,
  holds,
}: {
  readonly table: TableId;
  readonly holds: "rows" | "failures";
}): string {
  return holds === "rows" ? table : `the failures of ${table}`;
}

/** The windows of an input as the runbook declares them. */
export function windowsText({ reaches }: Pick<Input, "reaches">): string {
  return [...new Set(reaches.map(reachText))].toSorted().join(" and ");
}

function reachText(reach: Reach): string {
  return reach.kind === "everything" || reach.kind === "all-earlier" ? reach.kind : formatWindow(reach);
}
