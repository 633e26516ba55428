import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mergedWindows, windowsOf } from "../../src/starter/guess-windows.ts";

describe("windowsOf()", () => {
  it("takes the next usual window of days", () => {
    assert.deepEqual(windowsOf("same-date and previous-days: 5"), [
      { kind: "same-date" },
      { kind: "previous-days", days: 6 },
    ]);
    assert.deepEqual(windowsOf("previous-days: 31"), [{ kind: "previous-days", days: 59 }]);
  });

  it("takes the season where days are more than any usual window has", () => {
    assert.deepEqual(windowsOf("previous-days: 400"), [{ kind: "season-to-date" }]);
    assert.deepEqual(windowsOf("season-to-date"), [{ kind: "season-to-date" }]);
  });

  it("has none where none suffices", () => {
    assert.equal(windowsOf(undefined), undefined);
  });
});

describe("mergedWindows()", () => {
  it("keeps the widest window of days beside the date, and the season in place of days", () => {
    const days = [6, 29].map((number) => ({ kind: "previous-days", days: number }) as const);
    assert.deepEqual(mergedWindows([{ kind: "same-date" }, ...days, { kind: "same-date" }]), [
      { kind: "same-date" },
      { kind: "previous-days", days: 29 },
    ]);
    assert.deepEqual(mergedWindows([...days, { kind: "season-to-date" }]), [{ kind: "season-to-date" }]);
  });
});
