import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cascade } from "./cascade.ts";

describe("cascade demo", () => {
  it("plays an incident on the sample season and ends green, in steps that a stranger can follow", async () => {
    const { code, stdout: text } = await cascade(["demo"]);
    assert.equal(code, 0, text);
    const steps = [...text.matchAll(/^\d\. /gm)].map(([step]) => step.trim());
    assert.deepEqual(steps, ["1.", "2.", "3.", "4.", "5.", "6.", "7.", "8."]);
    assert.match(text, /vanish from/);
    assert.match(text, /becomes \S+ instead of/);
    assert.match(text, /partitions cannot be trusted; first/);
    assert.match(text, /rerun by rule not-built/);
    assert.match(text, /Recovered: nothing is left to decide/);
    assert.match(text, /Every table holds again, row for row, what it held before the incident\./);
  });
});
