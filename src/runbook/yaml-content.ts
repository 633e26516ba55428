import { visit, type Alias, type Document } from "yaml";

/** Most values of a file and most levels of them; an alias counts with all that it stands for. */
const mostValues = 100_000;
const mostLevels = 100;

/** The data of a YAML document; `broken` when its syntax leaves none, `refused` when its aliases stand for nothing or too much. */
export type YamlContent =
  | { readonly kind: "data"; readonly value: unknown }
  | { readonly kind: "broken" }
  | { readonly kind: "refused"; readonly message: string; readonly alias: Alias | undefined };

/** Reads the data of the document that a text is, in bounded time and memory; never throws. */
export function readYamlContent(document: Document, text: string): YamlContent {
  if (document.errors.length > 0) return { kind: "broken" };
  // Every alias begins with a star, and most files have none.
  const { first, unknown } = text.includes("*") ? findAliases(document) : none;
  if (unknown !== undefined) {
    return { kind: "refused", message: `There is no anchor "${unknown.source}" above`, alias: unknown };
  }
  try {
    return { kind: "data", value: plainValue(document.toJS()) };
  } catch (cause) {
    // How `yaml` says that aliases multiply each other, see its option maxAliasCount.
    const isMultiplied = cause instanceof ReferenceError;
    if (!isMultiplied && !(cause instanceof RangeError)) throw cause;
    return {
      kind: "refused",
      message: isMultiplied ? "Its aliases multiply each other" : cause.message,
      alias: first,
    };
  }
}

type FoundAliases = { readonly first: Alias | undefined; readonly unknown: Alias | undefined };

const none: FoundAliases = { first: undefined, unknown: undefined };

/** The first alias of all, and the first without an anchor above it. */
function findAliases(document: Document): FoundAliases {
  const anchors = new Set<string>();
  const aliases: Alias[] = [];
  const unknown: Alias[] = [];
  visit(document, {
    Value(_, { anchor }) {
      if (anchor !== undefined) anchors.add(anchor);
    },
    Alias(_, alias) {
      aliases.push(alias);
      if (!anchors.has(alias.source)) unknown.push(alias);
    },
  });
  return { first: aliases[0], unknown: unknown[0] };
}

/** Integers as numbers where those hold them exactly, as bigints where not. Throws a RangeError where there is too much. */
function plainValue(document: unknown): unknown {
  let values = 0;
  function plain(value: unknown, level: number): unknown {
    values += 1;
    if (values > mostValues) throw new RangeError(`It holds more than ${mostValues} values`);
    if (level > mostLevels) throw new RangeError(`It is more than ${mostLevels} levels deep`);
    if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    if (Array.isArray(value)) return value.map((part) => plain(part, level + 1));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part, level + 1)]));
  }
  return plain(document, 0);
}
