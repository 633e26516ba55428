import { completeRunbook } from "../run/complete-runbook.ts";
import { formatLines } from "../domain/format.ts";
import { join } from "node:path";
import { Fault } from "../errors.ts";
import { readState } from "../ledger/read-state.ts";
import { cutOf, jobsByPeriod, workOf } from "../github/fitting-chunk.ts";
import { matricesOf } from "../github/plan-matrices.ts";
import { renderPlanSummary } from "../github/plan-summary.ts";
import { allDays } from "../plan/calendar/own-days.ts";
import { planBackfill } from "../plan/plan-backfill.ts";
import { usualRange } from "../plan/calendar/selected-range.ts";
import { escapeMarkdown } from "../report/text/markdown-text.ts";
import { readOrganisation } from "../run/read-organisation.ts";
import { listRunbooks, runbooksFolder } from "../run/find-runbook.ts";
import { readRunbook, readRunbookText } from "../run/read-runbook.ts";
import { lintRunbook } from "../runbook/lint-runbook.ts";
import { contradictionsAmong } from "../runbook/policy/policy-rules.ts";
import { formatProblem } from "../runbook/problem.ts";
import type { RunbookText } from "../runbook/parse-declaration.ts";
import { comparisonOf, type Command, type CommandContext } from "./command.ts";
import { openGround, type PreviewGround } from "./preview-ground.ts";
import { describeChange } from "../operations/describe-change.ts";
import { changedPaths, readRunbookAtRef } from "../operations/runbook-at-ref.ts";
import type { Options } from "../operations/typed/options.ts";
import { organisationFile } from "../run/read-organisation.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { dayOf } from "../domain/calendar-date.ts";
import { parseOrRefuse, type ComparisonRequest } from "../operations/compare-policies.ts";
import { findingsSection, weakerSection, type Section } from "../operations/describe-policy.ts";

const longestLine = 400;
const mostLines = 100;

/**
 * `cascade preview`: what a change of runbooks means, as Markdown for whoever reviews it. No step is run. Exit 1 when a
 * policy contradicts itself, 2 when a runbook breaks the format.
 */
export const previewCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const { names, notes } = await previewed(options);
    for (const note of notes) terminal.out(`${escapeMarkdown(note, longestLine)}\n`);
    let exitCode = 0;
    for (const name of names) {
      const { code, parts } = await previewOrFault(name, context);
      terminal.out(`${[`# Preview of ${escapeMarkdown(name)}`, ...parts].join("\n\n")}\n`);
      exitCode = Math.max(exitCode, code);
    }
    return exitCode;
  },
};

/** The runbooks that are named; else those that differ from the ref, all where the rules for all do; without a ref, all. */
async function previewed(
  options: Options,
): Promise<{ readonly names: readonly string[]; readonly notes: readonly string[] }> {
  const ref = options.text("against");
  if (options.positionals.length > 0) return { names: options.positionals, notes: [] };
  const all = await listRunbooks();
  if (ref === undefined) return { names: all, notes: [] };
  const changed = (await changedPaths(runbooksFolder, ref)).map((path) =>
    path.slice(path.indexOf(`${runbooksFolder}/`) + runbooksFolder.length + 1).split("/"),
  );
  if (changed.some(([file]) => file === organisationFile)) return { names: all, notes: [] };
  const touched = new Set(changed.flatMap(([folder = "", ...inner]) => (inner.length > 0 ? [folder] : [])));
  const names = all.filter((name) => touched.has(name));
  const gone = [...touched].filter(
    (name) =>
      !all.includes(name) && changed.some(([folder, file]) => folder === name && file === "runbook.yml"),
  );
  const notes = gone.map((name) => `The runbook ${name} is removed.`);
  return { names, notes: names.length + notes.length === 0 ? ["No runbook changes."] : notes };
}

type Preview = { readonly code: 0 | 1 | 2; readonly parts: readonly string[] };

/** What stops the preview of one runbook is told in its place; the others go on. */
async function previewOrFault(name: string, context: CommandContext): Promise<Preview> {
  try {
    return await preview(await readRunbookText(name), context);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const { code, message, hint } = cause;
    const lines = [...message.split("\n"), hint];
    return { code: 2, parts: [`**No preview** (\`${code}\`):`, listOf(lines)] };
  }
}

async function preview(text: RunbookText, context: CommandContext): Promise<Preview> {
  const linted = lintRunbook(text, await readOrganisation(text.folder, context.effects.now()));
  if (linted.kind === "invalid") {
    const lines = linted.problems.map((problem) => formatProblem(atPath(text, problem)));
    const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
    return { code: 2, parts: [`**${count}**: it cannot be planned.`, listOf(lines)] };
  }
  const ground = await openGround(context, await readRunbook(text.folder));
  await using warehouse = ground.warehouse;
  const ref = context.options.text("against");
  const weaker =
    ref === undefined ? [] : [await weakerSection(compared({ text, ref, ground }, context), text.folder)];
  return {
    code: contradictionsAmong(linted.findings).length === 0 ? 0 : 1,
    parts: [
      ...[findingsSection(linted.findings, text.folder), ...weaker].flatMap(partsOf),
      ...(warehouse === undefined ? [ground.origin] : await planOn(warehouse, { text, ground }, context)),
    ],
  };
}

/** The comparison with the runbook at the ref; verdicts are judged on what the change is planned on, where something is built. */
function compared(
  { text, ref, ground }: { readonly text: RunbookText; readonly ref: string; readonly ground: PreviewGround },
  context: CommandContext,
): ComparisonRequest {
  const usual = comparisonOf({ text, against: ref }, context);
  if (!ground.isBuilt || ground.warehouse === undefined) return usual;
  const borrowed = { ...ground.warehouse, [Symbol.asyncDispose]: () => Promise.resolve() };
  return { ...usual, openWarehouse: () => Promise.resolve(borrowed) };
}

function partsOf({ head, lines }: Section): readonly string[] {
  return [`**${escapeMarkdown(head)}**`, ...(lines.length === 0 ? [] : [listOf(lines)])];
}

/** What a change has computed again, and what a dispatch would run. */
async function planOn(
  warehouse: Warehouse,
  { text, ground }: { readonly text: RunbookText; readonly ground: PreviewGround },
  { options, effects }: CommandContext,
): Promise<readonly string[]> {
  const { origin, isBuilt, warning } = ground;
  const warnings = warning === undefined ? [] : [warning];
  const runbook = await completeRunbook(warehouse, await readRunbook(text.folder));
  const range = usualRange(runbook);
  const state = await readState(warehouse, runbook, range);
  const cut = cutOf({ cells: "runbook", "chunk-days": undefined }, runbook, new Map());
  const plan = planBackfill(runbook, state, { range, ...cut });
  const calendar = allDays(runbook, state.calendar);
  const matrices = matricesOf(runbook, plan, { calendar, work: workOf(cut) });
  const counted = { runbook, state, selection: { range } };
  const cost = { secondsOf: new Map<string, number>(), byPeriod: jobsByPeriod(cut, counted) };
  const summary = renderPlanSummary({ runbook, plan, matrices, isDryRun: true, origin, ...cost });
  const ref = options.text("against");
  const earlier = ref === undefined ? undefined : await readRunbookAtRef(text, ref);
  if (earlier === undefined) return [...warnings, summary];
  const judged = isBuilt ? { range, today: dayOf(effects.now(), runbook.timeZone) } : undefined;
  const before = parseOrRefuse(earlier);
  const lines = await describeChange(warehouse, { before, after: runbook, plan, judged });
  return [...warnings, ...partsOf({ head: "What changes:", lines }), summary];
}

function listOf(lines: readonly string[]): string {
  const escaped = lines.map((line) => escapeMarkdown(line, longestLine));
  return formatLines(escaped, { limit: mostLines })
    .map((line) => `- ${line}`)
    .join("\n");
}

function atPath<Placed extends { readonly place: { readonly file: string } }>(
  { folder }: RunbookText,
  found: Placed,
): Placed {
  return { ...found, place: { ...found.place, file: join(folder, found.place.file) } };
}
