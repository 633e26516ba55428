import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  apiAddressOf,
  parseRemoteAddress,
  parseRepositoryName,
} from "../../../src/github/remote/repository-name.ts";

const acme = { host: "github.com", owner: "acme", repository: "warehouse" };

describe("parseRemoteAddress()", () => {
  for (const address of [
    "https://github.com/acme/warehouse.git",
    "https://github.com/acme/warehouse",
    "https://x-access-token:secret@github.com/acme/warehouse.git",
    "ssh://git@github.com/acme/warehouse.git",
    "ssh://git@ssh.github.com:443/acme/warehouse.git",
    "git@github.com:acme/warehouse.git",
    "git@GitHub.com:acme/warehouse",
    "git://github.com/acme/warehouse/",
  ])
    it(`reads ${address}`, () => assert.deepEqual(parseRemoteAddress(address), acme));

  it("reads a company's server and names with dots", () => {
    assert.deepEqual(parseRemoteAddress("git@git.acme.example:data/ware.house.git"), {
      host: "git.acme.example",
      owner: "data",
      repository: "ware.house",
    });
  });

  for (const address of [
    "",
    "../warehouse",
    "/srv/git/warehouse.git",
    "file:///srv/git/warehouse.git",
    "https://github.com/acme",
    "https://github.com/acme/warehouse/tree/main",
    "git@github.com:acme/..",
    "git@github.com:acme/ware house",
  ])
    it(`takes "${address}" for no repository`, () => assert.equal(parseRemoteAddress(address), undefined));
});

describe("parseRepositoryName()", () => {
  it("reads a name with and without its host", () => {
    assert.deepEqual(parseRepositoryName("acme/warehouse", "github.com"), acme);
    assert.deepEqual(parseRepositoryName("git.acme.example/data/w", "github.com"), {
      host: "git.acme.example",
      owner: "data",
      repository: "w",
    });
    for (const text of ["warehouse", "a/b/c/d", "acme/", "../..", "acme/ware?x=1"])
      assert.equal(parseRepositoryName(text, "github.com"), undefined, text);
  });
});

describe("apiAddressOf()", () => {
  it("knows github.com, data residency, and servers of companies", () => {
    assert.equal(apiAddressOf("github.com"), "https://api.github.com");
    assert.equal(apiAddressOf("acme.ghe.com"), "https://api.acme.ghe.com");
    assert.equal(apiAddressOf("git.acme.example"), "https://git.acme.example/api/v3");
  });
});
