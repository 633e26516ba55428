import { failureColumnNames, undeclared, type DescribedColumn } from "../described-columns.ts";
import { listUnder, mappingOf, textUnder, type Written } from "./written.ts";

/**
 * A table with the columns that the engine describes: what is declared of one holds and gets its type, the key and the
 * date are required, and nothing is demanded of the others. Columns that are all declared with their types stay as they are.
 */
export function fillColumns(written: Written, described: readonly DescribedColumn[] | undefined): Written {
  const columns = written["columns"] ?? {};
  if (described === undefined || mappingOf(columns) !== columns) return { ...written, columns };
  const declared = mappingOf(columns);
  if (!isOpen(declared)) return written;
  const required = new Set([textUnder(written, "date"), ...listUnder(written, "key")]);
  const own = described.filter(({ name }) => !failureColumnNames.has(name));
  const known = own.map(({ name, type }) => {
    const said = declared[name];
    if (said === undefined) return [name, required.has(name) ? type : { type, nullable: undeclared }];
    return [name, mappingOf(said) === said ? { type, ...mappingOf(said) } : said];
  });
  return { ...written, columns: { ...Object.fromEntries(known), ...withoutKeys(declared, own) } };
}

function isOpen(declared: Written): boolean {
  const columns = Object.values(declared);
  return (
    columns.length === 0 ||
    columns.some((column) => mappingOf(column) === column && mappingOf(column)["type"] === undefined)
  );
}

/** What is declared and not described, for checks to tell. */
function withoutKeys(declared: Written, described: readonly DescribedColumn[]): Written {
  const known = new Set(described.map(({ name }) => name));
  return Object.fromEntries(Object.entries(declared).filter(([name]) => !known.has(name)));
}
