import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Dictionary } from "./expression.ts";
import { expandMatrix, legSuffix } from "./matrix.ts";

/** The last `include` case is the example of GitHub's documentation. */
const expansions: readonly { title: string; matrix: Dictionary; legs: readonly Dictionary[] }[] = [
  { title: "one vector", matrix: { a: [1, 2] }, legs: [{ a: 1 }, { a: 2 }] },
  {
    title: "the product of vectors, the first one slowest",
    matrix: { a: [1, 2], b: ["x", "y"] },
    legs: [
      { a: 1, b: "x" },
      { a: 1, b: "y" },
      { a: 2, b: "x" },
      { a: 2, b: "y" },
    ],
  },
  { title: "exclude by part", matrix: { a: [1, 2], b: [3], exclude: [{ a: 2 }] }, legs: [{ a: 1, b: 3 }] },
  { title: "include alone", matrix: { include: [{ a: 1 }, { a: 2 }] }, legs: [{ a: 1 }, { a: 2 }] },
  {
    title: "include after exclude",
    matrix: { a: [1, 2], exclude: [{ a: 2 }], include: [{ a: 2, b: 5 }] },
    legs: [{ a: 1 }, { a: 2, b: 5 }],
  },
  {
    title: "objects as values",
    matrix: { cell: [{ id: "a", dates: ["d"] }] },
    legs: [{ cell: { id: "a", dates: ["d"] } }],
  },
  {
    title: "exclude by part of an object",
    matrix: {
      cell: [
        { id: "a", phase: 1 },
        { id: "b", phase: 2 },
      ],
      exclude: [{ cell: { id: "a" } }],
    },
    legs: [{ cell: { id: "b", phase: 2 } }],
  },
  {
    title: "include that extends, overwrites what was added, and adds",
    matrix: {
      fruit: ["apple", "pear"],
      animal: ["cat", "dog"],
      include: [
        { color: "green" },
        { color: "pink", animal: "cat" },
        { fruit: "apple", shape: "circle" },
        { fruit: "banana" },
        { fruit: "banana", animal: "cat" },
      ],
    },
    legs: [
      { fruit: "apple", animal: "cat", color: "pink", shape: "circle" },
      { fruit: "apple", animal: "dog", color: "green", shape: "circle" },
      { fruit: "pear", animal: "cat", color: "pink" },
      { fruit: "pear", animal: "dog", color: "green" },
      { fruit: "banana" },
      { fruit: "banana", animal: "cat" },
    ],
  },
];

describe("expandMatrix()", () => {
  for (const { title, matrix, legs } of expansions) {
    it(title, () => assert.deepEqual(expandMatrix(matrix), legs));
  }

  it("refuses an empty vector", () => {
    assert.throws(() => expandMatrix({ cell: [] }), /Matrix vector 'cell' does not contain any values/);
  });

  it("refuses a matrix that excludes everything", () => {
    assert.throws(() => expandMatrix({ a: [1], exclude: [{ a: 1 }] }), /at least one vector/);
  });

  it("takes 256 jobs and refuses 257", () => {
    assert.equal(expandMatrix({ a: Array.from({ length: 256 }, (_, index) => index) }).length, 256);
    assert.throws(
      () => expandMatrix({ a: Array.from({ length: 257 }, (_, index) => index) }),
      /more than 256/,
    );
  });
});

describe("legSuffix()", () => {
  it("lists every scalar, those inside objects too", () => {
    assert.equal(legSuffix({ cell: { id: "pgs", dates: ["2021-11-01"] }, n: 2 }), " (pgs, 2021-11-01, 2)");
  });
});
