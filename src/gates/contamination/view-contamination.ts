import { formatLines } from "../../domain/format.ts";
import type { ResultProblem } from "../../domain/verdict.ts";
import type { GateAnswer } from "../gate-answers.ts";
import type { GateView, Pen } from "../gate-view.ts";
import { isDirty } from "./contamination-table.ts";

const namedFindings = 20;

type Answer = GateAnswer<"contamination">;

/** Bad values, and partitions built from upstream that was incomplete or has changed. */
export function viewContamination(answer: Answer, { isStrict }: { readonly isStrict: boolean }): GateView {
  return { problems: problemsOf(answer, isStrict), text: (pen) => contaminationText(answer, pen) };
}

function problemsOf({ tables, taints }: Answer, isStrict: boolean): readonly ResultProblem[] {
  const isUnanswered = tables.some(({ status }) => status === "check-failed");
  const dirty = tables.filter(
    ({ status }) => isDirty(status, isStrict) || (isStrict && status === "suspect"),
  ).length;
  const taintedDates = new Set(taints.map(({ date }) => date)).size;
  const problem = { kind: "contaminated", tables: dirty, tainted: taints.length, taintedDates } as const;
  return [
    ...(isUnanswered ? [{ kind: "check-failed" as const, checks: ["contamination"] }] : []),
    ...(dirty + taints.length > 0 ? [problem] : []),
  ];
}

function contaminationText({ tables, taints }: Answer, pen: Pen): string {
  const rows = tables.map(({ table, phase, status, fields }) => {
    const found = fields.filter((field) => field.status !== "clean" && field.date !== undefined);
    const dates = new Set(found.map(({ date }) => date));
    return [table, String(phase), status, String(dates.size)];
  });
  const findings = tables.flatMap(({ table, fields, messages }) => [
    ...messages.map((message) => `${table}: ${message}`),
    ...fields
      .filter(({ status }) => status !== "clean")
      .map(({ date, status, detail }) => `${table} ${date ?? "over the range"} ${status}: ${detail}`),
  ]);
  const tainted = taints.map(({ processor, date, because }) => `${processor} ${date} tainted: ${because}`);
  const verdict =
    problemsOf({ tables, taints }, true).length === 0
      ? pen.paint("good", "Clean: every checked field and partition can be trusted")
      : pen.paint("bad", `${findings.length} findings, ${taints.length} tainted partitions`);
  return [
    verdict,
    "",
    pen.table([["table", "phase", "status", "dates"], ...rows]),
    ...formatLines([...findings, ...tainted], { limit: namedFindings, where: "all with --json" }),
  ].join("\n");
}
