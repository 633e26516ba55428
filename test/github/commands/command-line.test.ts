import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readArguments } from "../../../src/github/commands/command-arguments.ts";
import { parseCommandLine } from "../../../src/github/commands/command-line.ts";
import { hostileText } from "../../report/hostile-text.ts";

const runbooks = ["nba-cascade", "web-events"];

describe("parseCommandLine()", () => {
  const forgiven: readonly (readonly [string, readonly string[]])[] = [
    ["/cascade why PSZA 2021-11-05", ["PSZA", "2021-11-05"]],
    ["  /CASCADE   Why  PSZA\t2021-11-05  \n\nthanks!", ["PSZA", "2021-11-05"]],
    ["`/cascade why PSZA 2021-11-05`", ["PSZA", "2021-11-05"]],
    ["/cascade: why PSZA 2021\u201311\u201105", ["PSZA", "2021-11-05"]],
    ['/cascade why PSZA 2021-11-05 "o\'neal shaq"', ["PSZA", "2021-11-05", "o'neal shaq"]],
    ["/cascade why PSZA 2021-11-05 \u201Cshaq oneal\u201D", ["PSZA", "2021-11-05", "shaq oneal"]],
    ["/cascade why PSZA \u2014dates=2021-11-05", ["PSZA", "--dates=2021-11-05"]],
  ];
  for (const [body, words] of forgiven) {
    it(`understands ${JSON.stringify(body)}`, () => {
      assert.deepEqual(parseCommandLine(body), { kind: "command", name: "why", words });
    });
  }

  it("takes a bare call for help", () => {
    assert.deepEqual(parseCommandLine("/cascade"), { kind: "command", name: "help", words: [] });
  });

  it("offers the nearest command", () => {
    assert.deepEqual(parseCommandLine("/cascade retri"), {
      kind: "unknown",
      word: "retri",
      nearest: "retry",
    });
  });

  it("leaves ordinary comments alone, quotes and code among them", () => {
    for (const body of [
      "",
      "see /cascade run",
      "> /cascade run",
      "```\n/cascade run\n```",
      "/cascaded run",
    ]) {
      assert.deepEqual(parseCommandLine(body), { kind: "none" }, body);
    }
  });

  it("takes time in proportion to a comment, whatever repeats in it", { timeout: 10_000 }, () => {
    const longest = 65_000;
    for (const unit of [":", "`", " ", '"', "'", "-", ": `"]) {
      const repeated = unit.repeat(Math.floor(longest / unit.length));
      assert.notEqual(parseCommandLine(`/cascade ${repeated}a\u2028b`).kind, "none", unit);
      assert.equal(parseCommandLine(`${repeated}x /cascade`).kind, "none", unit);
    }
  });

  it("takes no time for a long word, which is none of its names", { timeout: 10_000 }, () => {
    for (let count = 0; count < 100; count += 1) {
      const line = parseCommandLine(`/cascade ${"release".repeat(9_000)}${count}`);
      assert.equal(line.kind === "unknown" && line.nearest, undefined);
    }
  });

  it("carries nothing out of 3,000 hostile comments but what its first line says", () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), (first, later) => {
        const body = `/cascade run ${first}\n${later}`;
        const line = parseCommandLine(body);
        assert.equal(line.kind, "command");
        if (line.kind !== "command") return;
        const args = readArguments(line.name, line.words, runbooks);
        if (args.kind === "refused") return assert.equal(args.reason, "bad-arguments");
        const values = Object.values(args.options).filter((value) => typeof value === "string");
        for (const value of values) assert.match(value, /^[\w,. -]+$/);
        assert.deepEqual(args.positionals, []);
        return undefined;
      }),
      { numRuns: 3000 },
    );
  });
});

describe("readArguments()", () => {
  it("knows a runbook wherever it stands", () => {
    const args = readArguments("plan", ["--processor", "PSZA", "web-events"], runbooks);
    assert.deepEqual(args, {
      kind: "arguments",
      runbook: "web-events",
      options: { processor: "PSZA" },
      positionals: [],
    });
  });

  it("takes all behind hold for its reason", () => {
    assert.partialDeepStrictEqual(readArguments("hold", ["nba-cascade", "feed", "is", "--late"], runbooks), {
      runbook: "nba-cascade",
      options: { reason: "feed is --late" },
    });
  });

  it("refuses a reason that no lock would hold", () => {
    const args = readArguments("hold", ["why ".repeat(600)], runbooks);
    assert.equal(args.kind === "refused" && args.reason, "bad-arguments");
  });

  const refused: readonly (readonly ["plan" | "run" | "waive" | "retry" | "why", readonly string[]])[] = [
    ["plan", ["--warehouse", "duckdb:/etc/passwd"]],
    ["plan", ["--dates", "2021-02-30"]],
    ["plan", ["--start-date=2021-11-05;rm"]],
    ["run", ["--processor", "PSZA,$(id)"]],
    ["run", ["--phase", "4,x"]],
    ["run", ["everything"]],
    ["waive", ["--max-rate", "17.9"]],
    ["waive", ["--approver", "somebody-else"]],
    ["waive", ["--reason", ""]],
    ["retry", ["--force"]],
    ["why", ["PSZA", "2021-11-05", "a", "b"]],
    ["why", ["--", "--json", "PSZA", "2021-11-05"]],
  ];
  for (const [name, words] of refused) {
    it(`refuses ${name} ${words.join(" ")}`, () => {
      const args = readArguments(name, words, runbooks);
      assert.equal(args.kind === "refused" && args.reason, "bad-arguments");
    });
  }
});
