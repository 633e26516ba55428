import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ColumnChange, DateChange } from "../../../src/domain/change.ts";
import { changeObjection, isChangeRefusal } from "../../../src/plan/changes/judge-change.ts";
import { day } from "../small-runbook.ts";

const total: ColumnChange = {
  column: "total",
  changed: 3,
  beyond: 2,
  measured: 3,
  largest: 5,
  mean: 2,
  example: "north: 1 to 6",
};

function change(of: Partial<DateChange>): DateChange {
  const none = { added: 0, removed: 0, changed: 0, same: 0, firstAdded: undefined, firstRemoved: undefined };
  return { date: day("2024-01-09"), ...none, columns: [], ...of };
}

describe("changeObjection()", () => {
  it("has nothing against a date on which nothing stood, or that stays what it is", () => {
    const budget = { columns: [], rowsAdded: 0, rowsRemoved: 0 };
    assert.equal(changeObjection(budget, change({ added: 10 })), undefined);
    assert.equal(changeObjection(budget, change({ same: 10 })), undefined);
  });

  it("compares counts with limits exactly, so that the limit itself is kept", () => {
    const standing = { same: 1000 };
    assert.equal(changeObjection({ rowsAdded: 0.29 }, change({ ...standing, added: 290 })), undefined);
    const beyond = changeObjection({ rowsAdded: 0.29 }, change({ ...standing, added: 291, firstAdded: "a" }));
    assert.equal(beyond, "change-budget: 291 rows added to 1,000 (first a), at most 29 % may be");
    assert.equal(isChangeRefusal(beyond), true);
    assert.equal(isChangeRefusal("the engine refused a change-budget: "), false);
  });

  it("says which columns changed that may not, and how many values by too much", () => {
    const found = change({ changed: 3, same: 7, columns: [total] });
    assert.equal(changeObjection({ columns: ["total"] }, found), undefined);
    assert.equal(
      changeObjection({ columns: ["sales"] }, found),
      "change-budget: total changed in 3 of 10 rows by up to 5, mean 2 (first north: 1 to 6), and it may not",
    );
    assert.equal(changeObjection({ relative: { share: 0.2, beyond: 0.5 } }, found), undefined);
    assert.match(
      changeObjection({ relative: { share: 0.1, beyond: 0.5 } }, found) ?? "",
      /total changed in 2 of 10 rows .*, at most 10 % may by more than 50 %$/,
    );
  });

  it("lets only the dates change that it names", () => {
    const dates = { from: day("2024-01-01"), to: day("2024-01-08") };
    assert.match(
      changeObjection({ dates }, change({ changed: 1, same: 1 })) ?? "",
      /0 rows added, 0 removed, 1 changed, and only 2024-01-01 to 2024-01-08 may change$/,
    );
    assert.equal(
      changeObjection({ dates: { ...dates, to: day("2024-01-09") } }, change({ changed: 1 })),
      undefined,
    );
  });
});
