import assert from "node:assert/strict";
import { it } from "node:test";
import { makeOnce } from "../../src/domain/make-once.ts";

it("makes the value of an object once, also where that is undefined, and another for its like", () => {
  const made: object[] = [];
  const lengthOf = makeOnce((list: readonly number[]) => {
    made.push(list);
    return list.length === 0 ? undefined : list.length;
  });
  const [empty, one, like] = [[], [1], [1]];
  assert.deepEqual([empty, one, like, empty, one].map(lengthOf), [undefined, 1, 1, undefined, 1]);
  assert.deepEqual(made, [empty, one, like]);
});
