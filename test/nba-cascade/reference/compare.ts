import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { readFacts, type Facts, type Query } from "./facts.ts";
import { computeCompositeFactors } from "./pcf.ts";
import { computeDailyCache } from "./pdc.ts";
import { computeFeatures } from "./mlfs.ts";
import type { Outcome, Outcomes } from "./outcome.ts";
import { computeShotZones } from "./psza.ts";
import { computeTeamDefence } from "./tdza.ts";

/** How a table compares: outcomes on both sides, values exactly equal or one unit off, and the first differences. */
export type Comparison = {
  readonly processor: string;
  readonly rows: number;
  readonly failures: number;
  readonly values: number;
  readonly offByOneUnit: number;
  readonly differences: readonly string[];
};

/** The outcomes that the reference gives, by processor. */
export type ReferenceOutcomes = Readonly<Record<string, Outcomes>>;

const processorFolder = new URL("../../../runbooks/nba-cascade/processors/", import.meta.url);

/**
 * Compares the tables of phases 4 and 5, and their failures, with the reference over the game dates of a range. The
 * failures are read from `nba_processing.precompute_failures`.
 */
export async function compareWithReference(
  query: Query,
  range: { from: string; to: string } = { from: "2021-11-01", to: "2021-12-31" },
): Promise<Comparison[]> {
  const reference = computeReference(await readFacts(query, range));
  const comparisons: Comparison[] = [];
  for (const [processor, expected] of Object.entries(reference)) {
    comparisons.push(await compareTable(query, { processor, expected, range }));
  }
  return comparisons;
}

/** All outcomes of the five tables, computed entity by entity and date by date. */
export function computeReference(facts: Facts): ReferenceOutcomes {
  const players = facts.dates.flatMap((date) =>
    (facts.listed.get(date) ?? []).map((entity) => ({ date, entity })),
  );
  const teams = facts.dates.flatMap((date) => facts.teams.map((entity) => ({ date, entity })));
  const defences = outcomes(teams, (team, date) => computeTeamDefence(facts, team, date));
  const shots = outcomes(players, (player, date) => computeShotZones(facts, player, date));
  const factors = outcomes(players, (player, date) =>
    computeCompositeFactors({ facts, shots, defences }, player, date),
  );
  const forms = outcomes(players, (player, date) =>
    computeDailyCache({ facts, shots, factors }, player, date),
  );
  const inputs = { facts, shots, factors, forms, defences };
  const features = outcomes(players, (player, date) => computeFeatures(inputs, player, date));
  return { TDZA: defences, PSZA: shots, PCF: factors, PDC: forms, MLFS: features };
}

function outcomes(
  members: readonly { readonly date: string; readonly entity: string }[],
  compute: (entity: string, date: string) => Outcome,
): Outcomes {
  return new Map(members.map(({ date, entity }) => [`${date}|${entity}`, compute(entity, date)]));
}

type Declaration = {
  readonly table: string;
  readonly date: string;
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, string | { readonly decimals?: number }>>;
};

async function compareTable(
  query: Query,
  {
    processor,
    expected,
    range,
  }: { processor: string; expected: Outcomes; range: { from: string; to: string } },
): Promise<Comparison> {
  const declaration: Declaration = parse(
    readFileSync(new URL(`${processor.toLowerCase()}.yml`, processorFolder), "utf8"),
  );
  const found = await readOutcomes(query, { processor, declaration, range });
  const tally = { rows: 0, failures: 0, values: 0, offByOneUnit: 0, differences: [] as string[] };
  for (const member of new Set([...expected.keys(), ...found.keys()])) {
    const [left, right] = [expected.get(member), found.get(member)];
    if (right?.kind === "row") tally.rows++;
    if (right?.kind === "failure") tally.failures++;
    if (left?.kind === "row" && right?.kind === "row")
      compareRows(tally, { member, left: left.row, right: right.row, declaration });
    else if (describe(left) !== describe(right)) {
      tally.differences.push(`${processor} ${member}: reference ${describe(left)}, table ${describe(right)}`);
    }
  }
  return { processor, ...tally };
}

async function readOutcomes(
  query: Query,
  {
    processor,
    declaration,
    range,
  }: { processor: string; declaration: Declaration; range: { from: string; to: string } },
): Promise<Map<string, Outcome>> {
  const between = `between date '${range.from}' and date '${range.to}'`;
  const rows = await query(`select * from ${declaration.table} where ${declaration.date} ${between}`);
  const failures = await query(
    `select analysis_date, entity_id, failure_category from nba_processing.precompute_failures
     where processor_name = '${processor}' and analysis_date ${between}`,
  );
  const entity = declaration.key.find((column) => column !== declaration.date) ?? "";
  const found = new Map<string, Outcome>();
  function add(member: string, outcome: Outcome): void {
    found.set(member, found.has(member) ? { kind: "failure", category: "more than one outcome" } : outcome);
  }
  for (const row of rows)
    add(`${String(row[declaration.date])}|${String(row[entity])}`, { kind: "row", row });
  for (const row of failures) {
    add(`${String(row["analysis_date"])}|${String(row["entity_id"])}`, {
      kind: "failure",
      category: String(row["failure_category"]),
    });
  }
  return found;
}

type Tally = { values: number; offByOneUnit: number; differences: string[] };
type RowPair = {
  readonly member: string;
  readonly left: Readonly<Record<string, unknown>>;
  readonly right: Readonly<Record<string, unknown>>;
  readonly declaration: Declaration;
};

function compareRows(tally: Tally, { member, left, right, declaration }: RowPair): void {
  for (const [column, declared] of Object.entries(declaration.columns)) {
    const decimals = typeof declared === "string" ? 0 : (declared.decimals ?? 0);
    const pairs = pairValues(left[column], right[column]);
    tally.values += pairs.length;
    for (const [expected, found] of pairs) {
      if (expected === found) continue;
      if (decimals > 0 && isWithin(expected, found, 10 ** -decimals)) tally.offByOneUnit++;
      else
        tally.differences.push(
          `${declaration.table} ${member} ${column}: reference ${String(expected)}, table ${String(found)}`,
        );
    }
  }
}

function pairValues(left: unknown, right: unknown): [unknown, unknown][] {
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return [[left, right]];
  return left.map((value, index) => [value, right[index]]);
}

function isWithin(left: unknown, right: unknown, unit: number): boolean {
  return typeof left === "number" && typeof right === "number" && Math.abs(left - right) < unit * 1.001;
}

function describe(outcome: Outcome | undefined): string {
  if (outcome === undefined) return "nothing";
  return outcome.kind === "row" ? "a row" : outcome.category;
}
