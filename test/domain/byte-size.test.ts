import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatByteSize, parseByteSize } from "../../src/domain/byte-size.ts";

describe("parseByteSize()", () => {
  it("reads decimal and binary units, and nothing else", () => {
    assert.equal(parseByteSize("500 MB"), 500_000_000);
    assert.equal(parseByteSize("1.5GiB"), 1.5 * 2 ** 30);
    for (const text of ["", "100", "0 GB", "-1 GB", "1 gb", "1 GB more", "9999999999 TiB"]) {
      assert.equal(parseByteSize(text), undefined, text);
    }
  });

  it("reads what is written of a size", () => {
    for (const bytes of [2 ** 10, 1.5 * 2 ** 30, 100 * 2 ** 30, 3 * 2 ** 40]) {
      assert.equal(parseByteSize(formatByteSize(bytes)), bytes);
    }
    assert.equal(formatByteSize(1000), "1000 bytes");
  });
});
