import { escapeJson } from "../report/text/terminal-text.ts";
import { join } from "node:path";
import { readOrganisation } from "../run/read-organisation.ts";
import { readRunbookText, invalidRunbook } from "../run/read-runbook.ts";
import { lintRunbook, type LintedRunbook } from "../runbook/lint-runbook.ts";
import type { RunbookText } from "../runbook/parse-declaration.ts";
import { countOf } from "../domain/format.ts";
import { contradictionsAmong } from "../runbook/policy/policy-rules.ts";
import { formatFinding, type PolicyFinding } from "../runbook/problem.ts";
import type { Problem } from "../runbook/problem.ts";
import { comparisonOf, type Command, type CommandContext } from "./command.ts";
import { defaultRunbook } from "./default-runbook.ts";
import { comparePolicies, formatLoosening, type PolicyComparison } from "../operations/compare-policies.ts";
import { describeText } from "./describe-text.ts";
import { paint } from "./terminal.ts";

/** `cascade lint`: contradictions of the policy, and questions. Exit 1 on contradictions, 2 when the runbook breaks the format. */
export const lintCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const written = await readRunbookText(options.positionals[0] ?? defaultRunbook);
    const { text, note } = await describeText(context, written);
    if (note !== undefined) terminal.note(note);
    const linted = lintRunbook(text, await readOrganisation(text.folder, context.effects.now()));
    if (linted.kind === "invalid") return tellProblems(context, text, linted.problems);
    const ref = options.text("against");
    const compared =
      ref === undefined ? undefined : await comparePolicies(comparisonOf({ text, against: ref }, context));
    if (options.json)
      terminal.out(escapeJson(JSON.stringify(lintJson(text, linted, compared), undefined, 2)));
    else tell(context, { text, findings: linted.findings, compared });
    return contradictionsAmong(linted.findings).length === 0 ? 0 : 1;
  },
};

function tellProblems(
  { options, terminal }: CommandContext,
  text: RunbookText,
  problems: readonly Problem[],
): number {
  const fault = invalidRunbook(text.folder, problems);
  if (!options.json) throw fault;
  terminal.out(
    escapeJson(JSON.stringify(lintJson(text, { kind: "invalid", problems }, undefined), undefined, 2)),
  );
  return fault.exitCode;
}

type Told = {
  readonly text: RunbookText;
  readonly findings: readonly PolicyFinding[];
  readonly compared: PolicyComparison | undefined;
};

function tell(context: CommandContext, { text, findings, compared }: Told): void {
  const { terminal } = context;
  for (const finding of findings) terminal.out(formatFinding(atPath(text.folder, finding)));
  if (compared !== undefined) tellComparison(context, text.folder, compared);
  terminal.note(countText(text.folder, findings));
}

function countText(folder: string, findings: readonly PolicyFinding[]): string {
  const contradictions = contradictionsAmong(findings);
  const asked = findings.length - contradictions.length;
  const more = asked === 0 ? "" : `, ${countOf(asked, "question")}`;
  if (contradictions.length === 0) {
    return paint(asked === 0 ? "good" : "careful", `No contradiction${more} in ${folder}`);
  }
  const rules = new Set(contradictions.map(({ rule }) => rule)).size;
  const count = `${countOf(contradictions.length, "contradiction")} by ${countOf(rules, "rule")}`;
  return paint("bad", `${count}${more} in ${folder}`);
}

function tellComparison(
  { options, terminal }: CommandContext,
  folder: string,
  compared: PolicyComparison,
): void {
  const count = compared.loosenings.length;
  for (const loosening of compared.loosenings) terminal.out(`weaker ${formatLoosening(loosening, folder)}`);
  if (compared.note !== undefined) terminal.note(compared.note);
  const since = `since ${options.text("against") ?? ""}`;
  terminal.note(
    count === 0
      ? paint("good", `Nothing has become weaker ${since}`)
      : paint(
          "careful",
          `${count} ${count === 1 ? "change makes" : "changes make"} the policy weaker ${since}`,
        ),
  );
}

function lintJson(text: RunbookText, linted: LintedRunbook, compared: PolicyComparison | undefined): object {
  const problems = linted.kind === "invalid" ? linted.problems : [];
  const findings = linted.kind === "linted" ? linted.findings : [];
  return {
    runbook: text.name,
    problems: problems.map((problem) => flat(atPath(text.folder, problem))),
    findings: findings.map((finding) => ({ rule: finding.rule, ...flat(atPath(text.folder, finding)) })),
    ...(compared === undefined
      ? {}
      : {
          note: compared.note,
          loosenings: compared.loosenings.map(({ subject, before, after, place, turned }) => ({
            subject,
            before,
            after,
            ...(place === undefined ? {} : { ...place, file: join(text.folder, place.file) }),
            turned: turned?.length,
            partitions: turned?.map(({ table, date }) => ({ table, date })),
          })),
        }),
  };
}

function atPath<Placed extends Problem>(folder: string, found: Placed): Placed {
  return { ...found, place: { ...found.place, file: join(folder, found.place.file) } };
}

function flat({ place, message, hint }: Problem): object {
  return { ...place, message, hint };
}
