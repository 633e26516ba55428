import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lintRunbook } from "../../../src/runbook/lint-runbook.ts";
import { policyRules } from "../../../src/runbook/policy/policy-rules.ts";
import { formatFinding, type PolicyFinding } from "../../../src/runbook/problem.ts";
import { formatProblem } from "../../../src/runbook/problem.ts";
import { runbookFiles, runbookNames } from "../repository-runbooks.ts";
import { mutations, type Files } from "./mutations.ts";

const originals = {
  "nba-cascade": await runbookFiles("nba-cascade"),
  "web-events": await runbookFiles("web-events"),
};

describe("lintPolicy()", () => {
  for (const name of runbookNames) {
    it(`finds nothing in ${name}`, async () => {
      const linted = lintRunbook({ folder: name, name, files: await runbookFiles(name) });
      assert.deepEqual(linted.kind === "invalid" ? linted.problems : linted.findings.map(formatFinding), []);
    });
  }

  for (const { rule, what, runbook, change } of mutations) {
    it(`says ${rule}, and nothing else, when ${what}`, () => {
      const found = lint(runbook, change);
      const rules = [...new Set(found.map((finding) => finding.rule))];
      assert.deepEqual(rules, [rule], found.map(formatFinding).join("\n"));
    });
  }

  it("has a mutation for every rule that a runbook alone can break", () => {
    const broken = new Set(mutations.map(({ rule }) => rule));
    assert.deepEqual(
      policyRules.filter((rule) => !broken.has(rule) && rule !== "organisation-rule"),
      [],
    );
  });

  it("sorts by place", () => {
    const places = lint("nba-cascade", (files) => {
      for (const { runbook, rule, change } of mutations) {
        if (runbook === "nba-cascade" && rule.startsWith("edge")) change(files);
        if (rule === "missing-period" || rule === "count-exceeds-capacity") change(files);
      }
    }).map(({ place }) => [place.file, place.line]);
    assert.deepEqual(
      places,
      places.toSorted(([a, b], [c, d]) => (a === c ? Number(b) - Number(d) : String(a) < String(c) ? -1 : 1)),
    );
    assert.ok(places.length >= 4);
  });

  it("leaves a broken format to its own messages", () => {
    const files: Files = new Map(originals["web-events"]);
    files.set("runbook.yml", (files.get("runbook.yml") ?? "").replace("kind: coverage", "kind: covrage"));
    const linted = lintRunbook({ folder: "x", name: "web-events", files });
    assert.equal(linted.kind, "invalid");
    assert.match(linted.problems.map(formatProblem).join(), /Unknown word "covrage"/);
  });

  it("never tells a key", () => {
    const [finding] = lint("web-events", (files) =>
      files.set("sql/notes.txt", "one\n-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n"),
    );
    assert.equal(
      finding === undefined ? "" : formatFinding(finding),
      "sql/notes.txt:2:1 service-account-key The file holds a key (revoke it, take it out of the history, and sign in as docs/bigquery.md says)",
    );
  });
});

function lint(
  name: keyof typeof originals,
  change: (files: Files) => unknown = () => undefined,
): readonly PolicyFinding[] {
  const files: Files = new Map(originals[name]);
  change(files);
  const linted = lintRunbook({ folder: name, name, files });
  assert.equal(
    linted.kind,
    "linted",
    linted.kind === "invalid" ? linted.problems.map(formatProblem).join("\n") : "",
  );
  return linted.kind === "linted" ? linted.findings : [];
}
