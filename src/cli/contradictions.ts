import { join } from "node:path";
import { countOf } from "../domain/format.ts";
import { Fault } from "../errors.ts";
import { readOrganisation } from "../run/read-organisation.ts";
import { readRunbookText } from "../run/read-runbook.ts";
import { lintRunbook } from "../runbook/lint-runbook.ts";
import { contradictionsAmong } from "../runbook/policy/policy-rules.ts";
import { formatFinding } from "../runbook/problem.ts";
import type { CommandContext } from "./command.ts";
import { defaultRunbook } from "./default-runbook.ts";

type JudgedContext = Pick<CommandContext, "options" | "effects">;

/**
 * Stops before a run when the policy of the runbook that the options name contradicts itself, unless
 * `--allow-findings` is given. Fault: policy-findings.
 */
export async function refuseFindings(context: JudgedContext): Promise<void> {
  const { options } = context;
  if (options.flag("allow-findings") === true) return;
  const { folder, lines } = await readContradictions(context);
  if (lines.length === 0) return;
  throw new Fault(
    "policy-findings",
    `Cannot run "${folder}": its policy has ${countOf(lines.length, "contradiction")}\n${lines.join("\n")}`,
    { hint: "Resolve them, or give --allow-findings" },
  );
}

/**
 * The contradictions for which a run refuses the runbook that the options name, a line each. One that breaks the format
 * is left to whoever reads it.
 */
export async function readContradictions({
  options,
  effects,
}: JudgedContext): Promise<{ readonly folder: string; readonly lines: readonly string[] }> {
  const text = await readRunbookText(options.positionals[0] ?? defaultRunbook);
  const { folder } = text;
  const linted = lintRunbook(text, await readOrganisation(folder, effects.now()));
  if (linted.kind === "invalid") return { folder, lines: [] };
  const lines = contradictionsAmong(linted.findings).map((finding) =>
    formatFinding({ ...finding, place: { ...finding.place, file: join(folder, finding.place.file) } }),
  );
  return { folder, lines };
}
