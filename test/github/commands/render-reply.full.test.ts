import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Nodes } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { refuse } from "../../../src/github/commands/refusal.ts";
import { renderReply, type CommandAnswer } from "../../../src/github/commands/render-reply.ts";
import { subjectOf } from "../../../src/github/commands/thread-subject.ts";
import { renderMarker } from "../../../src/github/report/sticky-marker.ts";
import { hostileText } from "../../report/hostile-text.ts";

const markdown = unified().use(remarkParse).use(remarkGfm);

describe("renderReply()", () => {
  it("lets no word of 1,500 hostile comments and outputs be mark-up, ping or link", () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), fc.boolean(), (text, output, isDone) => {
        const answer: CommandAnswer = isDone ? { kind: "done", text, output } : refuse("bad-arguments", text);
        const reply = renderReply(answer, { commentId: 7, login: "octocat", command: `/cascade ${output}` });
        const kinds = kindsIn(markdown.parse(reply));
        const own = new Set(["root", "paragraph", "strong", "text", "inlineCode", "code", "html", "break"]);
        assert.deepEqual(
          kinds.filter(({ type }) => !own.has(type)),
          [],
        );
        const html = kinds.flatMap((node) => (node.type === "html" ? [node.value] : []));
        assert.equal(html.length, 1);
        assert.match(html[0] ?? "", /^<!-- cascade-reply comment="7" reason="[\w-]+" -->$/);
        for (const node of kinds) if (node.type === "text") assert.doesNotMatch(node.value, /@\w|:\/\/|#\d/);
        assert.ok(reply.length <= 65_536);
      }),
      { numRuns: 1500 },
    );
  });

  it("stays within a comment, whatever was printed", () => {
    const output = Array.from({ length: 50_000 }, (_, line) => `line ${line}`).join("\n");
    const reply = renderReply(
      { kind: "done", text: "status", output },
      { commentId: 1, login: "a", command: "b" },
    );
    assert.ok(reply.length <= 65_536);
    assert.match(reply, /and 49700 more lines/);
  });
});

describe("subjectOf()", () => {
  const marker = { runbook: "relay", subject: "2024-01-01..2024-01-10 duckdb new", runId: 7, attempt: 2 };
  const body = `Passed\n\n${renderMarker(marker)}`;

  it("reads what a report of ours is about", () => {
    assert.deepEqual(subjectOf({ author: "github-actions[bot]", body }, true), {
      runbook: "relay",
      range: { from: "2024-01-01", to: "2024-01-10" },
      warehouse: "duckdb",
      runId: 7,
      isOwnIssue: true,
    });
  });

  it("believes nobody else, and no text that only looks like one", () => {
    assert.equal(subjectOf({ author: "mallory", body }, true), undefined);
    assert.equal(subjectOf({ author: "github-actions[bot]", body: `${body}\nmore` }, true), undefined);
    const odd = renderMarker({ ...marker, subject: "2024-13-01..$(id) duckdb new" });
    assert.equal(subjectOf({ author: "github-actions[bot]", body: odd }, true), undefined);
  });
});

function kindsIn(node: Nodes): readonly Nodes[] {
  return "children" in node ? [node, ...node.children.flatMap(kindsIn)] : [node];
}
