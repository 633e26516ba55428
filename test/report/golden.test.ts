import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { renderHtml } from "../../src/report/html/render-html.ts";
import { renderMarkdown } from "../../src/report/markdown/render-markdown.ts";
import type { ReportModel } from "../../src/report/model.ts";
import { parseReport, renderJson } from "../../src/report/render-json.ts";
import { renderPicture } from "../../src/report/picture.ts";
import { renderTerminal } from "../../src/report/terminal/render-terminal.ts";
import { verdictLine } from "../../src/report/verdict.ts";
import { goldenCases } from "./golden-cases.ts";

const isRewriting = process.env["GOLDEN"] === "rewrite";

describe("golden reports", () => {
  for (const { name, model, verdict } of goldenCases()) {
    it(`renders ${name} as Markdown and for a terminal as before`, () => {
      agree(`${name}.md`, renderMarkdown(model));
      agree(`${name}.txt`, `${terminalText(model)}\n`);
    });

    it(`says of ${name} in the first 160 characters what is needed`, () => {
      const [line = ""] = renderMarkdown(model).split("\n");
      assert.ok(line.startsWith(verdict), line);
      assert.ok(Array.from(line).length <= 160, line);
      assert.match(line, /(?:nothing is needed|commands? below|warnings? to read|has to look)\.$/);
      assert.equal(verdictLine(model), line.replaceAll("`", ""));
    });

    it(`replays ${name} from its JSON byte for byte`, () => {
      const replayed = parseReport(renderJson(model));
      assert.ok(replayed !== undefined);
      assert.equal(renderMarkdown(replayed), renderMarkdown(model));
      assert.equal(renderMarkdown(replayed, "summary"), renderMarkdown(model, "summary"));
      assert.equal(renderHtml(replayed), renderHtml(model));
      assert.equal(terminalText(replayed), terminalText(model));
      assert.equal(renderPicture(replayed), renderPicture(model));
      assert.equal(renderJson(replayed), renderJson(model));
    });
  }

  it("never calls passed what was not checked", () => {
    const unchecked = goldenCases().filter(
      ({ model }) =>
        model.checks.some(({ state }) => state === "not-checked") ||
        model.tally.statuses["unknown"] !== undefined,
    );
    assert.deepEqual(
      unchecked.map(({ name }) => name),
      ["partial-outage", "not-checked"],
    );
    for (const { model } of unchecked) {
      assert.doesNotMatch(verdictLine(model), /^(?:Passed|Nothing to do)/);
      assert.ok(model.checklist.some(({ state }) => state !== "done"));
    }
  });
});

describe("parseReport()", () => {
  it("refuses what is no report, and another schema", () => {
    assert.equal(parseReport("no JSON"), undefined);
    assert.equal(parseReport('{"schema": 2}'), undefined);
    assert.equal(parseReport("[]"), undefined);
  });
});

function terminalText(model: ReportModel): string {
  return renderTerminal(model, { width: 100, paint: (_, text) => text });
}

function agree(file: string, text: string): void {
  const path = join(import.meta.dirname, "golden", file);
  if (isRewriting) writeFileSync(path, text);
  assert.equal(text, readFileSync(path, "utf8"));
}
