/** A mapping of a runbook as it was written, before anybody has checked it. */
export type Written = Readonly<Record<string, unknown>>;

/** The mapping that something is; an empty one when it is none. */
export function mappingOf(raw: unknown): Written {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Written) : {};
}

/** The text under a key; empty when there is none. */
export function textUnder(written: Written, key: string): string {
  const value = written[key];
  return typeof value === "string" ? value : "";
}

/** The list under a key; empty when there is none. */
export function listUnder(written: Written, key: string): readonly unknown[] {
  const value = written[key];
  return Array.isArray(value) ? value : [];
}
