import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fillInputs, InvalidDispatch, typeInputs } from "./dispatch-inputs.ts";
import { parseWorkflowText } from "./load-workflow.ts";

async function workflowWith(inputs: string) {
  const text = `on:\n  workflow_dispatch:\n    inputs:\n${inputs}jobs: { a: { runs-on: x, steps: [{ run: "true" }] } }\n`;
  return parseWorkflowText("test.yml", text);
}

const typed = `      start: { type: string, required: true }
      dry: { type: boolean, default: true }
      cells: { type: number, default: 4 }
      state: { type: choice, options: [latest, fresh], default: latest }
      note: { type: string }
`;

describe("fillInputs()", () => {
  it("fills defaults and leaves the rest empty, all as text", async () => {
    const filled = fillInputs(await workflowWith(typed), { start: "2021-11-01" });
    assert.deepEqual(filled, { start: "2021-11-01", dry: "true", cells: "4", state: "latest", note: "" });
  });

  for (const [title, given] of [
    ["a required input that is absent", {}],
    ["an unknown input", { start: "x", nope: "1" }],
    ["an option that is none", { start: "x", state: "old" }],
    ["a number that is none", { start: "x", cells: "many" }],
    ["a boolean that is none", { start: "x", dry: "perhaps" }],
    ["too much text", { start: "x".repeat(65_535) }],
  ] as const) {
    it(`refuses ${title}`, async () => {
      const workflow = await workflowWith(typed);
      assert.throws(() => fillInputs(workflow, given), InvalidDispatch);
    });
  }

  it("refuses a workflow with 26 inputs", async () => {
    const many = Array.from({ length: 26 }, (_, index) => `      i${index}: { type: string }\n`).join("");
    const workflow = await workflowWith(many);
    assert.throws(() => fillInputs(workflow, {}), /up to 25/);
  });
});

describe("typeInputs()", () => {
  it("gives booleans and numbers their type", async () => {
    const workflow = await workflowWith(typed);
    const inputs = typeInputs(workflow, fillInputs(workflow, { start: "x", dry: "false" }));
    assert.deepEqual(inputs, { start: "x", dry: false, cells: 4, state: "latest", note: "" });
  });
});
