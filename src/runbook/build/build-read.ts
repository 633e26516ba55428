import type { TableRead } from "../table-read.ts";
import type { Window } from "../../domain/window.ts";
import type { TableReadText, WindowText } from "../schema/read-schema.ts";

/** A window as the engine takes it. */
export function buildWindow(window: WindowText): Window {
  if (typeof window === "string") return { kind: window };
  const { "previous-days": days, "last-games": former, "newest-rows": rows = former } = window;
  return days === undefined ? { kind: "last-games", rows: rows ?? 0 } : { kind: "previous-days", days };
}

/** What a statement reads of a table. */
export function buildRead({ from, window }: TableReadText): TableRead {
  const isBounded = window !== undefined && window !== "whole";
  return { table: from, window: isBounded ? buildWindow(window) : undefined };
}
