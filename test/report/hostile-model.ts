import type { CoverageRow } from "../../src/gates/coverage/coverage-row.ts";
import { buildModel } from "../../src/report/build-model.ts";
import type { ReportModel } from "../../src/report/model.ts";
import { reportFacts } from "./small-report.ts";

/** A report in which every string that comes from outside is taken from a list of hostile ones. */
export function hostileModel(seed: {
  readonly texts: readonly string[];
  readonly processors: number;
  readonly days: number;
}): ReportModel {
  const { texts, processors, days } = seed;
  const text = (index: number): string => texts[index % texts.length] ?? "";
  // Words that objects have of their own accord are no categories: the format refuses them.
  const category = (index: number): string => (text(index) in {} ? `${text(index)}!` : text(index));
  const ids = Array.from({ length: processors }, (_, index) => `${text(index)}${index}`);
  const isOdd = (row: CoverageRow): boolean => ids.indexOf(row.processor) % 3 === 1;
  const facts = reportFacts({
    ids,
    days,
    failing: (id, index) => (ids.indexOf(id) + index) % 6,
    row: (row, index) => ({
      ...row,
      categories: Object.fromEntries(Object.values(row.categories).map((count) => [category(index), count])),
      ...(isOdd(row) && index % 2 === 0
        ? { present: 0, explained: 0, untracked: row.expected, categories: {}, status: "untracked" as const }
        : {}),
    }),
  });
  const book = { ...facts.runbook, name: text(1), title: text(2), owner: text(3) };
  const categories = book.categories.map((own, index) => {
    return { ...own, id: category(index), meaning: text(index + 1), action: text(index + 2) };
  });
  const model = buildModel({
    ...facts,
    runbook: { ...book, categories },
    loosened: texts.slice(0, 12),
    origins: texts.map((table, index) => {
      const [folder, fetch] = [text(index + 1), text(index + 2)];
      return { kind: "load", table, folder, fetch, files: index, rows: index, at: text(index + 3) };
    }),
    decisions: facts.days.flatMap(({ date }, index) =>
      ids.map((processor) => ({
        processor,
        date,
        decision: "investigate" as const,
        rule: text(index),
        category: text(index),
        path: [text(index), text(index + 1)],
        command: `cascade why ${text(index)}`,
        isForced: false,
      })),
    ),
    context: {
      ...facts.context,
      digest: text(4),
      commit: text(5),
      runId: text(6),
      requestedBy: text(9),
      reason: text(10),
      links: [{ title: text(7), url: text(8) }],
    },
  });
  const names = model.dates.map((date, index) => ({
    processor: ids[index % Math.max(1, ids.length)] ?? "",
    date,
  }));
  return {
    ...model,
    findings: texts.map((text, index) => {
      return {
        check: "gaps",
        subject: text,
        status: "missing",
        dates: model.dates.slice(index),
        detail: text,
      };
    }),
    tainted: names.map((name, index) => ({ ...name, because: text(index), upstream: text(index) })),
    retries: names.map((name, index) => ({
      ...name,
      attempts: 2,
      lastStatus: "failed",
      lastError: text(index),
    })),
    examples: names.map((name, index) => ({
      ...name,
      category: text(index),
      count: 3,
      entities: texts.map((entity) => ({ entity, reason: entity })),
    })),
    attempts: model.attempts.map((attempt, index) => ({
      ...attempt,
      failed: index % 2,
      error: text(index),
      bytes: index,
    })),
    cost: { bytes: 7, dollars: 0, dollarsPerTebibyte: 1, source: text(9) },
    waivers: texts.map((reason) => ({
      id: reason,
      kind: "gap",
      processor: reason,
      extent: reason,
      reason,
      approver: reason,
      expires: "2024-01-01",
      status: "lapsed",
      why: reason,
    })),
  };
}
