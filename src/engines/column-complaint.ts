import { nearestName } from "../runbook/nearest.ts";

/** What is wrong with the columns of a file; undefined when they are those that are declared. */
export function columnComplaint(found: readonly string[], declared: readonly string[]): string | undefined {
  const unknown = found.filter((name) => !declared.includes(name)).map((name) => nameWith(name, declared));
  const missing = declared.filter((name) => !found.includes(name)).map((name) => `"${name}"`);
  const complaints = [
    ...(unknown.length === 0 ? [] : [`has columns that are not declared: ${unknown.join(", ")}`]),
    ...(missing.length === 0 ? [] : [`lacks declared columns: ${missing.join(", ")}`]),
  ];
  return complaints.length === 0 ? undefined : complaints.join(", and ");
}

function nameWith(name: string, declared: readonly string[]): string {
  const nearest = nearestName(name, declared);
  return nearest === undefined ? `"${name}"` : `"${name}" (the nearest declared one is "${nearest}")`;
}
