import type { RunbookFiles } from "./declaration.ts";
import type { RawEntry } from "./yaml-document.ts";
import { unknownName, type Problem } from "./problem.ts";
import { parseYaml, type YamlDocument } from "./yaml-document.ts";

/** The entry that a key of the document holds; none when the key is absent. */
export function entryUnder(document: YamlDocument, key: string): readonly RawEntry[] {
  const raw = sectionOf(document, key);
  return raw === undefined ? [] : [{ name: key, raw, document, path: [key] }];
}

/** The entries of a mapping, named by their keys; none when there is no mapping. */
export function entriesOfMapping(document: YamlDocument, key: string): readonly RawEntry[] {
  const section = sectionOf(document, key);
  if (typeof section !== "object" || section === null || Array.isArray(section)) return [];
  return Object.entries(section).map(([name, raw]) => ({ name, raw, document, path: [key, name] }));
}

/** The entries of a list, named by their positions; none when there is no list. */
export function entriesOfList(document: YamlDocument, key: string): readonly RawEntry[] {
  const section = sectionOf(document, key);
  if (!Array.isArray(section)) return [];
  return section.map((raw: unknown, index) => ({ name: String(index), raw, document, path: [key, index] }));
}

/**
 * The entry itself, or the one that the file named by it holds; undefined when there is no such file or it is no YAML,
 * which is added to `problems`.
 */
export function openEntry(entry: RawEntry, files: RunbookFiles, problems: Problem[]): RawEntry | undefined {
  if (typeof entry.raw !== "string") return entry;
  const text = files.get(entry.raw);
  if (text === undefined) {
    problems.push(missingFile(entry, entry.raw, files));
    return undefined;
  }
  const document = parseYaml(entry.raw, text);
  problems.push(...document.problems);
  return document.value === undefined
    ? undefined
    : { name: entry.name, raw: document.value, document, path: [] };
}

function missingFile({ document, path }: RawEntry, name: string, files: RunbookFiles): Problem {
  return unknownName(document.placeOf(path), {
    kind: "file",
    name,
    names: [...files.keys()].filter((file) => /\.ya?ml$/.test(file)),
    otherwise: "create the file, or write the entry here",
  });
}

function sectionOf({ value }: YamlDocument, key: string): unknown {
  return (value as Record<string, unknown> | null)?.[key];
}
