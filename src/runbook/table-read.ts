import type { TableId } from "../domain/table-id.ts";
import type { Window } from "../domain/window.ts";

/**
 * A table that a statement beside a step reads, and the window of its dates. Without one a population reads the date
 * itself; the calendar, a relation or a cause every row, as where it says `whole`.
 */
export type TableRead = { readonly table: TableId; readonly window: Window | undefined };
