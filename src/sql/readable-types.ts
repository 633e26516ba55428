import type { ColumnType } from "../domain/column.ts";
import type { Reading } from "./dialect.ts";

/** Types as a catalog prints them in capitals; those of `byValue` can hold more than the declared type. */
export type Readable = Readonly<Record<ColumnType, { readonly always: RegExp; readonly byValue?: RegExp }>>;

/** How a column of the type `found` reads as the type `type`, by the types that an engine can read so. */
export function readingOf(readable: Readable, type: ColumnType, found: string): Reading {
  const { always, byValue } = readable[type];
  if (always.test(found)) return "always";
  return byValue?.test(found) === true ? "by-value" : "never";
}
