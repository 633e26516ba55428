import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
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
import { cascade, type Ending } from "../cli/cascade.ts";
import { cascadeRange, shapesOf, type CascadeShape } from "../run/random-cascade.ts";
import { openRandomHome, type RandomHome } from "./random-home.ts";
import { trouble, troubles, type Trouble } from "./random-trouble.ts";

const today = "2024-06-01" as CalendarDate;

/** How many incidents happen at least: `CASCADE_INCIDENTS`, or so many that it is a matter of seconds. */
const most = Number(process.env["CASCADE_INCIDENTS"] ?? 24);
const troublesOfGraph = 6;
const graphs = fc.record({
  shape: shapesOf({ processors: 3, dates: 12 }),
  struck: fc.array(troubles, { minLength: troublesOfGraph, maxLength: troublesOfGraph }),
});

/** Files of a graph: the database, and copies of it with everything settled and with the trouble that is looked at. */
const [now, settled, struck] = ["now.duckdb", "settled.duckdb", "struck.duckdb"];

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
      await using home = await openHome(join(folder, String(graph)), drawn.shape);
      for (const [index, struck] of drawn.struck.entries()) {
        if (incidents >= most) break;
        futile.push(...(await followAdvice(home, struck, `graph ${graph}, trouble ${index}`)));
        incidents += struck.incidents.length;
      }
    }
    assert.deepEqual(futile, []);
  });
});

/** A random runbook, as it was read, and the database, of which there is a copy in which everything is settled. */
type Home = RandomHome & { readonly runbook: Runbook };

async function openHome(path: string, shape: CascadeShape): Promise<Home> {
  const opened = await openRandomHome(path, { shape, database: now });
  const home = { ...opened, runbook: await readRunbook(join(path, "random")) };
  const ended = await type(home, typed(home, "run"));
  assert.ok(isCarriedOut(ended), ended.stderr);
  await home.kept.save(join(path, settled));
  return home;
}

/** A line as it is typed and as it is printed. */
function typed({ folder: path }: Home, command: string, ...words: readonly string[]): string {
  const runbook = relative(process.cwd(), join(path, "random"));
  return ["cascade", command, runbook, ...words, "--warehouse", `duckdb:${join(path, now)}`].join(" ");
}

/** Types a line as it was printed; gives how it ended. */
async function type({ kept: { openPlace } }: Home, line: string): Promise<Ending> {
  const [program, ...words] = line.split(" ");
  assert.equal(program, "cascade", line);
  assert.equal(words.at(-2), "--warehouse", line);
  const ended = await cascade(words, { openPlace, environment: { GITHUB_SHA: "c0ffee" } });
  return ended;
}

/** A command ends with what it found; another code means that it could not be carried out. */
function isCarriedOut({ code }: Ending): boolean {
  return code === 0 || code === 1;
}

/** What is decided about each partition and what it holds; another text is another state. */
type Standing = {
  readonly decisions: readonly Decision[];
  readonly states: ReadonlyMap<string, string>;
  /** Partitions of which it is decided that to run them again is what helps. */
  readonly reruns: ReadonlySet<string>;
};

async function standingOf({ runbook, kept }: Home): Promise<Standing> {
  const asked = { runbook, selection: { range: cascadeRange }, today };
  const { state, decisions } = await assessPartitions(kept.reading(), asked);
  const decided = new Map(decisions.map((own) => [tupleText([own.processor, own.date]), own.path]));
  const states = runbook.processors.flatMap(({ id, table }) =>
    datesOfRange().map((date): [string, string] => {
      const key = tupleText([id, date]);
      const { attempt, failures } = state.ledger.get(id)?.get(date) ?? {};
      const holds = [state.content.get(table)?.get(date)?.version, failures?.version, attempt?.status];
      return [key, JSON.stringify([holds, state.held.get(id)?.get(date), decided.get(key)])];
    }),
  );
  const reruns = decisions.filter(
    ({ decision, isObstructed }) => decision === "rerun" && isObstructed !== true,
  );
  return {
    decisions,
    states: new Map(states),
    reruns: new Set(reruns.map(({ processor, date }) => tupleText([processor, date]))),
  };
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
  const { kept } = home;
  await kept.restore(join(home.folder, settled));
  await trouble(kept.warehouse, home.shape, incidents);
  for (let run = 0; run < runs; run += 1) await type(home, typed(home, "run"));
  await kept.save(join(home.folder, struck));
  const standing = await standingOf(home);
  const printed = await printedLines(home, standing);
  const futile: string[] = [];
  for (const [line, by] of printed) {
    const left = await leftAsItWas(home, standing, line);
    futile.push(...left.map((what) => `${by} printed ${line}, which leaves ${what}`));
  }
  await kept.restore(join(home.folder, struck));
  futile.push(...(await recoverTwice(home, standing)));
  return futile.map((found) => `${name}, ${JSON.stringify(incidents)}, ${runs} runs: ${found}`);
}

/** The lines to type that commands print about what stands, and the first command that printed each. */
async function printedLines(home: Home, { decisions }: Standing): Promise<ReadonlyMap<string, string>> {
  const open = decisions.filter(({ decision }) => decision !== "accept");
  const asked = [
    typed(home, "triage"),
    typed(home, "plan"),
    typed(home, "status"),
    typed(home, "report", "--out", join(home.folder, "out")),
    ...open.slice(-1).map(({ processor, date }) => typed(home, "why", processor, date)),
  ];
  const printed = new Map<string, string>();
  for (const command of asked) {
    const ended = await type(home, command);
    assert.ok(isCarriedOut(ended), `${command} ended with ${ended.code}: ${ended.stderr}`);
    const { stdout, stderr } = ended;
    for (const [line] of `${stdout}\n${stderr}`.matchAll(/cascade \w+ .*? --warehouse \S+/g)) {
      if (!printed.has(line)) printed.set(line, command);
    }
  }
  return printed;
}

/**
 * What a line leaves as it was although it should not: all that it names, or a partition of it that was to be run again.
 * A line that only shows something leaves nothing to be wished for.
 */
async function leftAsItWas(home: Home, standing: Standing, line: string): Promise<readonly string[]> {
  const isShown = !/^cascade (?:run|recover) /.test(line);
  if (!isShown) await home.kept.restore(join(home.folder, struck));
  const ended = await type(home, line);
  if (!isCarriedOut(ended)) return [`everything, since it ends with ${ended.code}: ${ended.stderr}`];
  if (isShown) return [];
  const after = await standingOf(home);
  const named = namedIn(home, line);
  const left = named.filter((key) => standing.states.get(key) === after.states.get(key));
  if (left.length === named.length) return ["all that it names"];
  return left.filter((key) => standing.reruns.has(key));
}

function namedIn({ runbook }: Home, line: string): readonly string[] {
  const [, , ...words] = line.split(" ");
  const { range, dates, processors } = selectionOf(runbook, parseOptions(words, {}));
  const named = dates ?? datesOfRange().filter((date) => isWithin(date, range));
  const ids = processors ?? runbook.processors.map(({ id }) => id);
  return ids.flatMap((id) => named.map((date) => tupleText([id, date])));
}

async function recoverTwice(home: Home, standing: Standing): Promise<string[]> {
  const line = typed(home, "recover");
  await type(home, line);
  const between = await standingOf(home);
  await type(home, line);
  const after = await standingOf(home);
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
