import { keyForms } from "../domain/key-forms.ts";

/** What a service account's key holds, besides the private key itself: the file as Google gives it, or a part of that. */
const accountKey =
  /"private_key(?:_id)?"\s*:|"type"\s*:\s*"service_account"|^[ \t]*private_key(?:_id)?:\s*\S/gm;

/** Where a text first holds a key, counted from 1; undefined when it holds none. */
export function findKey(text: string): { readonly line: number; readonly column: number } | undefined {
  const starts = [accountKey, ...keyForms.map(({ pattern }) => pattern)].flatMap((pattern) => {
    const at = text.search(pattern);
    return at === -1 ? [] : [at];
  });
  if (starts.length === 0) return undefined;
  const before = text.slice(0, Math.min(...starts)).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
