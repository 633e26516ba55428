import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { escapeAnnotation } from "../../src/report/text/annotation-text.ts";
import { escapeLog } from "../../src/report/text/log-text.ts";
import { hostileText } from "../report/hostile-text.ts";
import { commandText } from "./runner/hostile-commands.ts";
import { jobEnvironment } from "./runner/job-environment.ts";
import { nodeBinary } from "./runner/node-binary.ts";
import { parseCommand } from "./runner/workflow-commands.ts";

const anyText = fc.oneof(commandText(), hostileText());

describe("escapeLog() and escapeAnnotation()", () => {
  it("leave the runner no command in 3,000 hostile texts, and every letter and digit in its place", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const escaped of [escapeLog(text), escapeAnnotation(text)]) {
          for (const line of escaped.split(/\r\n|\r|\n/)) assert.equal(parseCommand(line).kind, "text");
          assert.doesNotMatch(
            escaped.replaceAll("\n", ""),
            /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u,
          );
        }
        assert.equal(wordsOf(escapeLog(text).replaceAll(/\\u\{[0-9A-F]+\}/g, "")), wordsOf(text));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("commandText()", () => {
  it("gives texts in which the runner would find every kind of command", () => {
    const lines = fc.sample(commandText(), 300).flatMap((text) => text.split(/\r\n|\r|\n/));
    const kinds = new Set(lines.map((line) => parseCommand(line).kind));
    assert.deepEqual([...kinds].toSorted(), ["annotation", "mask", "other", "stop", "text"]);
  });
});

describe("a job's voice", () => {
  const texts = fc.sample(anyText, 400);
  const lines = linesOf(texts);
  const commands = lines.map((line) => parseCommand(line)).filter(({ kind }) => kind !== "text");

  it("takes away the matchers that other actions leave, before it says anything", () => {
    assert.deepEqual(lines.slice(0, 3), [
      "::remove-matcher owner=tsc::",
      "::remove-matcher owner=eslint-compact::",
      "::remove-matcher owner=eslint-stylish::",
    ]);
  });

  it("says 400 hostile texts as lines, annotations, faults and bugs: the runner hears what is meant, at no file", () => {
    const heard = commands.slice(3).map((command) => {
      assert.ok(command.kind === "annotation");
      return [command.annotation.level, command.annotation.file];
    });
    const meant = ["warning", "error", "error"].map((level) => [level, undefined]);
    assert.deepEqual(
      heard,
      texts.flatMap(() => meant),
    );
  });
});

/** What a job says on its output when it is given texts to say. */
function linesOf(texts: readonly string[]): readonly string[] {
  const { stdout, stderr, status } = spawnSync(nodeBinary, [join(import.meta.dirname, "speaking-job.ts")], {
    input: JSON.stringify(texts),
    encoding: "utf8",
    env: jobEnvironment,
  });
  assert.equal(status, 0, stderr);
  return stdout.split(/\r\n|\r|\n/).slice(0, -1);
}

function wordsOf(text: string): string {
  return (text.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "").match(/[\p{L}\p{N}]+/gu) ?? []).join("");
}
