import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Nodes, Root } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { buildModel } from "../../src/report/build-model.ts";
import { formatCount } from "../../src/domain/format.ts";
import { formatAccounts } from "../../src/domain/accounts.ts";
import { detailLevels } from "../../src/report/markdown/detail-level.ts";
import { renderLevel, renderMarkdown } from "../../src/report/markdown/render-markdown.ts";
import type { ReportModel } from "../../src/report/model.ts";
import { goldenCases } from "./golden-cases.ts";
import { hostileStrings, hostileText } from "./hostile-text.ts";
import { hostileModel } from "./hostile-model.ts";
import { checkNumbers, textOf } from "./read-numbers.ts";
import { reportFacts } from "./small-report.ts";

const markdown = unified().use(remarkParse).use(remarkGfm);
const hardLimit = 65_536;

describe("renderMarkdown()", () => {
  it("stays within a comment, balanced, whatever the size", () => {
    const sizes = [
      [0, 0],
      [1, 0],
      [1, 1],
      [3, 400],
      [60, 60],
      [400, 30],
      [1000, 100],
    ] as const;
    for (const [processors, days] of sizes) {
      const model = buildModel(reportFacts({ processors, days, failing: (_, index) => index % 4 }));
      check(model);
    }
  });

  it("stays within a comment with a million partitions", () => {
    const model = buildModel(
      reportFacts({ processors: 100, days: 10_000, failing: (_, index) => index % 7 }),
    );
    assert.equal(model.tally.partitions, 1_000_000);
    check(model);
    assert.ok(Buffer.byteLength(renderMarkdown(model, "summary")) <= 1024 * 1024);
  });

  it("stays within a comment, balanced and true with hostile names everywhere", () => {
    const models = fc.record({
      texts: fc.array(hostileText(), { minLength: 1, maxLength: 12 }),
      processors: fc.nat(14),
      days: fc.nat(12),
    });
    fc.assert(
      fc.property(models, (seed) => check(hostileModel(seed))),
      { numRuns: 60 },
    );
  });

  it("bounds the counts also when every text is as long and hostile as can be", () => {
    for (const text of [
      "`".repeat(5000),
      "|".repeat(5000),
      "`a ".repeat(3000),
      "@x ".repeat(3000),
      "\u202E".repeat(5000),
    ]) {
      const model = hostileModel({ texts: [text], processors: 60, days: 20 });
      assert.ok(renderLevel(model, "counts").length <= hardLimit, text.slice(0, 3));
      check(model);
    }
  });

  it("chooses the most detailed level that fits, and says what it leaves out", () => {
    const small = renderMarkdown(buildModel(reportFacts()));
    assert.match(small, /Every period and processor/);
    assert.match(small, /Left out here: partitions that are complete/);
    const wide = renderMarkdown(buildModel(reportFacts({ processors: 50, days: 365 })));
    assert.match(wide, /Left out here: .*\. All of it is in `report\.html` and `report\.json`/);
    const summary = renderMarkdown(buildModel(reportFacts()), "summary");
    assert.match(summary, /Every partition \(40\)/);
    assert.doesNotMatch(summary, /Left out here/);
  });

  it("gives a whole document at every level, each no longer than the one before", () => {
    for (const { model } of goldenCases()) {
      const sizes = detailLevels.map((level) => {
        const text = renderLevel(model, level);
        const tree = markdown.parse(text);
        checkBalance(tree, model);
        checkNumbers(model, tree);
        return text.length;
      });
      assert.deepEqual(
        sizes,
        sizes.toSorted((left, right) => right - left),
      );
    }
  });

  it("begins with the verdict, so that 300 characters suffice", () => {
    for (const { model, verdict } of goldenCases()) {
      assert.ok(renderMarkdown(model).slice(0, 300).startsWith(verdict));
      assert.match(renderMarkdown(model).slice(0, 300), /needed|below|to read/);
    }
  });
});

function check(model: ReportModel): void {
  const text = renderMarkdown(model);
  assert.ok(text.length <= hardLimit, `${text.length} characters`);
  const tree = markdown.parse(text);
  checkBalance(tree, model);
  checkNumbers(model, tree);
  assert.ok(Array.from(text.split("\n")[0] ?? "").length <= 160);
  assert.ok(text.includes(`**${formatAccounts(model.tally)}**`));
  const { expected, present, explained, waived, untracked } = model.tally;
  assert.equal(expected, present + explained + waived + untracked);
  checkResults(model, tree);
  checkDiagrams(tree);
}

/** What GitHub draws: no diagram above 200 edges or 20,000 characters. */
function checkDiagrams(tree: Root): void {
  for (const node of tree.children) {
    if (node.type !== "code" || node.lang !== "mermaid") continue;
    assert.ok(node.value.length <= 20_000, `${node.value.length} characters of Mermaid`);
    assert.ok((node.value.match(/^ {2}[np]\d+ --> /gm) ?? []).length <= 200);
  }
}

/** The table of results has at most twelve rows, and its sums are those of the model. */
function checkResults(model: ReportModel, tree: Root): void {
  if (model.results.length === 0) return;
  const table = tree.children.find(
    (node) => node.type === "table" && node.children[0]?.children.map(textOf)[0] === "Processor",
  );
  assert.ok(table?.type === "table");
  const rows = table.children.slice(1).map((row) => row.children.map(textOf));
  assert.ok(rows.length <= 12);
  const pairs = rows.map(([, , , cell = ""]) =>
    cell
      .replace(/ \(declared .*\)$/, "")
      .split(" / ")
      .map((part) => Number(part.replaceAll(",", ""))),
  );
  const sum = (index: number): number => pairs.reduce((total, pair) => total + (pair[index] ?? 0), 0);
  assert.equal(formatCount(sum(0)), formatCount(model.tally.present));
  assert.equal(formatCount(sum(1)), formatCount(model.tally.expected));
}

/** Only our own tags, each closed in order; all tables as wide as their heads; no link but our own. */
function checkBalance(tree: Root, { cost, footer }: ReportModel): void {
  const own = new Set([cost?.source, ...footer.links.map(({ url }) => url)]);
  let open = 0;
  for (const node of nodesOf(tree)) {
    if (node.type === "table") {
      const width = node.children[0]?.children.length;
      assert.ok(node.children.every((row) => row.children.length === width));
    }
    assert.notEqual(node.type, "image");
    assert.ok(node.type !== "link" || own.has(node.url));
    assert.ok(node.type !== "heading" || node.depth === 3);
    if (node.type !== "html") continue;
    assert.match(node.value, /^(?:<details>\n<summary>[\w ,()]+<\/summary>|<\/details>|<sub>|<\/sub>)$/);
    if (node.value.startsWith("<details>")) open += 1;
    if (node.value === "</details>") open -= 1;
    assert.ok(open === 0 || open === 1);
  }
  assert.equal(open, 0);
}

function nodesOf(node: Nodes): readonly Nodes[] {
  return [node, ...("children" in node ? node.children.flatMap(nodesOf) : [])];
}

describe("hostileStrings", () => {
  it("cannot be found as mark-up in any level", () => {
    const model = hostileModel({ texts: hostileStrings, processors: 12, days: 6 });
    for (const level of detailLevels) checkBalance(markdown.parse(renderLevel(model, level)), model);
  });
});
