import { unreachable } from "../errors.ts";

/**
 * Which upstream dates a row of date D may read. `previous-days` is `[D - days, D)`, never before the season's
 * start; `season-to-date` is `[season start, D)`; `last-games` reads the N newest rows of an entity, which for planning is
 * every earlier date of the season; `same-date` is D itself; `whole` is every row of a table without dates.
 */
export type Window =
  | { readonly kind: "same-date" }
  | { readonly kind: "previous-days"; readonly days: number }
  | { readonly kind: "last-games"; readonly rows: number }
  | { readonly kind: "season-to-date" }
  | { readonly kind: "whole" };

/** Whether a row need not read all that the window is planned as: which rows are the newest is known only while they are read. */
export function readsSomeOnly({ kind }: Window): boolean {
  return kind === "last-games";
}

/** The window as the runbook writes it: `last-games: 15`. */
export function formatWindow(window: Window): string {
  switch (window.kind) {
    case "same-date":
    case "season-to-date":
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
