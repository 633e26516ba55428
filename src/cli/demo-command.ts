import { completeRunbook } from "../run/complete-runbook.ts";
import { rm } from "node:fs/promises";
import { formatAccounts } from "../domain/accounts.ts";
import { addDays, dayOf, isWithin } from "../domain/calendar-date.ts";
import { formatCount, formatDuration } from "../domain/format.ts";
import { judgedAs } from "../domain/rate-verdict.ts";
import { Fault } from "../errors.ts";
import { addCounts } from "../gates/coverage/coverage-row.ts";
import type { Selection } from "../plan/plan.ts";
import { runIngest } from "../run/ingest.ts";
import { openReadsBesideRun } from "../operations/read-beside-run.ts";
import { recover } from "../operations/recover.ts";
import { runBackfill } from "../run/run-backfill.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Ingest } from "../runbook/ingest.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { assessPartitions, type Assessment } from "../operations/assess-partitions.ts";
import { runbookOf, type Command } from "./command.ts";
import { decisionsText } from "./decisions-text.ts";
import { causeIncident } from "./demo-incident.ts";
import { openEffects, type ShellEffects } from "../process/effects.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { showProgress } from "./progress.ts";
import { recoveryText } from "./recover-command.ts";
import { selectionOf } from "../operations/typed/options.ts";
import { paint, type Terminal } from "./terminal.ts";
import { problemsOf } from "./triage-command.ts";

const scratch = ".cascade/demo.duckdb";
const address = `duckdb:${scratch}`;
const shownDays = 30;

/** `cascade demo`: an incident and its recovery on the sample season, in a scratch database. Exit 0 when green again. */
export const demoCommand: Command = {
  async run(context) {
    const { options, terminal, effects } = context;
    const runbook = await runbookOf(context);
    const { sample } = runbook;
    if (sample === undefined) throw noSample(runbook);
    const { range } = selectionOf(runbook, options);
    const last = addDays(range.from, shownDays - 1);
    const selection = { range: { from: range.from, to: last < range.to ? last : range.to } };
    await Promise.all(["", ".wal"].map((suffix) => rm(`${scratch}${suffix}`, { force: true })));
    await using warehouse = await openWarehouse(effects, { address, mode: "write", runbook });
    const startedAt = performance.now();
    const isGreen = await play({ warehouse, runbook, selection, terminal, sample, effects });
    terminal.out(`\nThat took ${formatDuration(performance.now() - startedAt)}. ${epilogue(runbook)}`);
    return isGreen ? 0 : 1;
  },
};

type Stage = {
  readonly warehouse: Warehouse;
  readonly runbook: Runbook;
  readonly selection: Selection;
  readonly terminal: Terminal;
  readonly sample: Ingest;
  readonly effects: ShellEffects;
};

async function play(declared: Stage): Promise<boolean> {
  const stage = { ...declared, runbook: await fill(declared) };
  const before = await assess(stage);
  say(stage.terminal, "3. What the gates say", [
    "Every row that must exist is present or has a reason why it cannot; nothing is left to do.",
    ...verdictLines(before),
  ]);
  await strike(stage, before);
  const struck = await assess(stage);
  tellFindings(stage, struck);
  const count = await mend(stage);
  const after = await assess(stage);
  const isEqual = sameContent(stage.runbook, stage.selection, { before, after });
  const equal = isEqual
    ? paint("good", "Every table holds again, row for row, what it held before the incident.")
    : paint("bad", "Some table differs from what it held before the incident.");
  say(stage.terminal, "8. Green again", [
    `${formatCount(struck.taints.length)} partitions were in doubt; recomputing ${formatCount(count)} was enough, because`,
    "what the others read is again exactly what they were built from.",
    ...verdictLines(after),
    equal,
  ]);
  return isEqual && problemsOf(after).length === 0;
}

function tellFindings({ terminal }: Stage, struck: Assessment): void {
  say(terminal, "5. What the gates say now", [
    "No value is empty and none is out of range, and yet:",
    ...verdictLines(struck),
  ]);
  say(terminal, "6. What the runbook's recovery tree decides (`cascade triage`)", [
    "Each decision shows the facts that led to it and the command that carries it out.",
    decisionsText(struck.decisions),
  ]);
}

/** Carries the decisions out; gives how many partitions were computed again. */
async function mend(stage: Stage): Promise<number> {
  const { warehouse, runbook, terminal } = stage;
  say(terminal, "7. Recovery (`cascade recover`): upstream first, then what read it", []);
  await using reads = await openReadsBesideRun(warehouse, runbook);
  using effects = openEffects(stage.effects, reads.tell);
  const request = {
    runbook,
    assess: async () => (await assess({ ...stage, warehouse: reads.warehouse })).decisions,
  };
  const recovery = await recover(warehouse, request, effects);
  terminal.out(recoveryText(recovery));
  return recovery.rounds.reduce((sum, round) => sum + round.ran.length, 0);
}

async function fill({
  warehouse,
  runbook: declared,
  selection,
  terminal,
  sample,
  effects: shell,
}: Stage): Promise<Runbook> {
  say(terminal, `1. A season of made-up raw data for "${declared.title}", in ${scratch}`, []);
  const { tables } = await runIngest(warehouse, {
    runbook: declared,
    ingest: sample,
    from: undefined,
    parameters: {},
  });
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  terminal.out(`${formatCount(rows)} rows in ${tables.length} raw tables.`);
  const runbook = await completeRunbook(warehouse, declared);
  const { from, to } = selection.range;
  say(terminal, `2. A backfill of ${from} to ${to} (\`cascade run\`)`, [
    `${runbook.processors.length} tables, each computed from the ones before it, in dependency order.`,
  ]);
  using effects = openEffects(
    shell,
    showProgress({ ...terminal, note: terminal.out, redraw: () => undefined }, () => performance.now()),
  );
  await runBackfill(warehouse, { runbook, selection }, effects);
  return runbook;
}

async function strike(
  { warehouse, runbook, selection, terminal }: Stage,
  { state }: Assessment,
): Promise<void> {
  const days = state.calendar.filter(({ date }) => isWithin(date, selection.range));
  const incidents = await causeIncident(warehouse, runbook, days);
  say(
    terminal,
    "4. The incident: somebody changes two tables by hand, and tells nobody",
    incidents.map(({ text }) => `- ${text}`),
  );
}

function assess({ warehouse, runbook, selection, effects }: Stage): Promise<Assessment> {
  const today = dayOf(effects.now(), runbook.timeZone);
  return assessPartitions(warehouse, { runbook, selection, today });
}

function verdictLines({
  coverage,
  contamination,
  taints,
  budgets,
  decisions,
}: Assessment): readonly string[] {
  const accounts = addCounts(coverage.rows);
  const dirty = contamination.filter(({ status }) => status !== "clean");
  const off = judgedAs("breach", budgets);
  const open = judgedAs("open", budgets);
  const todo = decisions.filter(({ decision }) => decision !== "accept");
  return [
    line(accounts.untracked === 0, "coverage", formatAccounts(accounts)),
    line(
      dirty.length === 0,
      "values",
      `${contamination.length - dirty.length} of ${contamination.length} tables are clean${dirtText(dirty)}`,
    ),
    line(taints.length === 0, "origin", originText(taints)),
    line(
      off.length + open.length === 0,
      "budgets",
      budgetText({ off: off.length, open: open.length, all: budgets.length }),
    ),
    line(todo.length === 0, "decisions", `${formatCount(todo.length)} partitions need something done`),
  ];
}

/** The first table with a finding, what was found there, and by which detector. */
function dirtText(dirty: Assessment["contamination"]): string {
  const [first] = dirty;
  const found = first?.fields.find(({ status, date }) => status !== "clean" && date !== undefined);
  if (first === undefined) return "";
  if (found === undefined) return `; not ${first.table}: ${first.messages[0] ?? first.status}`;
  return `; not ${first.table} on ${found.date ?? ""}: the ${found.detector} check of ${found.field} found ${found.detail}`;
}

function originText(taints: Assessment["taints"]): string {
  const [first] = taints;
  if (first === undefined) return "every partition is what was committed, built from what stands upstream";
  return `${formatCount(taints.length)} partitions cannot be trusted; first ${first.processor} ${first.date}: ${first.because}`;
}

function budgetText({ off, open, all }: Readonly<Record<"off" | "open" | "all", number>>): string {
  if (off + open === 0) return `${all} failure rates are judged, none is above its limit`;
  return `${off} of ${all} failure rates are above their limit, ${open} cannot be judged while dates are open`;
}

function line(isGood: boolean, what: string, text: string): string {
  return `${isGood ? paint("good", "✓") : paint("bad", "✗")} ${what.padEnd(10)}${text}`;
}

function say(terminal: Terminal, title: string, lines: readonly string[]): void {
  terminal.out(["", paint("strong", title), ...lines].join("\n"));
}

function sameContent(
  runbook: Runbook,
  { range }: Selection,
  { before, after }: Readonly<Record<"before" | "after", Assessment>>,
): boolean {
  return runbook.processors.every(({ table }) => {
    const [left, right] = [before.state.content.get(table), after.state.content.get(table)];
    return before.state.calendar
      .filter(({ date }) => isWithin(date, range))
      .every(({ date }) => left?.get(date)?.version === right?.get(date)?.version);
  });
}

function epilogue({ folder }: Runbook): string {
  return [
    "The database is yours to look at:",
    `  cascade why ${folder} <processor> <date> --warehouse ${address}`,
    `  cascade status ${folder} --warehouse ${address}`,
  ].join("\n");
}

function noSample(runbook: Runbook): Fault {
  return new Fault("usage", `Cannot show a demo of "${runbook.name}": it declares no sample`, {
    hint: "Name a runbook with a sample, for example `cascade demo nba-cascade`",
  });
}
