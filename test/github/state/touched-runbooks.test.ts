import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { getOctokit } from "@actions/github";
import { touchedRunbooks } from "../../../src/github/state/touched-runbooks.ts";

type Answered = { readonly touched: ReadonlySet<string> | undefined; readonly asked: readonly string[] };

/** What is touched where GitHub answers a comparison so, and what it was asked. */
async function touchedBy(status: number, body: object): Promise<Answered> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const client = getOctokit("token", { baseUrl: `http://127.0.0.1:${port}` });
    const job = { owner: "octo", repository: "cascade" };
    return { touched: await touchedRunbooks(client, job, { base: "a", head: "b" }), asked };
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("touchedRunbooks()", () => {
  it("names the runbooks of changed files, also those that a file has left, by one request", async () => {
    const files = [
      { filename: "runbooks/shop/sql/day.sql" },
      { filename: "runbooks/new/runbook.yml", previous_filename: "runbooks/old/runbook.yml" },
      { filename: "runbooks/README.md" },
      { filename: "src/runbooks/other/runbook.yml" },
    ];
    const { touched, asked } = await touchedBy(200, { status: "ahead", files });
    assert.deepEqual(touched, new Set(["shop", "new", "old"]));
    assert.deepEqual(asked, ["/repos/octo/cascade/compare/a...b?per_page=1"]);
  });

  const unknown: readonly (readonly [string, number, object])[] = [
    ["the rules for all change", 200, { files: [{ filename: "runbooks/policy.yml" }] }],
    [
      "there are more files than GitHub tells",
      200,
      { files: Array.from({ length: 300 }, (_, index) => ({ filename: `runbooks/a/${index}.sql` })) },
    ],
    ["GitHub tells no files", 200, { status: "ahead" }],
    ["the commits have nothing in common", 404, { message: "Not Found" }],
  ];
  for (const [why, status, body] of unknown) {
    it(`may be any where ${why}`, async () => {
      assert.equal((await touchedBy(status, body)).touched, undefined);
    });
  }

  it("says what GitHub refuses", async () => {
    await assert.rejects(touchedBy(403, { message: "Resource not accessible" }), { code: "github-failed" });
  });
});
