import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

const folder = join(import.meta.dirname, "../../.github/terraform");
const text = readFileSync(join(folder, "main.tf"), "utf8");
const terraform = spawnSync("terraform", ["version"]).status === 0;

type Block = { readonly head: string; readonly body: string };

/** Blocks at the top of a file that `terraform fmt` has formatted: each ends with the first brace at the margin. */
function blocksOf(file: string): readonly Block[] {
  return [...file.matchAll(/^(\w+(?: "[\w-]+")*) \{\n([^]*?)^\}/gm)].map(([, head = "", body = ""]) => ({
    head: head.replaceAll('"', ""),
    body,
  }));
}

/** What a block sets an argument to; undefined when it does not. */
function argumentOf({ body }: Block, name: string): string | undefined {
  return new RegExp(`^  ${name}\\s+= (.*)$`, "m").exec(body)?.[1];
}

describe("the identities that Terraform makes", () => {
  const blocks = blocksOf(text);
  const resources = blocks.filter(({ head }) => head.startsWith("resource "));

  it("are formatted", { skip: terraform ? false : "terraform is not installed" }, () => {
    const { status, stdout, stderr } = spawnSync("terraform", ["fmt", "-check", "-diff", folder], {
      encoding: "utf8",
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
  });

  it("accept tokens of one repository, by its number, and of one ref", () => {
    const provider = resources.find(({ head }) => head.includes("workload_identity_pool_provider"));
    assert.ok(provider);
    assert.equal(
      argumentOf(provider, "attribute_condition"),
      `"assertion.repository_id == '\${var.repository_id}' && assertion.ref == '\${var.ref}'"`,
    );
    assert.match(provider.body, /issuer_uri = "https:\/\/token\.actions\.githubusercontent\.com"/);
    const number = blocks.find(({ head }) => head === "variable repository_id");
    assert.match(number?.body ?? "", /regex\("\^\[0-9\]\+\$", var\.repository_id\)/);
  });

  it("have no key and no right beside these", () => {
    const rights = resources
      .filter(({ body }) => /^  role\s/m.test(body))
      .map((block) => {
        const { head, body } = block;
        const whom = [...body.matchAll(/google_service_account\.(\w+)\./g)].map(([, name]) => name);
        return [head.replace("resource ", ""), argumentOf(block, "role"), [...new Set(whom)].join(" and ")];
      });
    assert.deepEqual(rights, [
      [
        "google_service_account_iam_member workflows",
        '"roles/iam.workloadIdentityUser"',
        "reader and writer",
      ],
      ["google_project_iam_member jobs", '"roles/bigquery.jobUser"', "reader and writer"],
      ["google_bigquery_dataset_iam_member reader", '"roles/bigquery.dataViewer"', "reader"],
      ["google_bigquery_dataset_iam_member ledger", '"roles/bigquery.dataEditor"', "reader"],
      ["google_bigquery_dataset_iam_member writer", '"roles/bigquery.dataEditor"', "writer"],
    ]);
    const members = resources.flatMap((block) => argumentOf(block, "member") ?? []);
    const pool = "google_iam_workload_identity_pool.github.name";
    assert.deepEqual(
      members.filter((member) => !member.startsWith('"serviceAccount:')),
      [`"principalSet://iam.googleapis.com/\${${pool}}/attribute.repository_id/\${var.repository_id}"`],
    );
    const ledger = resources.find(({ head }) => head.endsWith("iam_member ledger"));
    assert.equal(
      ledger && argumentOf(ledger, "dataset_id"),
      "var.ledger",
      "the reader writes the ledger only",
    );
    assert.doesNotMatch(text, /service_account_key|private_key|allUsers|allAuthenticatedUsers/);
  });

  it("give what the compiled workflows ask for", () => {
    const outputs = blocks.filter(({ head }) => head.startsWith("output ")).map(({ head }) => head.slice(7));
    assert.deepEqual(outputs, ["provider", "reader", "writer", "warehouse"]);
    const workflow = readFileSync(join(folder, "../workflows/backfill-nba-cascade-bigquery.yml"), "utf8");
    const asked = new Set([...workflow.matchAll(/vars\.(\w+)/g)].map(([, name = ""]) => name));
    assert.deepEqual([...asked].toSorted(), [
      "CASCADE_BIGQUERY",
      "CASCADE_IDENTITY_PROVIDER",
      "CASCADE_READER",
      "CASCADE_WRITER",
    ]);
  });
});
