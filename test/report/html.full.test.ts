import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parse, type DefaultTreeAdapterTypes } from "parse5";
import { renderHtml } from "../../src/report/html/render-html.ts";
import { goldenCases } from "./golden-cases.ts";
import { hostileModel } from "./hostile-model.ts";
import { hostileStrings, hostileText } from "./hostile-text.ts";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

describe("renderHtml()", () => {
  it("parses without an error and asks nobody for anything", () => {
    for (const { model } of goldenCases()) checkPage(renderHtml(model));
  });

  it("runs only its own script, whatever the data hold", () => {
    checkPage(renderHtml(hostileModel({ texts: hostileStrings, processors: 12, days: 6 })));
    const models = fc.record({
      texts: fc.array(hostileText(), { minLength: 1, maxLength: 8 }),
      processors: fc.nat(5),
      days: fc.nat(6),
    });
    fc.assert(
      fc.property(models, (seed) => checkPage(renderHtml(hostileModel(seed)))),
      { numRuns: 40 },
    );
  });

  it("allows its style and script by their hashes and nothing else", () => {
    const [first] = goldenCases();
    assert.ok(first !== undefined);
    const elements = elementsOf(parse(renderHtml(first.model)));
    const policy = elements.find(
      (element) => attributeOf(element, "http-equiv") === "Content-Security-Policy",
    );
    const content = policy === undefined ? "" : (attributeOf(policy, "content") ?? "");
    const texts = elements.filter(isRun).map((element) => hashOf(textOf(element)));
    assert.match(
      content,
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/,
    );
    assert.deepEqual(
      texts.map((hash) => content.includes(`'${hash}'`)),
      [true, true],
    );
    assert.doesNotMatch(content, /unsafe/);
  });
});

function checkPage(page: string): void {
  const errors: string[] = [];
  const document = parse(page, { onParseError: ({ code }) => errors.push(code) });
  assert.deepEqual(errors, []);
  const elements = elementsOf(document);
  const scripts = elements.filter(({ tagName }) => tagName === "script");
  assert.deepEqual(
    scripts.map((script) => attributeOf(script, "type")),
    ["application/json", undefined],
  );
  JSON.parse(textOf(scripts[0]));
  const ids = elements.flatMap((element) => attributeOf(element, "id") ?? []);
  assert.equal(new Set(ids).size, ids.length);
  for (const element of elements) {
    assert.doesNotMatch(
      element.tagName,
      /^(?:img|iframe|object|embed|link|base|form|audio|video|foreignobject|animate|use|image)$/i,
    );
    for (const { name, value } of element.attrs) {
      assert.doesNotMatch(name, /^(?:on|style$|src$|srcset$|action$|xlink)/);
      if (name === "href") assert.match(value, /^https?:\/\//);
    }
  }
}

function isRun({ tagName, attrs }: Element): boolean {
  return tagName === "style" || (tagName === "script" && attrs.length === 0);
}

function elementsOf(node: Node): readonly Element[] {
  const own = "tagName" in node ? [node] : [];
  return [...own, ...("childNodes" in node ? node.childNodes.flatMap(elementsOf) : [])];
}

function attributeOf(element: Element, name: string): string | undefined {
  return element.attrs.find((attribute) => attribute.name === name)?.value;
}

function textOf(element: Element | undefined): string {
  return (element?.childNodes ?? []).map((node) => ("value" in node ? node.value : "")).join("");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
