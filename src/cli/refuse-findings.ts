import { defaultRunbook } from "./command.ts";
import { join } from "node:path";
import { Fault } from "../errors.ts";
import { readRunbookText } from "../run/read-runbook.ts";
import { lintRunbook } from "../runbook/lint-runbook.ts";
import { formatFinding } from "../runbook/problem.ts";
import type { Options } from "../operations/typed/options.ts";

/**
 * Stops before a run when the policy of the runbook that the options name contradicts itself, unless
 * `--allow-findings` is given. A runbook that breaks the format is left to whoever reads it. Fault: policy-findings.
 */
export async function refuseFindings(options: Options): Promise<void> {
  if (options.flag("allow-findings") === true) return;
  const { folder, ...text } = await readRunbookText(options.positionals[0] ?? defaultRunbook);
  const linted = lintRunbook({ folder, ...text });
  if (linted.kind === "invalid" || linted.findings.length === 0) return;
  const lines = linted.findings.map((finding) =>
    formatFinding({ ...finding, place: { ...finding.place, file: join(folder, finding.place.file) } }),
  );
  const count = lines.length === 1 ? "1 contradiction" : `${lines.length} contradictions`;
  throw new Fault("policy-findings", `Cannot run "${folder}": its policy has ${count}\n${lines.join("\n")}`, {
    hint: "Resolve them, or give --allow-findings",
  });
}
