import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Nodes } from "mdast";
import { parseFragment } from "parse5";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { renderTable } from "../../src/report/markdown/table.ts";
import { cleanText } from "../../src/report/text/clean-text.ts";
import { escapeHtml, scriptJson } from "../../src/report/text/html-text.ts";
import { codeBlock, escapeMarkdown, markdownLink } from "../../src/report/text/markdown-text.ts";
import { escapeMermaid } from "../../src/report/text/mermaid-text.ts";
import { escapeTerminal } from "../../src/report/terminal/render-terminal.ts";
import { hostileText, shownText } from "./hostile-text.ts";

const markdown = unified().use(remarkParse).use(remarkGfm);

describe("cleanText()", () => {
  it("leaves one line without invisible characters", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        assert.doesNotMatch(cleanText(text), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        assert.ok(Array.from(cleanText(text)).length <= 200);
      }),
    );
  });
});

describe("escapeMarkdown()", () => {
  it("gives text that a GitHub-flavoured parser reads back as it is shown", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const [paragraph, ...rest] = markdown.parse(`x ${escapeMarkdown(text)} y`).children;
        assert.equal(rest.length, 0);
        assert.deepEqual(
          new Set(kindsIn(paragraph)),
          new Set([
            "paragraph",
            "text",
            ...(kindsIn(paragraph).includes("inlineCode") ? ["inlineCode"] : []),
          ]),
        );
        assert.equal(textOf(paragraph), `x ${shownText(text)} y`);
      }),
      { numRuns: 1000 },
    );
  });

  it("shows what stands between backticks as one piece of code, without them", () => {
    const sentence = escapeMarkdown("Type `cascade run --dates 2021-11-05`, or (`cascade why`).");
    assert.equal(sentence, "Type `cascade run --dates 2021-11-05`, or (`cascade why`).");
    const glued = fc.array(fc.constantFrom("`", "``", " ", "a", "(", ").", "@octocat", "|", "\\"), {
      maxLength: 16,
    });
    fc.assert(
      fc.property(glued, (pieces) => {
        const [paragraph, ...rest] = markdown.parse(`x ${escapeMarkdown(pieces.join(""))} y`).children;
        assert.equal(rest.length, 0);
        assert.equal(textOf(paragraph), `x ${shownText(pieces.join(""))} y`);
      }),
      { numRuns: 3000 },
    );
  });

  it("shows mentions, references, addresses and expressions only as code", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const outside = markdown.parse(`x ${escapeMarkdown(text)}`);
        const plain = plainTexts(outside).join(" ");
        assert.doesNotMatch(plain, /[@#<>`*_~$\\[\]|&]|:\/\/|www\.|\b[0-9a-f]{7,}\b|[A-Za-z]-\d/i);
        assert.ok(!escapeMarkdown(text).includes("${{"));
        assert.ok(!escapeMarkdown(text).includes("<!--"));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("renderTable()", () => {
  it("is read back as the same cells, whatever they hold", () => {
    const cells = fc.array(fc.tuple(hostileText(), hostileText(), fc.nat()), { minLength: 0, maxLength: 8 });
    fc.assert(
      fc.property(cells, (rows) => {
        const texts = rows.map(([left, right, number]) => [left, right, String(number)]);
        const columns = [{ head: "Left" }, { head: "Right" }, { head: "Number", isNumber: true }];
        const tree = markdown.parse(renderTable(columns, texts));
        assert.deepEqual(
          tree.children.map(({ type }) => type),
          ["table"],
        );
        const read = tableOf(tree.children[0]);
        const shown = texts.map(([left = "", right = "", number = ""]) => [
          shownAs(left),
          shownAs(right),
          number,
        ]);
        assert.deepEqual(read, [["Left", "Right", "Number"], ...shown]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("codeBlock()", () => {
  it("keeps blank lines and columns", () => {
    assert.equal(codeBlock("| a   |  1 |\n\n  next  "), "```sh\n| a   |  1 |\n\n  next\n```");
  });

  it("cannot be closed from inside", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const tree = markdown.parse(codeBlock(text));
        assert.deepEqual(
          tree.children.map(({ type }) => type),
          ["code"],
        );
      }),
    );
  });
});

describe("markdownLink()", () => {
  it("links http and https only, and nowhere else than it says", () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), (title, url) => {
        const links = kindsIn(markdown.parse(`x ${markdownLink(title, url)}`)).filter(
          (kind) => kind === "link",
        );
        assert.ok(links.length === 0 || /^https?:\/\//.test(url));
      }),
    );
    assert.equal(markdownLink("run", "https://example.com/a?b=1"), "[run](<https://example.com/a?b=1>)");
    assert.doesNotMatch(markdownLink("run", "javascript:alert(1)"), /^\[/);
  });
});

describe("escapeHtml() and scriptJson()", () => {
  it("stay text in an element, in an attribute and in a script", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const fragment = parseFragment(`<p title="${escapeHtml(text)}">${escapeHtml(text)}</p>`);
        const [paragraph] = fragment.childNodes;
        assert.equal(fragment.childNodes.length, 1);
        assert.ok(paragraph !== undefined && "attrs" in paragraph);
        assert.equal(paragraph.attrs[0]?.value, cleanText(text));
        assert.ok(paragraph.childNodes.every((node) => node.nodeName === "#text"));
        assert.doesNotMatch(scriptJson({ text }), /[<>&]/);
        assert.deepEqual(JSON.parse(scriptJson({ text })), { text });
      }),
    );
  });
});

describe("escapeMermaid() and escapeTerminal()", () => {
  it("leave nothing that ends a label or steers a terminal", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        assert.match(escapeMermaid(text), /^[\p{L}\p{N} .,%()+/_·-]*$/u);
        assert.doesNotMatch(escapeTerminal(text), /\p{Cc}/u);
      }),
    );
  });
});

/** What a reader sees of a cell: nothing of an empty one. */
function shownAs(cell: string): string {
  return cell === "" ? "" : shownText(cell, 80);
}

function kindsIn(node: Nodes | undefined): readonly string[] {
  if (node === undefined) return [];
  return [node.type, ...("children" in node ? node.children.flatMap(kindsIn) : [])];
}

function textOf(node: Nodes | undefined): string {
  if (node === undefined) return "";
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map(textOf).join("") : "";
}

function plainTexts(node: Nodes): readonly string[] {
  if (node.type === "text") return [node.value];
  return "children" in node ? node.children.flatMap(plainTexts) : [];
}

function tableOf(node: Nodes | undefined): readonly (readonly string[])[] {
  return node?.type === "table" ? node.children.map((row) => row.children.map(textOf)) : [];
}
