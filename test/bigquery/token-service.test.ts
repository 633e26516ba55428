import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { serviceError } from "../../src/warehouse/bigquery-errors.ts";
import { startServer } from "./local-server.ts";

const run = promisify(execFile);

/** What `status` says where the token service refuses an identity federated from GitHub. */
async function statusWith(refusal: { readonly status: number; readonly body: object }): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), "cascade-token-"));
  await using service = await startServer(() =>
    Promise.resolve({ status: refusal.status, body: JSON.stringify(refusal.body) }),
  );
  const credentials = {
    type: "external_account",
    audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/g",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${service.endpoint}/v1/token`,
    credential_source: { file: join(folder, "token") },
  };
  await writeFile(join(folder, "token"), "a.b.c");
  await writeFile(join(folder, "credentials.json"), JSON.stringify(credentials));
  try {
    const command = ["src/cli/start-cli.ts", "status", "test/fixtures/shop", "--warehouse", "bigquery:test"];
    return await run(process.execPath, command, {
      env: { ...process.env, GOOGLE_APPLICATION_CREDENTIALS: join(folder, "credentials.json") },
    }).catch((cause: unknown) => cause);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("a refusal by the service that gives tokens", () => {
  it("is told as a matter of signing in, at once", { timeout: 60_000 }, async () => {
    const body = {
      error: "invalid_request",
      error_description: "The size of mapped attribute google.subject exceeds the 127 bytes limit.",
    };
    const failed = await statusWith({ status: 400, body });
    const { code, stderr } = failed as { readonly code: number; readonly stderr: string };
    assert.equal(code, 3, stderr);
    assert.match(stderr, /warehouse-unusable/);
    assert.match(stderr, /no token was given: .*google\.subject exceeds the 127 bytes limit/);
    assert.match(stderr, /Sign in with/);
  });

  it("is tried again where the service only failed", () => {
    const config = { url: "https://sts.googleapis.com/v1/token" };
    const lost = serviceError({ config, status: 503, message: "try later" });
    assert.equal(lost.reason, "lost");
    const denied = { config, status: 403, code: 403, message: "iam.serviceAccounts.getAccessToken denied" };
    assert.equal(serviceError(denied).reason, "tokenRefused");
  });
});
