import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { ReportModel } from "../../src/report/model.ts";
import { displayWidth } from "../../src/report/terminal/fit-table.ts";
import { renderTerminal } from "../../src/report/terminal/render-terminal.ts";
import { goldenCases } from "./golden-cases.ts";
import { hostileModel } from "./hostile-model.ts";
import { hostileText } from "./hostile-text.ts";

/** Two columns are always shown: the longest name and the longest verdict need so many. */
const least = 60;

describe("renderTerminal()", () => {
  it("fits its table to the width, and names the columns that give way", () => {
    for (const { model } of goldenCases()) {
      for (const width of [80, 100, 140, 200]) checkWidth(model, width);
    }
    assert.match(textOf(modelOf("all-green"), 200), /^processor .* maximum +explained by$/m);
    assert.match(textOf(modelOf("all-green"), 80), /^\(too narrow for: .*explained by\)$/m);
  });

  it("fits it whatever the names are, and lets none of them steer the terminal", () => {
    const models = fc.record({
      texts: fc.array(hostileText(), { minLength: 1, maxLength: 8 }),
      processors: fc.integer({ min: 1, max: 8 }),
      days: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(models, fc.integer({ min: least, max: 240 }), (seed, width) => {
        checkWidth(hostileModel(seed), width);
      }),
      { numRuns: 60 },
    );
  });

  it("colours words that say the same without colour", () => {
    const model = modelOf("contaminated");
    const painted = renderTerminal(model, { width: 120, paint: (tone, text) => `<${tone}>${text}</>` });
    assert.match(painted, /^<bad>Contaminated: /);
    assert.equal(painted.replaceAll(/<[a-z]+>|<\/>/g, ""), textOf(model, 120));
  });
});

function checkWidth(model: ReportModel, width: number): void {
  const text = textOf(model, width);
  assert.doesNotMatch(text.replaceAll("\n", ""), /\p{Cc}/u);
  const lines = text.split("\n");
  const head = lines.findIndex((line) => line.startsWith("processor "));
  const end = lines.indexOf("", head);
  const table = lines.slice(head, end).filter((line) => !line.startsWith("(too narrow"));
  for (const line of table)
    assert.ok(displayWidth(line) <= width, `${displayWidth(line)} of ${width}: ${line}`);
}

function textOf(model: ReportModel, width: number): string {
  return renderTerminal(model, { width, paint: (_, text) => text });
}

function modelOf(name: string): ReportModel {
  const found = goldenCases().find((known) => known.name === name);
  if (found === undefined) throw new Error(`No case "${name}"`);
  return found.model;
}
