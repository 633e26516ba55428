import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openJobLog, readStepOutput } from "./step-log.ts";
import { parseCommand } from "./workflow-commands.ts";

describe("parseCommand()", () => {
  it("finds `::` where a line starts, and `##[` anywhere in it", () => {
    const mask = { kind: "mask", value: "x" };
    const lines = ["::add-mask::x", " \u0085\u00A0\u3000::ADD-MASK::x", "##[add-mask]x", "row ##[add-mask]x"];
    assert.deepEqual(
      lines.map((line) => parseCommand(line)),
      lines.map(() => mask),
    );
    for (const line of ["row ::add-mask::x", "##[unknown]x", "::unknown::x", "##[add-mask", "::add-mask"]) {
      assert.deepEqual(parseCommand(line), { kind: "text", line });
    }
  });

  it("looks at the first bracket only, and sees no characters without width", () => {
    assert.equal(parseCommand("##[unknown] ##[add-mask]x").kind, "text");
    assert.equal(parseCommand("a #\u200B#\u00AD[add-mask]x").kind, "mask");
    assert.equal(parseCommand("\u0000:\u2060:add-mask::x").kind, "mask");
  });

  it("reads properties of both, each with its own separator and escapes", () => {
    const annotation = { level: "warning", message: "a;b\nc", file: "x,y.ts", line: 3, title: "t" };
    for (const line of [
      "::warning file=x%2Cy.ts,line=3,title=t::a;b%0Ac",
      "x ##[warning file=x,y.ts;line=3;title=t]a%3Bb%0Ac",
    ]) {
      assert.deepEqual(parseCommand(line), { kind: "annotation", annotation });
    }
  });
});

describe("readStepOutput()", () => {
  it("carries nothing out between a stop and its token, in whichever form each comes", () => {
    const log = openJobLog([]);
    const read = readStepOutput(log);
    for (const line of ["id ##[stop-commands]Word", "::error::swallowed", "::word::", "::error::heard"])
      read(line);
    assert.deepEqual(
      log.annotations.map(({ message }) => message),
      ["heard"],
    );
  });
});
