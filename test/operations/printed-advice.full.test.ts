import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, describe, it } from "node:test";
import * as fc from "fast-check";
import { isWithin, type CalendarDate } from "../../src/domain/calendar-date.ts";
import { tupleText } from "../../src/domain/tuple-text.ts";
import { assessPartitions } from "../../src/operations/assess-partitions.ts";
import { parseOptions, selectionOf } from "../../src/operations/typed/options.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Decision } from "../../src/triage/decision.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { cascade, type Ending } from "../cli/cascade.ts";
import { onOneCore } from "../one-core.ts";
import { cascadeRange, rawRowsOf, shapesOf, type CascadeShape } from "../run/random-cascade.ts";
import { writeRunbook } from "./random-runbook.ts";
import { trouble, troubles, type Trouble } from "./random-trouble.ts";

const today = "2024-06-01" as CalendarDate;

/** How many incidents happen at least: `CASCADE_INCIDENTS`, or so many that they take a minute. */
const most = Number(process.env["CASCADE_INCIDENTS"] ?? 24);
const troublesOfGraph = 12;
const graphs = fc.record({
  shape: shapesOf({ processors: 4, dates: 8 }),
  struck: fc.array(troubles, { minLength: troublesOfGraph, maxLength: troublesOfGraph }),
});

let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cascade-advice-"));
});
after(() => rm(folder, { recursive: true, force: true }));

describe("commands that are printed at the moment of trouble", () => {
  it(`change a partition that they name, or only show; over ${most} incidents`, async () => {
    const futile: string[] = [];
    let incidents = 0;
    const seed = Number(process.env["CASCADE_SEED"] ?? 1);
    for (let graph = 0; incidents < most; graph += 1) {
      const [drawn] = fc.sample(graphs, { seed: seed + graph, numRuns: 1 });
      assert.ok(drawn);
      const home = await openHome(join(folder, String(graph)), drawn.shape);
      for (const [index, struck] of drawn.struck.entries()) {
        if (incidents >= most) break;
        futile.push(...(await followAdvice(home, struck, `graph ${graph}, trouble ${index}`)));
        incidents += struck.incidents.length;
      }
      await rm(home.folder, { recursive: true, force: true });
    }
    assert.deepEqual(futile, []);
  });
});

/** A runbook of a random graph in its folder, and beside it the database in which everything is settled. */
type Home = {
  readonly folder: string;
  readonly runbook: Runbook;
  readonly shape: CascadeShape;
};

async function openHome(path: string, shape: CascadeShape): Promise<Home> {
  const home = join(path, "random");
  await writeRunbook(shape, home);
  const runbook = await readRunbook(home);
  const settled = join(path, "settled.duckdb");
  {
    await using warehouse = await open(settled);
    const raw = [
      "create schema raw",
      "create table raw.openings (day date, shop varchar)",
      "create table raw.sales (day date, shop varchar, amount bigint)",
      ...rawRowsOf(shape),
    ];
    await warehouse.execute(raw.map((sql) => ({ sql, purpose: "fill the sources" })));
  }
  await type(settled, `cascade run ${relative(process.cwd(), home)} --warehouse duckdb:${settled}`);
  return { folder: path, runbook, shape };
}

async function open(path: string): Promise<Warehouse> {
  return onOneCore(await openDuckDb({ path }));
}

/** Types a line as it was printed, but on another database; gives how it ended. */
async function type(path: string, line: string): Promise<Ending> {
  const [program, ...words] = line.split(" ");
  assert.equal(program, "cascade", line);
  assert.equal(words.at(-2), "--warehouse", line);
  const ended = await cascade([...words.slice(0, -1), `duckdb:${path}`]);
  assert.ok(ended.code === 0 || ended.code === 1, `${line} ended with ${ended.code}: ${ended.stderr}`);
  return ended;
}

/** What is decided about each partition and what it holds; another text is another state. */
type Standing = {
  readonly decisions: readonly Decision[];
  readonly states: ReadonlyMap<string, string>;
};

async function standingOf({ runbook }: Home, path: string): Promise<Standing> {
  await using warehouse = await open(path);
  const asked = { runbook, selection: { range: cascadeRange }, today };
  const { state, decisions } = await assessPartitions(warehouse, asked);
  const decided = new Map(decisions.map((own) => [tupleText([own.processor, own.date]), own.path]));
  const states = runbook.processors.flatMap(({ id, table }) =>
    datesOfRange().map((date): [string, string] => {
      const key = tupleText([id, date]);
      const { attempt, failures } = state.ledger.get(id)?.get(date) ?? {};
      const holds = [state.content.get(table)?.get(date)?.version, failures?.version, attempt?.status];
      return [key, JSON.stringify([holds, state.held.get(id)?.get(date), decided.get(key)])];
    }),
  );
  return { decisions, states: new Map(states) };
}

function datesOfRange(): readonly CalendarDate[] {
  return Array.from(
    { length: 16 },
    (_, day) => `2024-03-${String(day + 1).padStart(2, "0")}` as CalendarDate,
  ).filter((date) => isWithin(date, cascadeRange));
}

/**
 * Lets something happen, looks at what every command prints about it, and types each line on a copy of its own. Gives
 * what was of no use.
 */
async function followAdvice(
  home: Home,
  { incidents, runs }: Trouble,
  name: string,
): Promise<readonly string[]> {
  const struck = join(home.folder, "struck.duckdb");
  await copyFile(join(home.folder, "settled.duckdb"), struck);
  {
    await using warehouse = await open(struck);
    await trouble(warehouse, home.shape, incidents);
  }
  const runbook = relative(process.cwd(), join(home.folder, "random"));
  const end = `--warehouse duckdb:${struck}`;
  for (let run = 0; run < runs; run += 1) await type(struck, `cascade run ${runbook} ${end}`);
  const scene: Scene = { home, runbook, struck, standing: await standingOf(home, struck) };
  const futile: string[] = [];
  for (const [line, by] of await printedLines(scene)) {
    if (!(await isOfUse(scene, line)))
      futile.push(`${by} printed ${line}, which changes nothing that it names`);
  }
  futile.push(...(await recoverTwice(scene)));
  return futile.map((found) => `${name}, ${JSON.stringify(incidents)}, ${runs} runs: ${found}`);
}

type Scene = {
  readonly home: Home;
  readonly runbook: string;
  readonly struck: string;
  readonly standing: Standing;
};

/** The lines to type that commands print about the scene, and the first command that printed each. */
async function printedLines({
  home,
  runbook,
  struck,
  standing,
}: Scene): Promise<ReadonlyMap<string, string>> {
  const open = standing.decisions.filter(({ decision }) => decision !== "accept");
  const asked = [
    `triage ${runbook}`,
    `plan ${runbook}`,
    `status ${runbook}`,
    `report ${runbook} --out ${join(home.folder, "out")}`,
    ...open.slice(-1).map(({ processor, date }) => `why ${runbook} ${processor} ${date}`),
  ];
  const printed = new Map<string, string>();
  for (const command of asked) {
    const { stdout, stderr } = await type(struck, `cascade ${command} --warehouse duckdb:${struck}`);
    for (const [line] of `${stdout}\n${stderr}`.matchAll(/cascade \w+ .*? --warehouse \S+/g)) {
      if (!printed.has(line)) printed.set(line, command);
    }
  }
  return printed;
}

/** Whether a line only shows something, or changes a partition that it names. */
async function isOfUse({ home, struck, standing }: Scene, line: string): Promise<boolean> {
  const copy = join(home.folder, "copy.duckdb");
  await copyFile(struck, copy);
  await type(copy, line);
  if (!/^cascade (?:run|recover) /.test(line)) return true;
  const now = await standingOf(home, copy);
  return namedIn(home, line).some((key) => standing.states.get(key) !== now.states.get(key));
}

function namedIn({ runbook }: Home, line: string): readonly string[] {
  const [, , ...words] = line.split(" ");
  const { range, dates, processors } = selectionOf(runbook, parseOptions(words, {}));
  const named = dates ?? datesOfRange().filter((date) => isWithin(date, range));
  const ids = processors ?? runbook.processors.map(({ id }) => id);
  return ids.flatMap((id) => named.map((date) => tupleText([id, date])));
}

async function recoverTwice({ home, runbook, struck, standing }: Scene): Promise<readonly string[]> {
  const copy = join(home.folder, "copy.duckdb");
  await copyFile(struck, copy);
  const line = `cascade recover ${runbook} --warehouse duckdb:${copy}`;
  await type(copy, line);
  const between = await standingOf(home, copy);
  await type(copy, line);
  const after = await standingOf(home, copy);
  const [first, second, third] = [rerunsOf(standing), rerunsOf(between), rerunsOf(after)];
  const again = [...first.intersection(second), ...second.intersection(third)];
  return again.map((rerun) => `recover leaves the decision that it has carried out: ${rerun}`);
}

/** What a recovery prints that it will run, with the facts that led to it. */
function rerunsOf({ decisions }: Standing): Set<string> {
  const run = decisions.filter(
    ({ decision, isObstructed }) =>
      isObstructed !== true && (decision === "rerun" || decision === "backfill-upstream-first"),
  );
  return new Set(run.map(({ processor, date, path }) => JSON.stringify([processor, date, path])));
}
