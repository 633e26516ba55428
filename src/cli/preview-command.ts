import { completeRunbook } from "../run/complete-runbook.ts";
import { countOf, formatLines } from "../domain/format.ts";
import { join } from "node:path";
import { Fault } from "../errors.ts";
import { readState } from "../ledger/read-state.ts";
import { fillSources } from "../operations/fill-sources.ts";
import { matricesOf } from "../github/plan-matrices.ts";
import { renderPlanSummary } from "../github/plan-summary.ts";
import { allDays } from "../plan/calendar/own-days.ts";
import { planBackfill } from "../plan/plan-backfill.ts";
import { usualRange } from "../plan/calendar/selected-range.ts";
import { escapeMarkdown, markup } from "../report/text/markdown-text.ts";
import { readOrganisation } from "../run/read-organisation.ts";
import { listRunbooks, readRunbook, readRunbookText } from "../run/read-runbook.ts";
import { lintRunbook } from "../runbook/lint-runbook.ts";
import { contradictionsAmong } from "../runbook/policy/policy-rules.ts";
import { formatFinding } from "../runbook/problem.ts";
import { formatProblem } from "../runbook/problem.ts";
import type { RunbookText } from "../runbook/parse-declaration.ts";
import { workshopAddress } from "../engines/engine-table.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { comparisonOf, type Command, type CommandContext } from "./command.ts";
import { comparePolicies, formatLoosening } from "../operations/compare-policies.ts";

const longestLine = 400;
const mostLines = 100;

/**
 * `cascade preview`: what a change of runbooks means, as Markdown for whoever reviews it. No step is run. Exit 1 when a
 * policy contradicts itself, 2 when a runbook breaks the format.
 */
export const previewCommand: Command = {
  summary: "what a change of the runbooks means, as Markdown for its review",
  usage: "cascade preview [runbook] [--against <git ref>]",
  async run(context) {
    const { options, terminal } = context;
    const names = options.positionals.length > 0 ? options.positionals : await listRunbooks();
    let exitCode = 0;
    for (const name of names) {
      const { code, parts } = await previewOrFault(name, context);
      terminal.out(`${[`# Preview of ${escapeMarkdown(name)}`, ...parts].join("\n\n")}\n`);
      exitCode = Math.max(exitCode, code);
    }
    return exitCode;
  },
};

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
  const findings = linted.findings.map((finding) => formatFinding(atPath(text, finding)));
  const contradictions = contradictionsAmong(linted.findings).length;
  const asked = findings.length - contradictions;
  const more = asked === 0 ? "" : ` and ${countOf(asked, "question")}`;
  const verdict =
    contradictions === 0
      ? `**No contradiction${more}** in its policy.`
      : `**${countOf(contradictions, "contradiction")}${more}**:`;
  return {
    code: contradictions === 0 ? 0 : 1,
    parts: [
      verdict,
      ...listsOf(findings),
      ...(await weakerParts(text, context)),
      await planOf(text, context),
    ],
  };
}

async function weakerParts(text: RunbookText, context: CommandContext): Promise<readonly string[]> {
  const ref = context.options.text("against");
  if (ref === undefined) return [];
  const { loosenings, note } = await comparePolicies(comparisonOf({ text, ref }, context));
  const head =
    loosenings.length === 0
      ? "**Nothing becomes weaker**."
      : `**${loosenings.length === 1 ? "1 change makes" : `${loosenings.length} changes make`} the policy weaker**:`;
  const lines = loosenings.map((loosening) => formatLoosening(loosening, text.folder));
  return [head, ...listsOf(lines), ...(note === undefined ? [] : [escapeMarkdown(note, longestLine)])];
}

/** What a dispatch would run on the sample season, from nothing. */
async function planOf({ folder }: RunbookText, { effects }: CommandContext): Promise<string> {
  const declared = await readRunbook(folder);
  if (declared.sample === undefined) return "It has no sample to plan on.";
  const request = { address: workshopAddress, mode: "write", runbook: declared } as const;
  await using warehouse = await openWarehouse(effects, request);
  await fillSources(warehouse, declared, "");
  const runbook = await completeRunbook(warehouse, declared);
  const range = usualRange(runbook);
  const state = await readState(warehouse, runbook, range);
  const plan = planBackfill(runbook, state, { range, cellsPer: "period" });
  const matrices = matricesOf(runbook, plan, allDays(runbook, state.calendar));
  const origin = markup`State: none, on the sample of the runbook.`;
  return renderPlanSummary({ runbook, plan, matrices, isDryRun: true, origin });
}

function listsOf(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [listOf(lines)];
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
