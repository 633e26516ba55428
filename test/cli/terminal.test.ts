import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { describe, it } from "node:test";
import type { Output, ShellEffects } from "../../src/process/effects.ts";
import fc from "fast-check";
import { escapeJson, escapeLines } from "../../src/report/text/terminal-text.ts";
import { commandText } from "../github/runner/hostile-commands.ts";
import { parseCommand } from "../github/runner/workflow-commands.ts";
import { hostileText } from "../report/hostile-text.ts";
import { main } from "../../src/cli.ts";
import { commands } from "../../src/cli/command-table.ts";
import { completeHint } from "../../src/cli/complete-hint.ts";
import { shopFolder } from "./cascade.ts";
import { openTerminal, paint } from "../../src/cli/terminal.ts";

const green = paint("good", "fine");

describe("openTerminal()", () => {
  it("shows colours on the stream that takes them, and plain text on the other", () => {
    const [out, notes] = [outputTo({ hasColours: false }), outputTo({ hasColours: true })];
    const terminal = openTerminal(effectsOf(out, notes));
    terminal.out(green);
    terminal.note(green);
    assert.deepEqual(out.texts, ["fine"]);
    assert.deepEqual(notes.texts, ["\u001B[32mfine\u001B[39m"]);
    assert.ok(green.startsWith("\u001B["));
  });

  it("redraws the last note where somebody watches, and nowhere else", () => {
    const [watched, piped, machine] = [
      outputTo({ isTerminal: true }),
      outputTo({}),
      outputTo({ isTerminal: true }),
    ];
    openTerminal(effectsOf(outputTo({}), watched)).redraw("half");
    openTerminal(effectsOf(outputTo({}), piped)).redraw("half");
    openTerminal(effectsOf(outputTo({}), machine, { CI: "true" })).redraw("half");
    assert.deepEqual([watched.texts, piped.texts, machine.texts], [["redrawn half"], [], []]);
  });
});

describe("a hint", () => {
  it("has commands that can be pasted: with the runbook and the warehouse of what was typed", async () => {
    const notes = outputTo({});
    const typed = ["gaps", shopFolder, "--warehouse", "duckdb:nowhere/x.duckdb"];
    assert.equal(await main(typed, effectsOf(outputTo({}), notes)), 3);
    assert.match(
      notes.texts.join(""),
      /with `cascade sample test\/fixtures\/shop --warehouse duckdb:nowhere\/x\.duckdb`, `cascade load test\/fixtures\/shop --from <dir> --warehouse/,
    );
    const reader = { invocation: { prefix: "npx cascade" }, runbook: "shop" };
    const asGiven = "See `cascade --help`, `cascade workflow`, `cascade gaps shop --dates 2024-01-01`";
    const usageOf = (name: string) => commands[name]?.usage;
    assert.equal(completeHint(asGiven, reader, usageOf), asGiven);
    assert.equal(completeHint("run `cascade init`", reader, usageOf), "run `npx cascade init shop`");
  });
});

describe("hostile texts on a terminal", () => {
  it("steer nothing, colour nothing and stay readable, whoever says them in which tone", () => {
    const titled = "\u001B]0;owned\u0007\u001B[2J\u001B[32mOK: Full coverage\u001B[39m";
    fc.assert(
      fc.property(fc.oneof(fc.constant(titled), hostileText()), (text) => {
        const out = outputTo({ hasColours: true });
        const terminal = openTerminal(effectsOf(out, outputTo({})));
        terminal.out(text);
        terminal.out(paint("bad", text));
        const [plain = "", painted = ""] = out.texts;
        assert.doesNotMatch(plain.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u);
        assert.equal(painted, `\u001B[31m${plain}\u001B[39m`);
        for (const [word] of text.matchAll(/[A-Za-z\d]+/g)) assert.ok(plain.includes(word));
      }),
      { numRuns: 1500 },
    );
  });

  it("are no command of the runner where the terminal is the log of a job, and the same as JSON", () => {
    fc.assert(
      fc.property(fc.oneof(hostileText(), commandText()), (text) => {
        const [out, notes] = [outputTo({ hasColours: true }), outputTo({})];
        const terminal = openTerminal(effectsOf(out, notes, { GITHUB_ACTIONS: "true" }));
        terminal.out(text);
        terminal.out(paint("bad", text));
        terminal.note(text);
        const lines = [...out.texts, ...notes.texts].flatMap((shown) => shown.split("\n"));
        for (const line of lines) assert.equal(parseCommand(line).kind, "text", JSON.stringify(text));
        const log = outputTo({});
        openTerminal(effectsOf(log, notes, { GITHUB_ACTIONS: "true" })).out(
          escapeJson(JSON.stringify({ text })),
        );
        assert.deepEqual(JSON.parse(log.texts.join("")), { text });
      }),
      { numRuns: 3000 },
    );
  });

  it("mean the same as JSON, and show themselves there too", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const json = escapeJson(JSON.stringify({ text }, undefined, 2));
        assert.deepEqual(JSON.parse(json), { text });
        assert.equal(escapeLines(json), json);
      }),
      { numRuns: 1500 },
    );
  });
});

function outputTo(look: Partial<Output>): Output & { readonly texts: readonly string[] } {
  const texts: string[] = [];
  const line = (text: string) => texts.push(text);
  const redraw = (text: string) => texts.push(`redrawn ${text}`);
  return { texts, line, redraw, isTerminal: false, hasColours: false, columns: undefined, ...look };
}

function effectsOf(stdout: Output, stderr: Output, environment = {}): ShellEffects {
  return {
    stdout,
    stderr,
    environment,
    signals: new EventEmitter(),
    exit: () => undefined,
    now: () => new Date(0),
    pause: () => Promise.resolve(),
    openPlace: (place, opening) => place.open(opening),
  };
}
