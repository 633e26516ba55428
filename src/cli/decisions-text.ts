import { formatCount, formatExtent } from "../domain/format.ts";
import { asTyped, type Invocation } from "../domain/printed-command.ts";
import { cleanText } from "../report/text/clean-text.ts";
import { tupleText } from "../domain/tuple-text.ts";
import type { Decision } from "../triage/decision.ts";
import { type Tone } from "../report/terminal/fit-table.ts";
import { paint } from "./terminal.ts";

const tones: Readonly<Record<Decision["decision"], Tone>> = {
  investigate: "bad",
  "backfill-upstream-first": "careful",
  rerun: "careful",
  accept: "good",
};

/** Characters of a step; a name with line breaks stays one line. */
const longestStep = 2000;
const namedDates = 4;

/** The decisions with their commands as the reader types them. */
export function decisionsAsTyped(
  decisions: readonly Decision[],
  invocation: Invocation,
): readonly Decision[] {
  return decisions.map((decision) => ({ ...decision, command: asTyped(decision.command, invocation) }));
}

/** What `triage --json` prints. */
export function decisionsJson(decisions: readonly Decision[]): object {
  return {
    decisions: decisions.map(({ processor, date, decision, path, command }) => {
      return { processor, date, decision, path, command };
    }),
  };
}

/** Decisions for people: those that are alike in one block with the path of the first; accepted ones only counted. */
export function decisionsText(decisions: readonly Decision[]): string {
  const accepted = decisions.filter(({ decision }) => decision === "accept");
  const rest = decisions.filter(({ decision }) => decision !== "accept");
  const blocks = [...groupDecisions(rest)].map(blockText);
  const counts = ["backfill-upstream-first", "rerun", "investigate", "accept"]
    .map((kind) => [kind, decisions.filter(({ decision }) => decision === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${formatCount(count)} ${kind}`);
  const head = counts.length === 0 ? "Nothing to decide: no trouble and no failures" : counts.join(", ");
  const why = acceptedText(accepted);
  return [head, ...(why === "" ? [] : [why]), ...blocks].join("\n");
}

/** Decisions that one command carries out, or that are alike, in the order of their first. */
function groupDecisions(decisions: readonly Decision[]): readonly (readonly Decision[])[] {
  const groups = Map.groupBy(decisions, ({ processor, decision, rule, command, category }) =>
    tupleText([processor, decision, rule, decision === "investigate" ? category : command]),
  );
  return [...groups.values()];
}

function blockText(group: readonly Decision[]): string {
  const [first] = group;
  if (first === undefined) return "";
  const dates = formatExtent(
    group.map(({ date }) => date),
    { limit: namedDates },
  );
  const head = `${first.processor} ${dates}: ${paint(tones[first.decision], first.decision)}`;
  const command = first.command === "" ? [] : [`  $ ${first.command}`];
  return ["", head, ...first.path.map((step) => `    ${cleanText(step, longestStep)}`), ...command].join(
    "\n",
  );
}

function acceptedText(accepted: readonly Decision[]): string {
  const rules = Map.groupBy(accepted, ({ rule }) => rule);
  return [...rules]
    .map(([rule, group]) => `  accepted by rule ${rule}: ${formatCount(group.length)} dates`)
    .join("\n");
}
