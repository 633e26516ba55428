import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fault } from "../../../src/errors.ts";
import { parseOptions, refuseUnused } from "../../../src/operations/typed/options.ts";
import { cascade } from "../../cli/cascade.ts";

const usage = "cascade plan [runbook] [selection] [--no-resume] [--cost [--max-cost dollars]] [--json]";

describe("refuseUnused()", () => {
  it("takes what the usage names, a selection, and what every command takes", () => {
    const args = [
      "--dates",
      "2024-01-01",
      "--no-resume",
      "--cost",
      "--max-cost",
      "3",
      "--warehouse",
      "duckdb:x",
      "--json",
    ];
    refuseUnused(parseOptions(args, {}), usage);
  });

  it("refuses what another command takes, with the usage", () => {
    assert.throws(
      () => refuseUnused(parseOptions(["--max-rate", "3"], {}), usage),
      (error) => error instanceof Fault && error.code === "usage" && error.hint.includes(usage),
    );
  });
});

describe("a command that is given an option of another", () => {
  for (const args of [
    ["status", "--max-rate", "3"],
    ["gaps", "--concurrency", "2"],
    ["lint", "--dates", "2024-01-01"],
    ["schema", "--out", "x"],
    ["why", "--no-resume"],
  ]) {
    it(`ends with 2: ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await cascade(args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^usage Cannot read the command line: this command takes no "--/);
    });
  }
});
