import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { lintRunbook } from "../../../src/runbook/lint-runbook.ts";
import { parseRunbook } from "../../../src/runbook/parse-runbook.ts";
import { type PolicyRule } from "../../../src/runbook/policy/policy-rules.ts";
import { formatFinding } from "../../../src/runbook/problem.ts";

const folder = join(import.meta.dirname, "..", "..", "golden", "as-written");

/** The contradictions of the plan by number: the rule that finds it, what its line holds, and what the finding says. */
const contradictions: readonly (readonly [rule: PolicyRule, line: RegExp, message: RegExp])[] = [
  ["order-differs-from-graph", /2\. PCF/, /puts PCF after TDZA, and it reads TDZA, PSZA/],
  ["node-without-command", /id: MLFS/, /nothing computes MLFS/],
  ["expectation-above-limit", /week-3/, /40-60 % failures on 2021-11-05 to 2021-11-08, where 50 %/],
  [
    "two-expectations-one-date",
    /0\.70, to: 0\.90/,
    /70-90 % .* 2021-11-02 to 2021-11-04, .* 40-60 %: no rate is both/,
  ],
  ["expectation-above-limit", /0\.20, to: 0\.40/, /20-40 % failures on 2021-11-15 to 2021-11-30, where 25 %/],
  [
    "two-expectations-one-date",
    /0\.20, to: 0\.40/,
    /20-40 % failures on 2021-11-09 to 2021-11-30, .* 10-25 %/,
  ],
  ["two-expectations-one-date", /0\.05, to: 0\.15/, /5-15 % failures on 2021-12-01 to 2021-12-31, .* 5-10 %/],
  [
    "period-defined-twice",
    /id: nov-1-4/,
    /"early season" is 2021-11-01 to 2021-11-04 here and 2021-10-19 to 2021-11-02/,
  ],
  ["overlapping-periods", /id: nov-5-14/, /shares dates with "week-3" .* "weeks-4-on" .* "nov-5-30"/],
  [
    "limit-without-allowed-category",
    /nov-5-14, maximum/,
    /50 % may fail .* on 2021-11-09 to 2021-11-14 no category may/,
  ],
  [
    "rules-overlap",
    /id: early-season,/,
    /"early-season" accepts cases that .*"processing-error".* run again/,
  ],
  ["accept-beyond-limit", /success-below-30/, /up to 100 % failures in "nov-1-4", and 90 % is the limit/],
  ["limit-without-action", /nov-15-30, maximum/, /25 % is the limit .* acts above 30 % only/],
  ["rules-not-total", /nov-5-14, maximum/, /no rule goes by the rate on 2021-11-05 to 2021-11-14/],
  [
    "limit-without-consequence",
    /nov-1-4, maximum/,
    /More than 90 % .* to be documented, and nothing asks for it/,
  ],
  [
    "gate-contradicts-acceptance",
    /strict: true/,
    /fails partial and contaminated dates, and "early-season-nulls"/,
  ],
  ["gate-scope-exceeds-run", /id: step-3-gaps/, /looks at PCF, PDC before they have run/],
  ["edge-without-gate", /from: PCF/, /PDC reads PCF, and no blocking gate looks at PCF before/],
  ["count-exceeds-capacity", /TDZA: 960/, /960 rows of TDZA are expected on 31 dates, which hold 930/],
  [
    "count-contradicts-rate",
    /TDZA: 100/,
    /100 rows of TDZA .* 70-90 % failing need 334 members, and 4 dates hold 120/,
  ],
  ["rate-without-denominator", /name: Success Metrics/, /states rates of .* and not what they are shares of/],
  ["categories-not-exhaustive", /^categories:/, /a whole date that is put off, excused or blocked/],
  ["rerun-without-downstream", /run: \[PCF\], from/, /runs PCF again and leaves PDC, MLFS as it was/],
  [
    "tree-reruns-non-retryable",
    /id: has-upstream/,
    /EXPECTED_INCOMPLETE, INSUFFICIENT_DATA, NO_SHOT_ZONE, no failure at all, which running again/,
  ],
];

/** More places of contradictions that have several. */
const alsoFound: typeof contradictions = [
  ["order-differs-from-graph", /Step 4/, /puts PCF after TDZA/],
  ["processor-without-gate", /id: MLFS/, /No gate looks at MLFS/],
  ["processor-without-expected-count", /id: MLFS/, /how many rows MLFS should have/],
  ["count-exceeds-capacity", /TDZA: 870/, /26 dates, which hold 780/],
  [
    "count-contradicts-rate",
    /PSZA: 1000/,
    /250 rows a date in "nov-1-4", where 70-90 % fail, and 231 in "nov-5-30"/,
  ],
  ["rate-without-denominator", /^name: as-written/, /"calendar" is missing/],
  ["limit-without-action", /dec-1-31, maximum/, /15 % is the limit .* acts above 30 % only/],
];

describe("the plan as written", () => {
  it("gives the findings of the golden file", async () => {
    const lines = (await findings()).map((finding) => `${formatFinding(finding)}\n`).join("");
    const golden = join(folder, "lint.txt");
    if (process.env["GOLDEN"] === "rewrite") await writeFile(golden, lines);
    assert.equal(lines, await readFile(golden, "utf8"));
  });

  it("is no runbook that could run", async () => {
    assert.equal(parseRunbook(await text()).kind, "invalid");
  });

  it("has 24 contradictions", () => assert.equal(contradictions.length, 24));

  it("is resolved row by row in the README of the runbook made of it", async () => {
    const readme = join(folder, "..", "..", "..", "runbooks", "nba-cascade", "README.md");
    const numbers = [
      ...((await readFile(readme, "utf8")).split("## The plan's 24")[1] ?? "").matchAll(/^\| (\d+) \|/gm),
    ].map(([, number]) => Number(number));
    assert.deepEqual(
      numbers,
      contradictions.map((_, index) => index + 1),
    );
  });

  for (const [index, [rule, line, message]] of contradictions.entries()) {
    it(`shows contradiction ${index + 1} under ${rule}`, () => assertFound(rule, { line, message }));
  }

  for (const [rule, line, message] of alsoFound) {
    it(`shows under ${rule} also ${message.source}`, () => assertFound(rule, { line, message }));
  }
});

async function assertFound(
  rule: PolicyRule,
  { line, message }: { readonly line: RegExp; readonly message: RegExp },
): Promise<void> {
  const lines = ((await text()).files.get("runbook.yml") ?? "").split("\n");
  const ofRule = (await findings()).filter((finding) => finding.rule === rule);
  const found = ofRule.filter(
    ({ place, message: told }) => line.test(lines[place.line - 1] ?? "") && message.test(told),
  );
  assert.equal(found.length, 1, ofRule.map(formatFinding).join("\n"));
}

async function findings() {
  const linted = lintRunbook(await text());
  assert.equal(linted.kind, "linted");
  return linted.findings;
}

async function text() {
  const file = await readFile(join(folder, "runbook.yml"), "utf8");
  return { folder: "as-written", name: "as-written", files: new Map([["runbook.yml", file]]) };
}
