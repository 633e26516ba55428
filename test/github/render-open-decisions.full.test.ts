import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Nodes } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { parseCalendarDate } from "../../src/domain/calendar-date.ts";
import { renderOpenDecisions } from "../../src/github/jobs/triage-job.ts";
import type { Decision } from "../../src/triage/decision.ts";
import { hostileText, shownText } from "../report/hostile-text.ts";

const parser = unified().use(remarkParse).use(remarkGfm);
const planted = "x\n\n# Passed\n\n@octocat see [this](https://evil.example) ![](https://evil.example/a.png)";

describe("renderOpenDecisions()", () => {
  it("keeps an entity that plants a headline, a mention, a link and an image one cell of text", () => {
    const [, , , because] = cellsOf(renderOpenDecisions([decisionOf(planted)]));
    assert.equal(because, shownText(`${planted} → ${planted}`, 400));
  });

  it("shows 1,000 hostile entities, rules and commands as text and nothing else", () => {
    const own = new Set(["root", "heading", "table", "tableRow", "tableCell", "text", "inlineCode"]);
    fc.assert(
      fc.property(hostileText(), (text) => {
        const page = renderOpenDecisions([decisionOf(text)]);
        const nodes = nodesIn(parser.parse(page));
        assert.deepEqual(
          nodes.filter(({ type }) => !own.has(type)),
          [],
        );
        assert.equal(nodes.filter(({ type }) => type === "tableCell").length, 10);
        for (const node of nodes) if (node.type === "text") assert.doesNotMatch(node.value, /@\w|:\/\/|#\d/);
      }),
      { numRuns: 1000 },
    );
  });
});

function decisionOf(text: string): Decision {
  const date = parseCalendarDate("2024-01-02");
  assert.ok(date);
  return {
    processor: text,
    date,
    decision: "investigate",
    rule: text,
    category: text,
    path: [text, text],
    command: `cascade why ${text}`,
    isForced: false,
  };
}

/** What a reader sees of the cells of the only row. */
function cellsOf(page: string): readonly string[] {
  const cells = nodesIn(parser.parse(page)).filter(({ type }) => type === "tableCell");
  return cells.slice(5).map((cell) =>
    nodesIn(cell)
      .map((node) => ("value" in node ? node.value : ""))
      .join(""),
  );
}

function nodesIn(node: Nodes): readonly Nodes[] {
  return "children" in node ? [node, ...node.children.flatMap(nodesIn)] : [node];
}
