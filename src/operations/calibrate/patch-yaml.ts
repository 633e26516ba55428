import { isMap, isScalar, isSeq, parseDocument, type Document } from "yaml";
import type { NodePath } from "../../runbook/yaml-document.ts";

/** A number of a YAML file, by its path, and what it is to be. */
export type NumberChange = { readonly path: NodePath; readonly value: number };

/** The path of the entry that declares a table: the file's own mapping, or an entry under `sources` or `processors`. */
export function pathOfTable(text: string, table: string): NodePath | undefined {
  const document = parseDocument(text);
  if (document.get("table") === table) return [];
  for (const section of ["sources", "processors"]) {
    const entries = document.get(section);
    const items = isSeq(entries) ? entries.items : [];
    const index = items.findIndex((item) => isMap(item) && item.get("table") === table);
    if (index >= 0) return [section, index];
  }
  return undefined;
}

/** The text with numbers replaced where they stand, and not a character besides; paths without a number are left out. */
export function replaceNumbers(text: string, replacements: readonly NumberChange[]): string {
  const document = parseDocument(text);
  const places = replacements
    .flatMap(({ path, value }) => placeOf(document, path, value))
    .toSorted((left, right) => right.start - left.start);
  return places.reduce((changed, { start, end, value }) => {
    return `${changed.slice(0, start)}${value}${changed.slice(end)}`;
  }, text);
}

function placeOf(
  document: Document,
  path: NodePath,
  value: number,
): readonly { readonly start: number; readonly end: number; readonly value: number }[] {
  const node: unknown = document.getIn(path, true);
  const [start, end] = (isScalar(node) ? node.range : undefined) ?? [];
  return start === undefined || end === undefined ? [] : [{ start, end, value }];
}

const around = 2;

/** How two texts of equally many lines differ, as a patch that `git apply` takes; empty where they do not. */
export function diffLines(file: string, before: string, after: string): readonly string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const changed = old.flatMap((line, index) => (line === now[index] ? [] : [index]));
  if (changed.length === 0) return [];
  const hunks = hunksOf(changed, old.length).flatMap(({ from, to }) => {
    const count = to - from + 1;
    const lines = old.slice(from, to + 1).flatMap((line, offset) => {
      const other = now[from + offset] ?? "";
      return line === other ? [` ${line}`] : [`-${line}`, `+${other}`];
    });
    return [`@@ -${from + 1},${count} +${from + 1},${count} @@`, ...lines];
  });
  return [`--- a/${file}`, `+++ b/${file}`, ...hunks];
}

type Hunk = { readonly from: number; readonly to: number };

function hunksOf(changed: readonly number[], lines: number): readonly Hunk[] {
  const last = lines - 2;
  return changed.reduce<readonly Hunk[]>((hunks, index) => {
    const own = { from: Math.max(0, index - around), to: Math.min(Math.max(last, index), index + around) };
    const before = hunks.at(-1);
    if (before === undefined || own.from > before.to + 1) return [...hunks, own];
    return [...hunks.slice(0, -1), { from: before.from, to: own.to }];
  }, []);
}
