import type { Column, Level } from "../../domain/column.ts";
import type { ChangeBudget, Distribution } from "../runbook.ts";
import { looserLimits } from "./compare-changes.ts";
import { listed, pairsOf, type Loosening } from "./loosening.ts";
import type { Policy } from "./recorded-policy.ts";

type Table = Policy["sources"][number] | Policy["processors"][number];
type Change = readonly [subject: string, before: string, after: string];

/** What tables may hold now and might not before: columns, critical fields, distributions, relations, fewest rows. */
export function* looserTables(before: Policy, after: Policy): Iterable<Loosening> {
  const tables: readonly [readonly Table[], readonly Table[]] = [
    [...before.sources, ...before.processors],
    [...after.sources, ...after.processors],
  ];
  for (const [table, old, now] of pairsOf(...tables, (one) => one.table)) {
    if (now === undefined) continue;
    const scope = { table };
    for (const [subject, was, is] of changesOf(old, now)) {
      yield { subject: `${subject} of ${table}`, before: was, after: is, place: now.place, scope };
    }
  }
}

function changesOf(old: Table, now: Table): readonly Change[] {
  return [
    ...pairsOf(old.columns, now.columns, ({ name }) => name).flatMap(([, was, is]) =>
      is === undefined ? [] : columnChanges(was, is),
    ),
    ...criticalChanges(old, now),
    ...pairsOf(old.distributions, now.distributions, ({ name }) => name).flatMap(([, was, is]) =>
      distributionChanges(was, is),
    ),
    ...relationChanges(old, now),
    ...sourceChanges(old, now),
    ...looserLimits(budgetOf(old), budgetOf(now)),
  ];
}

function budgetOf(table: Table): ChangeBudget | undefined {
  return "changes" in table ? table.changes : undefined;
}

function columnChanges(old: Column, now: Column): readonly Change[] {
  const name = `the column ${old.name}`;
  const [was, is] = [rangeOf(old), rangeOf(now)];
  const values = (now.values ?? []).filter((value) => !(old.values ?? []).includes(value));
  const isOpen = old.values !== undefined && (now.values === undefined || values.length > 0);
  return [
    ...(isAdded(old.nullable, now.nullable)
      ? [[name, "required", `nullable: ${now.nullable}`] as const]
      : []),
    ...(isAdded(old.constant, now.constant)
      ? [[name, "not constant", `constant: ${now.constant}`] as const]
      : []),
    ...levelChanges(name, [old, now]),
    ...(isWider(old, now) ? [[`the range of ${name}`, was, is] as const] : []),
    ...(isOpen
      ? [[`the values of ${name}`, listed(old.values ?? []), listed(now.values ?? ["any"])] as const]
      : []),
  ];
}

function criticalChanges(old: Table, now: Table): readonly Change[] {
  return old.critical.flatMap((field): readonly Change[] => {
    const same = now.critical.filter((other) => other.field === field.field);
    const kept = same.find(({ valid, exempt }) => valid === field.valid && exempt === field.exempt);
    if (kept !== undefined) return levelChanges(`the critical field ${field.field}`, [blocking(field), kept]);
    const [first] = same;
    const is = first === undefined ? "not checked" : rule(first);
    return [[`the critical field ${field.field}`, rule(field), is]];
  });
}

function rule({ valid, exempt }: { readonly valid: string; readonly exempt: string | undefined }): string {
  return exempt === undefined ? valid : `${valid}, except where ${exempt}`;
}

function distributionChanges(old: Distribution, now: Distribution | undefined): readonly Change[] {
  const name = `the distribution "${old.name}"`;
  if (now === undefined) return [[name, rangeOf(old), "not checked"]];
  return [
    ...(isWider(old, now) ? [[name, rangeOf(old), rangeOf(now)] as const] : []),
    ...(conditions(old) === conditions(now) ? [] : [[name, conditions(old), conditions(now)] as const]),
    ...levelChanges(name, [old, now]),
  ];
}

/** What was recorded before it had a level blocked. */
function blocking({ level }: { readonly level?: Level }): { readonly level: Level } {
  return { level: level ?? "block" };
}

/** Policies that were recorded before there were levels say nothing of them, and lose nothing. */
function levelChanges(
  name: string,
  [old, now]: readonly [{ readonly level?: Level }, { readonly level?: Level }],
): readonly Change[] {
  return old.level === "block" && now.level !== "block" ? [[name, "blocks", "warns"]] : [];
}

function conditions({ value, where, onlyIf }: Distribution): string {
  return listed([value, where, onlyIf].filter((part) => part !== undefined));
}

function relationChanges(old: Table, now: Table): readonly Change[] {
  if (!("relations" in old) || !("relations" in now)) return [];
  return pairsOf(old.relations, now.relations, ({ name }) => name).flatMap(([name, was, is]) => {
    const subject = `the relation "${name}"`;
    if (is === undefined) return [[subject, "checked", "not checked"] as const];
    return levelChanges(subject, [blocking(was), is]);
  });
}

function sourceChanges(old: Table, now: Table): readonly Change[] {
  if (!("minimumRows" in old) || !("minimumRows" in now)) return [];
  const isLower = isFewer(old.minimumRows, now.minimumRows);
  return [
    ...(isLower ? [["the fewest rows", old.minimumRows, now.minimumRows] as const] : []),
    ...levelChanges("the volume", [{ level: old.volume }, { level: now.volume }]),
    ...(old.required && !now.required ? [["the need", "required", "may be absent"] as const] : []),
  ];
}

/** Numbers compare; of SQL nobody can tell, so that any change counts. */
function isFewer(old: string, now: string): boolean {
  const [was, is] = [Number(old), Number(now)];
  return Number.isNaN(was) || Number.isNaN(is) ? old !== now : is < was;
}

type Bounds = Readonly<Partial<Record<"min" | "max", number | bigint | undefined>>>;

function isWider(old: Bounds, now: Bounds): boolean {
  const isLower = old.min !== undefined && (now.min === undefined || now.min < old.min);
  const isHigher = old.max !== undefined && (now.max === undefined || now.max > old.max);
  return isLower || isHigher;
}

function rangeOf({ min, max }: Bounds): string {
  if (min === undefined && max === undefined) return "any";
  return `${min ?? "any"} to ${max ?? "any"}`;
}

function isAdded(old: string | undefined, now: string | undefined): boolean {
  return old === undefined && now !== undefined;
}
