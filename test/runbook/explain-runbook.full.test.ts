import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { escapeJson, openColours } from "../../src/report/text/terminal-text.ts";
import { readRunbookText } from "../../src/run/read-runbook.ts";
import { explainRunbook } from "../../src/runbook/explain-runbook.ts";
import { hostileText } from "../report/hostile-text.ts";

const colours = openColours("a secret");

describe("explainRunbook()", () => {
  it("shows itself on a terminal and means what the file means, whatever its texts are", async () => {
    const shop = await readRunbookText("test/fixtures/shop");
    const yaml = shop.files.get("runbook.yml") ?? "";
    const word = hostileText().filter((text) => text !== "" && text.isWellFormed());
    fc.assert(
      fc.property(word, word, (title, meaning) => {
        const changed = yaml
          .replace(/^title: .*$/m, () => `title: ${JSON.stringify(title)}`)
          .replace("meaning: a defect,", () => `meaning: ${JSON.stringify(meaning)},`);
        const explained = explainRunbook({
          ...shop,
          files: new Map([...shop.files, ["runbook.yml", changed]]),
        });
        assert.ok(explained.kind === "ok");
        const shown: unknown = parse(colours.show(escapeJson(explained.yaml), false));
        assert.deepEqual(shown, parse(explained.yaml));
        const { title: told, categories } = shown as {
          readonly title: string;
          readonly categories: Readonly<Record<string, { readonly meaning: string }>>;
        };
        assert.deepEqual([told, categories["PROCESSING_ERROR"]?.meaning], [title, meaning]);
      }),
      { numRuns: 300, examples: [[" \n", "  \n\n"]] },
    );
  });
});
