import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  parsePullAnswer,
  plannedPull,
  renderPullAnswer,
  type PullAnswer,
} from "../../../src/github/commands/planned-pull.ts";
import { refuse } from "../../../src/github/commands/refusal.ts";
import { hostileText } from "../../report/hostile-text.ts";

const failed = refuse("command-failed", "the job that plans ended without an answer");
const plan = {
  runbook: "relay",
  commit: "a".repeat(40),
  state: "command-state.a1",
  options: ["--phase=2"],
};

describe("renderPullAnswer()", () => {
  it("fits into a variable of a process, whatever was printed, and comes back as it is", () => {
    const wide = ["\u{1F3C3}", "\u0000", '"', "\\", "é"].map((text) => `${text.repeat(500)}\n`.repeat(400));
    const answers = [
      ...wide.map((output): PullAnswer => ({ kind: "planned", output })),
      { ...refuse("bad-arguments", "x".repeat(200_000)), hint: "y".repeat(200_000) },
    ];
    for (const answer of answers) {
      const text = renderPullAnswer(answer);
      assert.ok(Buffer.byteLength(text) <= 100_000, `${Buffer.byteLength(text)} bytes`);
      assert.equal(parsePullAnswer(text).kind, answer.kind);
    }
    const small: PullAnswer = { kind: "planned", output: "2 cells\nin 1 wave" };
    assert.deepEqual(parsePullAnswer(renderPullAnswer(small)), small);
  });
});

describe("parsePullAnswer()", () => {
  it("takes nothing from the job that plans but an output or a refusal with a code", () => {
    const forged = [
      "",
      "null",
      "[]",
      JSON.stringify({ kind: "done", text: "relay is released" }),
      JSON.stringify({ kind: "gone" }),
      JSON.stringify({ kind: "planned", output: "x", link: { title: "t", url: "https://evil.example" } }),
      JSON.stringify({ kind: "planned", output: 7 }),
      JSON.stringify({ ...failed, reason: 'x" --> @octocat <!--' }),
      JSON.stringify({ ...failed, found: "x".repeat(2001) }),
      JSON.stringify({ kind: "planned", output: "x".repeat(100_000) }),
    ];
    for (const text of forged) assert.deepEqual(parsePullAnswer(text), failed, text.slice(0, 80));
  });

  it("throws for no text", () => {
    fc.assert(fc.property(hostileText(), (text) => assert.deepEqual(parsePullAnswer(text), failed)));
  });
});

describe("plannedPull", () => {
  it("names a runbook, a commit, a state of this run and options, and nothing else", () => {
    assert.deepEqual(plannedPull.safeParse(plan).data, plan);
    const forged = [
      { ...plan, runbook: "../secrets" },
      { ...plan, commit: "main" },
      { ...plan, state: "state-relay.a1" },
      { ...plan, options: ["/etc/passwd"] },
      { ...plan, more: true },
    ];
    for (const each of forged) assert.equal(plannedPull.safeParse(each).success, false);
  });
});
