import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Nodes } from "mdast";
import { parseFragment, type DefaultTreeAdapterTypes } from "parse5";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { Fault } from "../../src/errors.ts";
import { planInputs, readActionInputs } from "../../src/github/action-inputs.ts";
import { readArguments } from "../../src/github/commands/command-arguments.ts";
import { parseCommandLine } from "../../src/github/commands/command-line.ts";
import { refuse } from "../../src/github/commands/refusal.ts";
import { renderReply } from "../../src/github/commands/render-reply.ts";
import { parseJsonAs } from "../../src/github/parse-json-as.ts";
import { manifestSchema } from "../../src/github/state/manifest.ts";
import { escapeAnnotation } from "../../src/report/text/annotation-text.ts";
import { cleanText } from "../../src/report/text/clean-text.ts";
import { escapeHtml } from "../../src/report/text/html-text.ts";
import { escapeLog } from "../../src/report/text/log-text.ts";
import { codeBlock, escapeCell, escapeMarkdown } from "../../src/report/text/markdown-text.ts";
import { escapeMermaid } from "../../src/report/text/mermaid-text.ts";
import { escapeJson, escapeLines, openColours } from "../../src/report/text/terminal-text.ts";
import { commandVoice } from "../../src/run/command-voice.ts";
import type { RunEvent } from "../../src/run/run-event.ts";
import { readTerminal } from "../cli/read-terminal.ts";
import { hostileText, shownText } from "../report/hostile-text.ts";
import { formatProblem, type Problem } from "../../src/runbook/problem.ts";
import { parseChanged } from "../runbook/small-runbook.ts";
import { commandText } from "./runner/hostile-commands.ts";
import { parseCommand } from "./runner/workflow-commands.ts";

const count = 10_000;
const texts = fc.sample(fc.oneof(hostileText(), commandText()), { numRuns: count, seed: 20_240_229 });
/** Strings of one document: what one of them opens, the others would be in. */
const batches = Array.from({ length: count / 50 }, (_, index) => texts.slice(index * 50, index * 50 + 50));
const markdown = unified().use(remarkParse).use(remarkGfm);
const longest = 4000;
const colours = openColours("a secret");

describe("10,000 hostile strings", () => {
  it("would have an effect in every medium if they went there as they are", () => {
    const effects = {
      terminal: texts.filter((text) => readTerminal(text).effects.length > 0),
      runner: texts.filter((text) => linesOf(text).some((line) => parseCommand(line).kind !== "text")),
      markdown: texts.slice(0, 500).filter((text) => kindsOf(text).some((kind) => !plainKinds.has(kind))),
      html: texts.slice(0, 2000).filter((text) => tagsOf(`<p title="${text}">${text}</p>`).length > 1),
    };
    for (const [medium, found] of Object.entries(effects)) assert.ok(found.length > 20, medium);
  });

  it("are text in GitHub's Markdown: in a sentence, a table and a block", () => {
    for (const batch of batches) {
      const rows = batch.map((text) => `| ${escapeCell(text, longest)} | end |`);
      const sentences = batch.map((text) => `Said: ${escapeMarkdown(text, longest)}, and no more.`);
      const document = [
        `| a | b |\n| --- | --- |\n${rows.join("\n")}`,
        ...sentences,
        codeBlock(batch.join("\n")),
      ];
      const tree = markdown.parse(document.join("\n\n"));
      const [table, ...others] = tree.children;
      assert.ok(table?.type === "table");
      assert.deepEqual(
        table.children.slice(1).map((row) => row.children.map(textIn)),
        batch.map((text) => [shownText(text, longest), "end"]),
      );
      assert.deepEqual(
        others.slice(0, -1).map((node) => [node.type, textIn(node)]),
        batch.map((text) => ["paragraph", `Said: ${shownText(text, longest)}, and no more.`]),
      );
      assert.equal(others.at(-1)?.type, "code");
      for (const node of nodesOf(tree)) assert.ok(ownKinds.has(node.type), node.type);
    }
    for (const text of texts) checkReadable(text, shownText(text, longest).replace(/^\(empty\)$/, ""));
  });

  it("are text in HTML, as an element and as an attribute, and a label in Mermaid", () => {
    for (const batch of batches) {
      const page = batch.map(
        (text) => `<p title="${escapeHtml(text, longest)}">${escapeHtml(text, longest)}</p>`,
      );
      const errors: string[] = [];
      const { childNodes } = parseFragment(page.join(""), { onParseError: ({ code }) => errors.push(code) });
      assert.deepEqual(errors, []);
      assert.deepEqual(
        childNodes.map(partsOf),
        batch.map((text) => {
          const shown = cleanText(text, longest);
          return ["p", [["title", shown]], shown === "" ? [] : [shown]];
        }),
      );
    }
    for (const text of texts) assert.match(escapeMermaid(text), /^[\p{L}\p{N} .,%()+/_·…-]*$/u);
  });

  it("show themselves on a terminal and do nothing else to it, in colour too, and mean the same as JSON", () => {
    for (const text of texts) {
      for (const output of [escapeLines(text), colours.show(text, true)]) {
        assert.deepEqual(readTerminal(output).effects, [], JSON.stringify(text));
        checkReadable(text, output);
      }
      const json = colours.show(escapeJson(JSON.stringify({ text })), false);
      assert.deepEqual([readTerminal(json).effects, JSON.parse(json)], [[], { text }]);
    }
  });

  it("are no command of the runner in a log and an annotation", () => {
    for (const text of texts) {
      for (const escaped of [escapeLog(text), escapeAnnotation(text)]) checkLog(escaped);
      checkReadable(text, escapeLog(text));
    }
  });
});

describe("10,000 hostile strings, said", () => {
  it("as inputs of a dispatch, are refused by name or are dates, names and numbers", () => {
    const usual: Readonly<Record<string, string>> = {
      runbook: "r",
      warehouse: "duckdb",
      "github-token": "t",
    };
    const keys = Object.keys(planInputs.shape).filter((key) => !(key in usual) && key !== "report-to");
    for (const [index, text] of texts.entries()) {
      const key = keys[index % keys.length] ?? "";
      const given: Readonly<Record<string, string>> = { ...usual, [key]: text };
      const found = outcomeOf(() => readActionInputs(planInputs, (name) => given[name] ?? ""));
      if (found instanceof Fault) checkLog(escapeLog(`${found.message}\n${found.hint}`));
    }
  });

  it("as a comment, name no command that they are not, and the reply to them is text", () => {
    for (const [index, text] of texts.entries()) {
      const line = parseCommandLine(`/cascade ${text}`);
      if (line.kind === "command") outcomeOf(() => readArguments(line.name, line.words, ["relay"]));
      if (index % 10 > 0) continue;
      const asked = { commentId: 7, login: "octocat", command: `/cascade ${text}` };
      const tree = markdown.parse(renderReply(refuse("unknown-command", text), asked));
      for (const node of nodesOf(tree)) assert.ok(replyKinds.has(node.type), node.type);
    }
  });

  it("as lines of a command's stderr, are events without controls, and text in the log", () => {
    const events: RunEvent[] = [];
    const effects = { emit: (event: RunEvent) => void events.push(event), redact: (text: string) => text };
    const voice = commandVoice(effects, "DAY");
    for (const text of texts) for (const line of text.split("\n")) voice.hear(line);
    for (const event of events) {
      assert.ok(event.kind === "command-printed");
      checkLog(escapeLog(event.line));
      assert.deepEqual(readTerminal(escapeLines(event.line)).effects, []);
    }
    assert.ok(events.length > count / 2);
  });

  it("in the manifest of an artifact, name no file and no table that is none", () => {
    const manifest = { kind: "cell", id: "LAP-1", runId: "gh-7-1", attempt: 1, commit: "c", runbook: "d" };
    const rest = { dates: [], isComplete: true };
    for (const text of texts) {
      const files = [{ table: text, sha256: "e".repeat(64) }];
      const read = parseJsonAs(manifestSchema, JSON.stringify({ ...manifest, ...rest, files }));
      for (const { table } of read?.files ?? []) assert.match(table, /^[\w-]+\.[\w-]+$/);
    }
  });

  it("as words of a runbook, are those words or a problem told as text at its place", () => {
    for (const batch of batches) {
      const meanings = batch.map((text, index) => {
        return `  C${index}: { level: entity, meaning: ${JSON.stringify(text)}, retryable: false, action: accept }`;
      });
      const parsed = parseChanged(["runbook.yml", "categories:\n", `categories:\n${meanings.join("\n")}\n`]);
      if (parsed.kind === "invalid") checkProblems(parsed.problems);
      else {
        const told = new Map(parsed.runbook.categories.map(({ id, meaning }) => [id, meaning]));
        assert.deepEqual(
          batch.map((_, index) => told.get(`C${index}`)),
          batch,
        );
      }
    }
  });

  it("as names of files, columns and tables in a runbook, are problems told as text at their place", () => {
    const places = [
      (text: string) => `{ name: seen, sql: ${text}, reads: [raw.events] }`,
      (text: string) => `{ name: seen, sql: sql/people.sql, reads: [${text}] }`,
      (text: string) => `{ name: ${text}, sql: sql/people.sql, reads: [raw.events] }`,
    ];
    for (const batch of batches) {
      const relations = batch.map(
        (text, index) => places[index % places.length]?.(JSON.stringify(text)) ?? "",
      );
      const parsed = parseChanged([
        "runbook.yml",
        "    step: { sql: sql/visit.sql }",
        `    relations:\n${relations.map((relation) => `      - ${relation}\n`).join("")}    step: { sql: sql/visit.sql }`,
      ]);
      assert.ok(parsed.kind === "invalid");
      checkProblems(parsed.problems);
    }
  });
});

/** Problems stand at a place and are text in a log, on a terminal and in Markdown. */
function checkProblems(problems: readonly Problem[]): void {
  assert.ok(problems.length > 0);
  for (const problem of problems) {
    const text = formatProblem(problem);
    assert.ok(problem.place.line > 0);
    for (const escaped of [escapeAnnotation(text), escapeLog(text)]) checkLog(escaped);
    assert.deepEqual(readTerminal(escapeLines(text)).effects, []);
    for (const node of nodesOf(markdown.parse(escapeMarkdown(text))))
      assert.ok(ownKinds.has(node.type), text);
  }
}

const plainKinds = new Set<Nodes["type"]>(["root", "paragraph", "text"]);
const ownKinds = new Set<Nodes["type"]>([
  ...plainKinds,
  "inlineCode",
  "code",
  "table",
  "tableRow",
  "tableCell",
]);
const replyKinds = new Set<Nodes["type"]>([...plainKinds, "inlineCode", "strong", "html"]);

function kindsOf(text: string): readonly Nodes["type"][] {
  return nodesOf(markdown.parse(text)).map(({ type }) => type);
}

function nodesOf(node: Nodes): readonly Nodes[] {
  return [node, ...("children" in node ? node.children.flatMap(nodesOf) : [])];
}

function textIn(node: Nodes): string {
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map(textIn).join("") : "";
}

type HtmlNode = DefaultTreeAdapterTypes.ChildNode;

function partsOf(node: HtmlNode): unknown {
  if (!("tagName" in node)) return "value" in node ? node.value : node.nodeName;
  return [node.tagName, node.attrs.map(({ name, value }) => [name, value]), node.childNodes.map(partsOf)];
}

function tagsOf(page: string): readonly string[] {
  const tagged = (node: HtmlNode): readonly string[] =>
    "tagName" in node ? [node.tagName, ...node.childNodes.flatMap(tagged)] : [];
  return parseFragment(page).childNodes.flatMap(tagged);
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/);
}

function checkLog(escaped: string): void {
  for (const line of linesOf(escaped)) assert.equal(parseCommand(line).kind, "text", JSON.stringify(line));
  assert.deepEqual(readTerminal(escaped).effects, []);
}

/** Every letter and digit is there, in its order. */
function checkReadable(text: string, shown: string): void {
  assert.equal(wordsOf(shown.replaceAll(/\\u\{[0-9A-F]+\}/g, "")), wordsOf(text), JSON.stringify(text));
}

function wordsOf(text: string): string {
  const seen = text.toWellFormed().replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "");
  return (seen.match(/[\p{L}\p{N}]+/gu) ?? []).join("");
}

/** What a reading gives, or its fault; a bug is thrown on. */
function outcomeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}
