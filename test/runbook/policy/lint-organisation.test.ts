import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCalendarDate } from "../../../src/domain/calendar-date.ts";
import { lintRunbook } from "../../../src/runbook/lint-runbook.ts";
import { parseOrganisation } from "../../../src/runbook/parse-organisation.ts";
import { formatFinding, formatProblem } from "../../../src/runbook/problem.ts";
import { runbookFiles } from "../repository-runbooks.ts";

const today = parseCalendarDate("2024-03-01") ?? assert.fail();
const original = await runbookFiles("web-events");

const waivers = `waivers:
  - { id: slow-week, kind: budget, processor: COHORT, period: launch, max-rate: 0.9, reason: r, approver: a, expires: 2024-04-30, digest: d, warehouse: w }
`;

/** What a rule finds in the runbook of web events, with some waivers, its text changed. */
function findings(rule: string, [from, to]: readonly [string, string] = ["", ""]): readonly string[] {
  const { rules, problems } = parseOrganisation(
    "policy.yml",
    `rules:\n  - { id: ours, because: it is so, ${rule} }\n`,
  );
  assert.deepEqual(problems, []);
  const text = original.get("runbook.yml") ?? "";
  assert.ok(text.includes(from), from);
  const files = new Map(original).set("waivers.yml", waivers).set("runbook.yml", text.replace(from, to));
  const linted = lintRunbook({ folder: "web-events", name: "web-events", files }, { rules, today });
  assert.equal(linted.kind, "linted", JSON.stringify(linted));
  return linted.findings.filter((finding) => finding.rule === "organisation-rule").map(formatFinding);
}

/** A finding without place, rule and what the organisation says. */
function found(rule: string, change?: readonly [string, string]): readonly string[] {
  return findings(rule, change).map((line) =>
    line.replace(/^\S+ \S+ /, "").replace('; "ours" of policy.yml:2:5 says: it is so', ""),
  );
}

describe("lintOrganisation()", () => {
  it("tells place, rule, what disagrees, the place of what demands it and its words, and what to do", () => {
    assert.deepEqual(findings("kind: owner, one-of: [sales]"), [
      'runbook.yml:5:8 organisation-rule "web-analytics" may not be the owner; "ours" of policy.yml:2:5 says: it is so (name one of sales under `owner`)',
    ]);
  });

  const kept: readonly string[] = [
    "kind: owner",
    "kind: owner, one-of: [web-analytics, sales]",
    "kind: gate, gate: coverage",
    "kind: maximum-rate, rate: 1",
    "kind: waiver-days, days: 60",
    "kind: never-accepted, categories: [PROCESSING_ERROR]",
  ];
  for (const rule of kept) {
    it(`finds nothing where a runbook keeps { ${rule} }`, () => assert.deepEqual(found(rule), []));
  }

  const broken: readonly (readonly [
    rule: string,
    lines: readonly string[],
    change?: readonly [string, string],
  ])[] = [
    ["kind: owner", ['"web-events" names no owner (name one under `owner`)'], ["owner: web-analytics\n", ""]],
    ["kind: watchers", ['"web-events" names no watchers (name somebody under `watchers`)']],
    [
      "kind: waiver-days, days: 59",
      [
        '"slow-week" holds until 2024-04-30, more than 59 days from 2024-03-01 (let it expire on 2024-04-29 or before)',
      ],
    ],
    [
      "kind: gate, gate: freshness, phases: [4]",
      ["No freshness gate looks at COHORT (name it under `processors` of a freshness gate)"],
    ],
    [
      "kind: maximum-rate, rate: 0.5, phases: [4]",
      ['"slow-week" accepts 90 % of COHORT, above 50 % (set at most 50 %)'],
    ],
    ["kind: maximum-rate, rate: 0.5, phases: [3]", []],
    [
      "kind: maximum-rate, rate: 0.4, phases: [3]",
      ["launch is 50", "growth is 45", "steady is 45"].map(
        (is) => `The maximum of SESS in ${is} %, above 40 % (set at most 40 %)`,
      ),
    ],
    [
      "kind: never-accepted, categories: [TOO_FEW_EVENTS]",
      [
        ...["launch", "growth", "steady"].map(
          (period) => `The budget of ${period} allows TOO_FEW_EVENTS (take it out of \`allowed\`)`,
        ),
        '"explained" accepts failures of TOO_FEW_EVENTS (let an earlier rule decide about them)',
      ],
    ],
  ];
  for (const [rule, lines, change] of broken) {
    it(`says where a runbook breaks { ${rule} }`, () => assert.deepEqual(found(rule, change), lines));
  }
});

describe("parseOrganisation()", () => {
  it("names every mistake with its place", () => {
    const text =
      "rules:\n  - { id: a, kind: owners, because: b }\n  - { id: a, kind: watchers, because: b }\n  - { id: a, kind: owner, because: b }\n";
    assert.deepEqual(parseOrganisation("policy.yml", text).problems.map(formatProblem), [
      'policy.yml:2:20 "kind": expected one of the kinds of the format, found "owners" (correct the value)',
      'policy.yml:4:11 There are two rules "a" (give one of them another id)',
    ]);
  });
});
