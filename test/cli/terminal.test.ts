import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { describe, it } from "node:test";
import type { Output, ShellEffects } from "../../src/process/effects.ts";
import { openTerminal, paint } from "../../src/cli/terminal.ts";

const green = paint("good", "fine");

describe("openTerminal()", () => {
  it("shows colours on the stream that takes them, and plain text on the other", () => {
    const [out, notes] = [outputTo({ hasColours: false }), outputTo({ hasColours: true })];
    const terminal = openTerminal(effectsOf(out, notes));
    terminal.out(green);
    terminal.note(green);
    assert.deepEqual(out.texts, ["fine\n"]);
    assert.deepEqual(notes.texts, [`${green}\n`]);
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
    assert.deepEqual([watched.texts, piped.texts, machine.texts], [["\r\u001B[Khalf"], [], []]);
  });
});

function outputTo(look: Partial<Output>): Output & { readonly texts: readonly string[] } {
  const texts: string[] = [];
  const write = (text: string) => texts.push(text);
  return { texts, write, isTerminal: false, hasColours: false, columns: undefined, ...look };
}

function effectsOf(stdout: Output, stderr: Output, environment = {}): ShellEffects {
  return {
    stdout,
    stderr,
    environment,
    signals: new EventEmitter(),
    exit: () => undefined,
    now: () => new Date(0),
  };
}
