import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { runbookJsonSchema } from "../../src/runbook/schema/runbook-schema.ts";
import { runbookFiles, runbookNames } from "./repository-runbooks.ts";

describe("runbookJsonSchema()", () => {
  const schema = z.fromJSONSchema(runbookJsonSchema());

  for (const name of runbookNames) {
    it(`accepts ${name}`, async () => {
      const files = await runbookFiles(name);
      assert.deepEqual(schema.safeParse(parse(files.get("runbook.yml") ?? "")).error?.issues ?? [], []);
    });
  }

  it("rejects a misspelt key", async () => {
    const files = await runbookFiles("web-events");
    const text = (files.get("runbook.yml") ?? "").replace("\ngates:", "\ngate:");
    assert.equal(schema.safeParse(parse(text)).success, false);
  });

  it("describes every key", () => {
    assert.deepEqual(undescribed(runbookJsonSchema(), "runbook"), []);
  });
});

/** Paths of the properties without a description. */
function undescribed(schema: unknown, path: string): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties = {}, ...rest } = schema as { properties?: Record<string, { description?: string }> };
  return [
    ...Object.entries(properties).flatMap(([key, value]) => [
      ...(value.description === undefined ? [`${path}.${key}`] : []),
      ...undescribed(value, `${path}.${key}`),
    ]),
    ...Object.values(rest).flatMap((value) => undescribed(value, path)),
  ];
}
