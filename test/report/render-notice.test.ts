import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noticeOf } from "../../src/report/notice.ts";
import { renderNotice } from "../../src/report/render-notice.ts";
import { goldenCases } from "./golden-cases.ts";

const hostile =
  "<!channel> <https://evil.example|look> *b* @here [t](https://evil.example) {{DATE(x)}} & \u202E\n#1";

function noticeOfHostile(values: boolean) {
  const model = goldenCases().find(({ name }) => name === "blocked")?.model ?? assert.fail("no such case");
  const rootCause = { place: hostile, dates: [], found: hostile, waiting: 0 };
  const runbook = { ...model.runbook, name: hostile };
  const around = { report: "https://github.com/o/r/issues/1", run: "https://github.com/o/r/actions/runs/7" };
  return noticeOf({ ...model, runbook, rootCause }, { ...around, values, before: hostile });
}

/** Every object of a message. */
function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Readonly<Record<string, unknown>>, ...inner];
}

describe("renderNotice()", () => {
  for (const values of [false, true]) {
    it(`leaves texts as texts in Slack (values: ${values})`, () => {
      const notice = noticeOfHostile(values);
      const message = renderNotice("slack", notice) as { readonly text: string };
      const types = new Set(objectsIn(message).flatMap(({ type }) => type ?? []));
      assert.deepEqual(types, new Set(["link", "rich_text", "rich_text_section", "text"]));
      assert.doesNotMatch(message.text, /[<>]|&(?!(?:amp|lt|gt);)/);
      assert.match(message.text, /&lt;!channel&gt;/);
      assert.partialDeepStrictEqual(message, { mrkdwn: false, parse: "none", link_names: false });
      const links = objectsIn(message).filter(({ type }) => type === "link");
      assert.deepEqual(links, [
        { type: "link", url: notice.report, text: "Report" },
        { type: "link", url: notice.run, text: "Run" },
      ]);
      assert.doesNotMatch(JSON.stringify(message), /\u202E/);
    });

    it(`leaves texts as texts on a card (values: ${values})`, () => {
      const message = renderNotice("teams", noticeOfHostile(values));
      const types = new Set(objectsIn(message).flatMap(({ type }) => type ?? []));
      assert.deepEqual(
        types,
        new Set(["Action.OpenUrl", "AdaptiveCard", "RichTextBlock", "TextRun", "message"]),
      );
      assert.doesNotMatch(JSON.stringify(message), /\{\{|\u202E/);
    });
  }

  it("gives programs the facts as they are", () => {
    const notice = noticeOfHostile(true);
    assert.deepEqual(renderNotice("json", notice), notice);
    assert.equal(notice.text.split("\n").length, 2);
  });
});
