import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { z } from "zod";
import { readRunbook } from "../../src/run/read-runbook.ts";

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

function namesOf(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}

function datasetOf(table: string): string {
  return table.split(".")[0] ?? "";
}

describe("the identities that Terraform makes", () => {
  const blocks = blocksOf(text);
  const resources = blocks.filter(({ head }) => head.startsWith("resource "));

  /** The names that a variable holds unless it is given. */
  function defaultOf(variable: string): readonly string[] {
    const block = blocks.find(({ head }) => head === `variable ${variable}`);
    return z.array(z.string()).parse(JSON.parse((block && argumentOf(block, "default")) ?? "null"));
  }

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

  it("are told apart by run, in a subject that no name makes longer than the 127 bytes that it may have", () => {
    const provider = resources.find(({ head }) => head.includes("workload_identity_pool_provider"));
    const subject = /"google\.subject"\s+= "(.*)"/.exec(provider?.body ?? "")?.[1] ?? "";
    const claims = [...subject.matchAll(/assertion\.(\w+)/g)].map(([, claim]) => claim);
    assert.deepEqual(claims, ["repository_id", "run_id", "run_attempt"]);
    assert.ok(claims.length * 20 + subject.split("':'").length - 1 <= 127, "each is a number of 64 bits");
  });

  it("wait for the services that signing in and jobs call", () => {
    const services = resources.find(({ head }) => head === "resource google_project_service needed");
    const named = [...(services?.body ?? "").matchAll(/"(\w+)\.googleapis\.com"/g)].map(([, name]) => name);
    assert.deepEqual(named, ["bigquery", "cloudresourcemanager", "iam", "iamcredentials", "sts"]);
    assert.equal(services && argumentOf(services, "disable_on_destroy"), "false");
    const waiting = resources.filter((block) => argumentOf(block, "depends_on") !== undefined);
    assert.deepEqual(
      waiting.map(({ head }) => head.replace(/^resource google_/, "")),
      ["iam_workload_identity_pool github", "service_account reader", "service_account writer"],
    );
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
      ["google_service_account_iam_member reader", '"roles/iam.workloadIdentityUser"', "reader"],
      ["google_service_account_iam_member writer", '"roles/iam.workloadIdentityUser"', "writer"],
      ["google_project_iam_member jobs", '"roles/bigquery.jobUser"', "reader and writer"],
      ["google_bigquery_dataset_iam_member reader", '"roles/bigquery.dataViewer"', "reader"],
      ["google_bigquery_dataset_iam_member ledger", '"roles/bigquery.dataEditor"', "reader"],
      ["google_bigquery_dataset_iam_member sources", '"roles/bigquery.dataViewer"', "writer"],
      ["google_bigquery_dataset_iam_member writer", '"roles/bigquery.dataEditor"', "writer"],
    ]);
    const members = resources.flatMap((block) => argumentOf(block, "member") ?? []);
    const pool = "google_iam_workload_identity_pool.github.name";
    assert.deepEqual(
      members.filter((member) => !member.startsWith('"serviceAccount:')),
      ["reader", "writer"].map(
        () => `"principalSet://iam.googleapis.com/\${${pool}}/attribute.workflow/\${each.value}"`,
      ),
    );
    const ledger = resources.find(({ head }) => head.endsWith("iam_member ledger"));
    assert.equal(
      ledger && argumentOf(ledger, "dataset_id"),
      "var.ledger",
      "the reader writes the ledger only",
    );
    assert.doesNotMatch(text, /service_account_key|private_key|allUsers|allAuthenticatedUsers/);
  });

  it("are for the compiled workflows that ask for one, by their files", () => {
    const workflows = join(folder, "../workflows");
    const asking = readdirSync(workflows).filter(
      (file) =>
        file.startsWith("backfill-") &&
        readFileSync(join(workflows, file), "utf8").includes("id-token: write"),
    );
    assert.deepEqual(defaultOf("workflows"), asking);
    const provider = resources.find(({ head }) => head.includes("workload_identity_pool_provider"));
    assert.match(
      provider?.body ?? "",
      /"attribute\.workflow" = "assertion\.workflow_ref\.extract\('\/\.github\/workflows\/\{file\}@'\)"/,
    );
    for (const name of ["reader", "writer"]) {
      const member = resources.find(({ head }) => head.endsWith(`service_account_iam_member ${name}`));
      assert.equal(member && argumentOf(member, "for_each"), "var.workflows");
    }
  });

  it("may write what the runbook's cells write, and only read its sources", async () => {
    const runbook = await readRunbook("nba-cascade");
    const written = [...runbook.processors, runbook.calendar].map(({ table }) => datasetOf(table));
    assert.deepEqual(defaultOf("sources"), namesOf(runbook.sources.map(({ table }) => datasetOf(table))));
    assert.deepEqual(
      namesOf([...defaultOf("datasets"), runbook.ledger]),
      namesOf([...written, runbook.ledger]),
    );
    const scopes = ["reader", "ledger", "sources", "writer"].map((name) => {
      const block = resources.find(({ head }) => head.endsWith(`dataset_iam_member ${name}`));
      return block && (argumentOf(block, "for_each") ?? argumentOf(block, "dataset_id"));
    });
    assert.deepEqual(scopes, [
      "setunion(var.sources, var.datasets)",
      "var.ledger",
      "var.sources",
      "setunion(var.datasets, [var.ledger])",
    ]);
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
