import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { casesPath, parseCases } from "../../src/runbook/parse-cases.ts";
import { formatProblem } from "../../src/runbook/problem.ts";
import type { Processor } from "../../src/runbook/runbook.ts";
import { validRunbook } from "./small-runbook.ts";

const runbook = validRunbook();

const good = `cases:
  - name: one event is too few
    dates: [2024-01-02]
    calendar: [2024-01-02]
    parameters: { fewest: 3 }
    given:
      raw.events:
        - { id: a, day: 2024-01-02, person: ann, amount: 1.5 }
    failures: { VISIT: [{ date: 2024-01-01, entity: ann, category: TOO_FEW }] }
    expect:
      rows:
        - { day: 2024-01-02, person: ann, events: 1 }
`;

describe("casesPath()", () => {
  const [processor] = runbook.processors;
  function beside(step: Partial<Extract<Processor["step"], { kind: "command" }>>): string {
    const command = {
      kind: "command",
      argv: ["node"],
      files: [],
      writes: "staged",
      timeoutSeconds: 1,
    } as const;
    assert.ok(processor);
    return casesPath({ ...processor, step: { ...command, ...step } });
  }

  it("lies beside the SQL of a step", () => {
    assert.deepEqual(runbook.processors.map(casesPath), ["sql/visit.test.yml", "sql/sums.test.yml"]);
  });

  it("lies beside the first file of a command, or bears the id of one without files", () => {
    assert.equal(beside({ files: [{ path: "lib/visit.py", digest: "" }] }), "lib/visit.test.yml");
    assert.equal(beside({}), "visit.test.yml");
  });
});

describe("parseCases()", () => {
  it("gives the cases of each step that has some", () => {
    const { steps, problems } = parsed(good);
    assert.deepEqual(problems, []);
    const [step] = steps;
    assert.deepEqual(
      [steps.length, step?.processor.id, step?.file, step?.cases.length],
      [1, "VISIT", "sql/visit.test.yml", 1],
    );
    assert.deepEqual(step?.cases[0]?.expect.failures, []);
  });

  const problems: readonly (readonly [what: string, from: string, to: string, expected: string])[] = [
    [
      "an unknown table",
      "raw.events:",
      "raw.event:",
      '7:7 There is no source or processor "raw.event" (did you mean "raw.events"?)',
    ],
    [
      "an unknown column of a source",
      "amount: 1.5",
      "amonut: 1.5",
      '8:50 There is no column "amonut" (did you mean "amount"?)',
    ],
    [
      "an unknown column of what is expected",
      "events: 1",
      "visitors: 1",
      '12:43 There is no column "visitors" (name one of day, person, events)',
    ],
    [
      "a row without a column of the key",
      "person: ann, events",
      "events",
      '12:11 The row has no "person", a column of its key (give day, person)',
    ],
    [
      "an unknown parameter",
      "fewest: 3",
      "fewst: 3",
      '5:19 There is no parameter "fewst" (did you mean "fewest"?)',
    ],
    [
      "failures of an unknown processor",
      "VISIT: [",
      "VISITS: [",
      '9:17 There is no processor "VISITS" (did you mean "VISIT"?)',
    ],
  ];
  for (const [what, from, to, expected] of problems) {
    it(`refuses ${what}, at its place`, () => {
      assert.ok(good.includes(from));
      assert.deepEqual(told(good.replace(from, to)), [`sql/visit.test.yml:${expected}`]);
    });
  }

  it("refuses what is no list of cases, a date that does not exist, and a key that is not there", () => {
    for (const [text, expected] of [
      ["cases: none\n", /^sql\/visit\.test\.yml:1:8 .*list/],
      [good.replace("dates: [2024-01-02]", "dates: [2024-02-30]"), /^sql\/visit\.test\.yml:3:13 /],
      [good.replace("    given:", "    gives:"), /^sql\/visit\.test\.yml:6:5 .*gives/],
    ] as const) {
      const [first = "", ...others] = told(text);
      assert.match(first, expected);
      assert.deepEqual(others, []);
    }
  });

  it("tells all problems of a file at once", () => {
    assert.equal(told(good.replace("raw.events:", "x.y:").replace("events: 1", "e: 1")).length, 2);
  });
});

function parsed(text: string) {
  return parseCases(runbook, new Map([["sql/visit.test.yml", text]]));
}

function told(text: string): readonly string[] {
  return parsed(text).problems.map(formatProblem);
}
