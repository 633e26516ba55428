import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseRunbook } from "../../../src/runbook/parse-runbook.ts";
import { loosenings } from "../../../src/runbook/policy/loosenings.ts";
import type { Runbook } from "../../../src/runbook/runbook.ts";
import { changedFiles, type Change } from "../small-runbook.ts";

const main = "runbook.yml";
const waiver =
  "{ id: w, kind: budget, processor: VISIT, period: first, max-rate: 0.7, reason: r, approver: a, expires: 2024-06-01, digest: d, warehouse: w }";
const gap =
  "{ id: g, kind: gap, processor: VISIT, dates: [2024-01-02], entities: [ann], reason: r, approver: a, expires: 2024-06-01, digest: d, warehouse: w }";
const checks = `    critical: [{ field: person, valid: "person <> ''" }]
    distributions: [{ name: mean, value: avg(amount), per: date, min: 1, max: 9 }]
    minimum-rows: 10
    columns: { id: string`;

const changeLimits =
  "population: PEOPLE\nchanges: { columns: [], rows-added: 0.1, rows-removed: 0, relative: { share: 0.01, beyond: 0.01 }, dates: { from: 2024-01-01, to: 2024-01-05 } }";

/** The change, and what it weakens: `subject: before → after`. */
const weaker: readonly (readonly [what: string, change: Change, told: readonly string[]])[] = [
  [
    "a maximum is raised",
    [main, "maximum: 0.6", "maximum: 0.75"],
    ["the maximum of VISIT in first: 60 % → 75 %", "the maximum of SUMS in first: 60 % → 75 %"],
  ],
  [
    "a maximum is removed",
    [main, "    maximum: 0.6\n", ""],
    ["the maximum of VISIT in first: 60 % → none", "the maximum of SUMS in first: 60 % → none"],
  ],
  [
    "a category is allowed",
    [main, "allowed: [TOO_FEW]", "allowed: [TOO_FEW, LOST]"],
    [
      "the allowed categories of VISIT in first: TOO_FEW → TOO_FEW, LOST",
      "the allowed categories of SUMS in first: TOO_FEW → TOO_FEW, LOST",
    ],
  ],
  [
    "a consequence is softened",
    [main, "action: investigate }", "action: document }"],
    [
      "the consequence for VISIT in first: investigate → document",
      "the consequence for SUMS in first: investigate → document",
    ],
  ],
  [
    "an expected range is widened",
    [main, "expected: { from: 0, to: 0.5 }", "expected: { from: 0, to: 0.6 }"],
    [
      "the expected rate of VISIT in first: 0-50 % → 0-60 %",
      "the expected rate of SUMS in first: 0-50 % → 0-60 %",
    ],
  ],
  [
    "a defect gets a budget",
    [main, "retryable: true, action: find, zero-budget: true", "retryable: true, action: find"],
    ["the budget of LOST: none may occur → as many as are allowed"],
  ],
  [
    "a gate only warns",
    [main, "after: [VISIT], processors: [VISIT]", "after: [VISIT], processors: [VISIT], blocking: false"],
    ["the severity of the gate visits: blocking → warning"],
  ],
  [
    "a table may be older",
    [main, "maximum-age: 1", "maximum-age: 3"],
    ["the maximum age of the gate fresh: 1 day → 3 days"],
  ],
  [
    "a single table may be older",
    [main, "maximum-age: 1", "maximum-age: 1, maximum-ages: { VISIT: 2 }"],
    ["the maximum age of VISIT of the gate fresh: 1 day → 2 days"],
  ],
  [
    "a gate is not strict any more",
    [main, "processors: [SUMS], strict: true", "processors: [SUMS], strict: false"],
    ["the strictness of the gate sums: strict → not strict"],
  ],
  [
    "a gate is removed",
    [main, "  - { id: sums, kind: contamination, after: [SUMS], processors: [SUMS], strict: true }\n", ""],
    ["the gate sums: contamination → removed"],
  ],
  [
    "a gate looks at less",
    [
      main,
      "id: both, kind: gaps, after: [SUMS], processors: [VISIT, SUMS]",
      "id: both, kind: gaps, after: [SUMS], processors: [SUMS]",
    ],
    ["the processors of the gate both: VISIT, SUMS → SUMS"],
  ],
  [
    "a waiver accepts a higher rate",
    ["waivers.yml", "max-rate: 0.7", "max-rate: 0.8"],
    ["the rate of the waiver w: 70 % → 80 %"],
  ],
  [
    "a waiver lasts longer",
    ["waivers.yml", "approver: a, expires: 2024-06-01", "approver: a, expires: 2024-07-01"],
    ["the end of the waiver w: 2024-06-01 → 2024-07-01"],
  ],
  [
    "a waiver covers all members",
    ["waivers.yml", "entities: [ann], ", ""],
    ["the members of the waiver g: ann → all that are absent"],
  ],
  [
    "a waiver covers more dates",
    ["waivers.yml", "dates: [2024-01-02]", "dates: [2024-01-02, 2024-01-03]"],
    ["the dates of the waiver g: 2024-01-02 → 2024-01-02, 2024-01-03"],
  ],
  [
    "a waiver is new",
    ["waivers.yml", `  - ${waiver}`, `  - ${waiver}\n  - ${waiver.replace("id: w", "id: x")}`],
    ["the waiver x: none → accepts VISIT in first up to 70 %"],
  ],
  [
    "a critical field is removed",
    [main, "critical: [{ field: person, valid: \"person <> ''\" }]", "critical: []"],
    ["the critical field person of raw.events: person <> '' → not checked"],
  ],
  [
    "a critical field only warns",
    [main, "valid: \"person <> ''\" }]", "valid: \"person <> ''\", level: warn }]"],
    ["the critical field person of raw.events: blocks → warns"],
  ],
  [
    "a distribution is widened",
    [main, "per: date, min: 1, max: 9", "per: date, min: 1, max: 12"],
    ['the distribution "mean" of raw.events: 1 to 9 → 1 to 12'],
  ],
  [
    "a distribution is removed",
    [
      main,
      "distributions: [{ name: mean, value: avg(amount), per: date, min: 1, max: 9 }]",
      "distributions: []",
    ],
    ['the distribution "mean" of raw.events: 1 to 9 → not checked'],
  ],
  [
    "fewer rows suffice",
    [main, "minimum-rows: 10", "minimum-rows: 3"],
    ["the fewest rows of raw.events: 10 → 3"],
  ],
  [
    "a source may be absent",
    [main, "    minimum-rows: 10", "    required: false\n    minimum-rows: 10"],
    ["the need of raw.events: required → may be absent"],
  ],
  [
    "a range is widened",
    [main, "min: 0, max: 100", "min: 0, max: 1000"],
    ["the range of the column events of shop.visits: 0 to 100 → 0 to 1000"],
  ],
  [
    "a column may be NULL",
    [main, "events: { type: int64,", "events: { type: int64, nullable: nobody came,"],
    ["the column events of shop.visits: required → nullable: nobody came"],
  ],
  [
    "more rows may be added to what stands",
    ["sums.yml", "rows-added: 0.1", "rows-added: 0.2"],
    ["rows that may be added of shop.sums: 10 % → 20 %"],
  ],
  [
    "what stands may lose any number of rows",
    ["sums.yml", ", rows-removed: 0", ""],
    ["rows that may be removed of shop.sums: 0 % → not limited"],
  ],
  [
    "more columns may change",
    ["sums.yml", "columns: [], ", "columns: [total], "],
    ["columns that may change of shop.sums: none → total"],
  ],
  [
    "values may change by more",
    ["sums.yml", "beyond: 0.01", "beyond: 0.02"],
    ["values that may change of shop.sums: 1 % by more than 1 % → 1 % by more than 2 %"],
  ],
  [
    "other dates may change",
    ["sums.yml", "to: 2024-01-05", "to: 2024-01-06"],
    ["dates that may change of shop.sums: 2024-01-01 to 2024-01-05 → 2024-01-01 to 2024-01-06"],
  ],
  [
    "a rule accepts what was investigated",
    [main, "category: [TOO_FEW] }, decision: accept", "category: [TOO_FEW, LOST] }, decision: accept"],
    [
      "the decision on period first, category LOST, state settled, failure none, upstream settled, held free, contamination clean, rate within: investigate (rest) → accept (early)",
    ],
  ],
];

describe("loosenings()", () => {
  for (const [what, change, told] of weaker) {
    it(`tells that ${what}`, () => assert.deepEqual(toldOf(runbook(), runbook(change)), told));
    it(`tells nothing when it is the other way round: ${what}`, () =>
      assert.deepEqual(toldOf(runbook(change), runbook()), []));
  }

  it("tells any change of an expression: of SQL nobody can say which is stricter", () => {
    const changed = runbook([main, "valid: \"person <> ''\"", "valid: person is not null"]);
    assert.deepEqual(toldOf(runbook(), changed), [
      "the critical field person of raw.events: person <> '' → person is not null",
    ]);
  });

  it("tells nothing of the same runbook", () => assert.deepEqual(toldOf(runbook(), runbook()), []));
});

function toldOf(before: Runbook, after: Runbook): readonly string[] {
  return loosenings(before, after).map((one) => `${one.subject}: ${one.before} → ${one.after}`);
}

/** The small runbook with something of everything that can be weakened. */
function runbook(...changes: readonly Change[]): Runbook {
  const files = changedFiles(
    [main, "    columns: { id: string", checks],
    ["sums.yml", "population: PEOPLE", changeLimits],
    [
      main,
      "populations:\n",
      "  LOST: { level: entity, meaning: lost, retryable: true, action: find, zero-budget: true }\npopulations:\n",
    ],
    [
      main,
      "recovery:\n",
      "  - { id: sums, kind: contamination, after: [SUMS], processors: [SUMS], strict: true }\n  - { id: fresh, kind: freshness, after: [], processors: [VISIT], maximum-age: 1 }\n  - { id: both, kind: gaps, after: [SUMS], processors: [VISIT, SUMS] }\nrecovery:\n",
    ],
  );
  files.set("waivers.yml", `waivers:\n  - ${waiver}\n  - ${gap}\n`);
  for (const [file, from, to] of changes) {
    const text = files.get(file) ?? "";
    assert.ok(text.includes(from), `${file} does not hold ${from}`);
    files.set(file, text.replace(from, to));
  }
  const parsed = parseRunbook({ folder: "x", name: "small", files });
  assert.equal(parsed.kind, "ok");
  return parsed.runbook;
}
