/** What a service account's key holds: the file as Google gives it, a part of that, or the key alone. */
const key =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|"private_key(?:_id)?"\s*:|"type"\s*:\s*"service_account"|^[ \t]*private_key(?:_id)?:\s*\S/m;

/** Where a text first holds a key, counted from 1; undefined when it holds none. */
export function findKey(text: string): { readonly line: number; readonly column: number } | undefined {
  const found = key.exec(text);
  if (found === null) return undefined;
  const before = text.slice(0, found.index).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
