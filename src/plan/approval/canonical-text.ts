/**
 * A value as text in which neither the order of keys and array elements nor places in files count; undefined fields
 * are left out. Where the order of an array has meaning, the caller numbers its elements.
 */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).toSorted().join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).filter(([key, field]) => field !== undefined && key !== "place");
  const texts = fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalText(field)}`);
  return `{${texts.toSorted().join(",")}}`;
}
