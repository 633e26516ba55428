import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { Fault } from "../../src/errors.ts";
import { findingText, firstFinding } from "../../src/gates/finding.ts";
import { rememberAnswers } from "../../src/gates/remember-answers.ts";
import type { GateResult } from "../../src/gates/gate-result.ts";
import { readCatalog } from "../../src/ledger/catalog.ts";
import { refuseDrift } from "../../src/ledger/drift.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { reportOn } from "../../src/operations/report-on.ts";
import { verdictLine } from "../../src/report/verdict.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { keptSeasonForFaults, octoberToFaults } from "../nba-cascade/season.ts";
import { testEffects } from "../run/shop.ts";
import { answerFromMemory, noAnswers, type CleanAnswers } from "./faults/clean-answers.ts";
import type { FaultCase } from "./faults/fault-case.ts";
import { faultsInLedger } from "./faults/in-ledger.ts";
import { faultsInRaw } from "./faults/in-raw.ts";
import { faultsInTables } from "./faults/in-tables.ts";
import { runWholeGates } from "./whole-gates.ts";
import { onOneCore } from "../one-core.ts";
import { splitStatements } from "../../src/domain/sql-statement.ts";

const faults = [...faultsInTables, ...faultsInLedger, ...faultsInRaw];

/** What the gates made of one fault. */
type Outcome = {
  readonly kind: string;
  readonly detectedBy: readonly string[];
  readonly first: string;
  readonly isRightCause: boolean;
  /** The first line of a report, or the fault that there is instead of one. */
  readonly headline: string;
  readonly isRightHeadline: boolean;
  readonly exitCode: number;
};

const outcomes: Outcome[] = [];
let folder = "";
let runbook: Runbook;
let names: Readonly<Record<string, string>> = {};
let clean: CleanAnswers;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cascade-faults-"));
  runbook = endingWithSeason(await readRunbook("nba-cascade"));
  await copyFile(await keptSeasonForFaults(), join(folder, "clean.duckdb"));
  await using warehouse = await onOneCore(
    await openDuckDb({ path: join(folder, "clean.duckdb"), readOnly: true }),
  );
  names = await readNames(warehouse);
  clean = await noAnswers(warehouse);
});
after(() => rm(folder, { recursive: true, force: true }));

describe("the gates on a clean season", () => {
  it("all pass, strictly", async () => {
    await using warehouse = await onOneCore(
      await openDuckDb({ path: join(folder, "clean.duckdb"), readOnly: true }),
    );
    const results = await runWholeGates(warehouse, runbook, { range: octoberToFaults });
    assert.deepEqual(
      results.filter(({ status }) => status !== "passed"),
      [],
    );
  });
});

describe("the gates on a season with a fault", () => {
  for (const fault of faults) {
    it(`find and name: ${fault.kind}`, async () => {
      await using warehouse = await copyOfSeason();
      const book = await inject(warehouse, fault);
      const settled = rememberAnswers(warehouse);
      const results = await runWholeGates(settled, book, { range: octoberToFaults });
      const cause = firstFinding(
        book,
        results.flatMap((result) => result.first ?? []),
      );
      const first = cause === undefined ? "" : findingText(cause);
      const statuses = Object.fromEntries(results.map(({ gate, status }) => [gate, status]));
      const exitCode = await exitCodeOf(settled, book, results);
      const isRightCause = new RegExp(named(fault.cause)).test(first);
      const detectedBy = results.filter(({ status }) => status !== "passed").map(({ gate }) => gate);
      const headline = await headlineOf(settled, book);
      const isRightHeadline = new RegExp(named(fault.headline ?? fault.cause.replace(/^\^/, ""))).test(
        headline,
      );
      outcomes.push({
        kind: fault.kind,
        detectedBy,
        first,
        isRightCause,
        headline,
        isRightHeadline,
        exitCode,
      });
      assert.partialDeepStrictEqual(
        statuses,
        fault.found,
        JSON.stringify(results.map(({ summary }) => summary)),
      );
      assert.match(first, new RegExp(named(fault.cause)));
      assert.equal(exitCode, fault.exitCode);
    });
  }

  it("are 30 kinds or more, each found, at least 95 % with the right cause first", () => {
    console.log(tableOf(outcomes));
    const found = outcomes.filter(({ detectedBy }) => detectedBy.length > 0);
    const right = outcomes.filter(({ isRightCause }) => isRightCause);
    assert.ok(new Set(faults.map(({ kind }) => kind)).size >= 30);
    assert.equal(outcomes.length, faults.length);
    assert.equal(found.length, outcomes.length);
    assert.ok(right.length >= 0.95 * outcomes.length);
  });

  it("are named by the headline of a report in at least 95 %: place, date and check, in 160 characters", () => {
    const wrong = outcomes.filter(({ isRightHeadline }) => !isRightHeadline);
    const long = outcomes.filter(({ headline }) => Array.from(headline).length > 160);
    const lines = wrong.map(({ kind, headline }) => `${kind}: ${headline}`).join("\n");
    assert.equal(outcomes.length, faults.length);
    assert.ok(wrong.length <= 0.05 * outcomes.length, lines);
    assert.deepEqual(long, []);
  });

  it("are one cause each, in at least 95 %", () => {
    const several = outcomes.filter(({ headline }) => /and \d+ more causes?/.test(headline));
    const lines = several.map(({ kind, headline }) => `${kind}: ${headline}`).join("\n");
    assert.ok(several.length <= 0.05 * outcomes.length, lines);
  });
});

/** The runbook with periods that end where the season does: what a budget asks of one is then what coverage asks, once. */
function endingWithSeason({ periods, ...rest }: Runbook): Runbook {
  const last = octoberToFaults.to;
  const begun = periods.filter(({ from }) => from <= last);
  return {
    ...rest,
    periods: begun.map((period) => ({ ...period, to: period.to < last ? period.to : last })),
  };
}

async function copyOfSeason(): Promise<Warehouse> {
  const path = join(folder, "faulty.duckdb");
  await rm(path, { force: true });
  await rm(`${path}.wal`, { force: true });
  await copyFile(join(folder, "clean.duckdb"), path);
  return answerFromMemory(await onOneCore(await openDuckDb({ path })), clean);
}

async function inject(warehouse: Warehouse, { sql, edit, run, then }: FaultCase): Promise<Runbook> {
  if (sql !== undefined) await execute(warehouse, sql);
  const book = edit === undefined ? runbook : await edit(runbook, warehouse);
  if (run !== undefined) await runAgain(warehouse, book, run);
  if (then !== undefined) await execute(warehouse, then);
  return book;
}

async function execute(warehouse: Warehouse, sql: string): Promise<void> {
  await warehouse.execute(
    splitStatements(named(sql)).map(({ text }) => ({ sql: text, purpose: "inject a fault" })),
  );
}

async function runAgain(
  warehouse: Warehouse,
  book: Runbook,
  run: NonNullable<FaultCase["run"]>,
): Promise<void> {
  const effects = testEffects();
  const later = { ...effects, now: () => new Date(effects.now().getTime() + 3_600_000) };
  const selection = run === "all" ? {} : { processors: run.processors, dates: run.dates };
  await runBackfill(warehouse, { runbook: book, selection: { range: octoberToFaults, ...selection } }, later);
}

/** What a command ends with: a state that cannot be read decides, then drift, then a failed check, then findings. */
async function exitCodeOf(
  warehouse: Warehouse,
  book: Runbook,
  results: readonly GateResult[],
): Promise<number> {
  try {
    await readState(warehouse, book, octoberToFaults);
    refuseDrift(warehouse, { catalog: await readCatalog(warehouse, book), runbook: book });
  } catch (cause) {
    if (cause instanceof Fault) return cause.exitCode;
    throw cause;
  }
  return Math.max(...results.map(({ exitCode }) => exitCode));
}

/** What a person reads first: the headline of the report, or the fault that there is instead of one. */
async function headlineOf(warehouse: Warehouse, book: Runbook): Promise<string> {
  const context = { today: "2022-06-01" as CalendarDate };
  const request = {
    runbook: book,
    selection: { range: octoberToFaults },
    out: join(folder, "none"),
    context,
  };
  try {
    return verdictLine(await reportOn(warehouse, request));
  } catch (cause) {
    if (cause instanceof Fault) return cause.message;
    throw cause;
  }
}

async function readNames(warehouse: Warehouse): Promise<Readonly<Record<string, string>>> {
  const [row] = await warehouse.query({
    sql: `select player_lookup as player, played.team_abbr as team, played.game_id as game,
  cast((select max(earlier.game_date) from nba_analytics.player_game_summary as earlier
    where earlier.player_lookup = played.player_lookup and earlier.game_date < '2021-12-10') as varchar) as before
from nba_analytics.player_game_summary as played
join nba_predictions.ml_feature_store_v2 as vectors using (player_lookup, game_date)
where game_date = '2021-12-10' and played.seconds_played > 1200
order by player_lookup
limit 1`,
    purpose: "choose a player",
  });
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, String(value)]));
}

/** The text with the names of the season in place of `{player}` and the like. */
function named(text: string): string {
  return text.replaceAll(/\{(player|team|game|before)\}/g, (_, name: string) => names[name] ?? "");
}

function tableOf(all: readonly Outcome[]): string {
  const lines = all.map(
    ({ kind, detectedBy, first, isRightCause, exitCode }) =>
      `${isRightCause ? "right" : "WRONG"} | exit ${exitCode} | ${kind} | ${detectedBy.join(", ")} | ${first.slice(0, 160)}`,
  );
  const found = all.filter(({ detectedBy }) => detectedBy.length > 0).length;
  const right = all.filter(({ isRightCause }) => isRightCause).length;
  return [...lines, `${all.length} kinds, ${found} found, ${right} with the right cause first`].join("\n");
}
