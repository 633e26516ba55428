import { engineTypeOf, isOpaque, type ColumnType, type NamedType } from "../domain/column.ts";
import { digitsOf, isDecimal, type Digits } from "../domain/decimal.ts";
import type { Reading } from "./dialect.ts";

/** Types as a catalog prints them in capitals; those of `byValue` can hold more than the declared type. */
export type Readable = {
  readonly named: Readonly<Record<NamedType, { readonly always: RegExp; readonly byValue?: RegExp }>>;
  /** Digits of what the catalog prints as decimals or integers, all of which such a type may have; undefined for other types. */
  readonly digitsIn: (found: string) => Digits | undefined;
};

/** How a column of the type `found` reads as the type `type`, by the types that an engine can read so. */
export function readingOf({ named, digitsIn }: Readable, type: ColumnType, found: string): Reading {
  if (isOpaque(type)) return engineTypeOf(type).toUpperCase() === found.toUpperCase() ? "always" : "never";
  if (isDecimal(type)) return decimalReading(digitsOf(type), digitsIn(found));
  const { always, byValue } = named[type];
  if (always.test(found)) return "always";
  return byValue?.test(found) === true ? "by-value" : "never";
}

function decimalReading(declared: Digits, found: Digits | undefined): Reading {
  if (found === undefined) return "never";
  const isWithin =
    found.scale <= declared.scale && found.precision - found.scale <= declared.precision - declared.scale;
  return isWithin ? "always" : "by-value";
}
