import { unreachable } from "../errors.ts";
import { coarserOf, type Every } from "./every.ts";

/**
 * Which upstream dates a row of date D may read. `previous-days` is `[D - days, D)`, never before the season's
 * start; `season-to-date` is `[season start, D)`; `last-games` reads the N newest rows of an entity, which for planning is
 * every earlier date of the season; `same-date` is D itself; `week` and `month` are all dates of the one that D lies in,
 * also those after D; `whole` is every row of a table without dates.
 */
export type Window =
  | { readonly kind: "same-date" }
  | { readonly kind: "previous-days"; readonly days: number }
  | { readonly kind: "last-games"; readonly rows: number }
  | { readonly kind: "season-to-date" }
  | { readonly kind: "week" }
  | { readonly kind: "month" }
  | { readonly kind: "whole" };

/** Whether a row need not read all that the window is planned as: which rows are the newest is known only while they are read. */
export function readsSomeOnly({ kind }: Window): boolean {
  return kind === "last-games";
}

/** Whether a window holds dates before the date only. */
export function endsBefore({ kind }: Window): boolean {
  return kind === "previous-days" || kind === "last-games" || kind === "season-to-date";
}

/** The window of an edge that names none: the date itself, or the week or month that is the coarser of the two partitions. */
export function usualWindow(reader: Every, upstream: Every): Window {
  const every = coarserOf(reader, upstream);
  return { kind: reader === upstream || every === "day" ? "same-date" : every };
}

/** The window as the runbook writes it: `last-games: 15`. */
export function formatWindow(window: Window): string {
  switch (window.kind) {
    case "same-date":
    case "season-to-date":
    case "week":
    case "month":
    case "whole":
      return window.kind;
    case "previous-days":
      return `previous-days: ${window.days}`;
    case "last-games":
      return `last-games: ${window.rows}`;
    default:
      return unreachable(window);
  }
}
