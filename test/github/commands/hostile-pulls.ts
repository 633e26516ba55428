import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { getOctokit } from "@actions/github";
import type { Nodes } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { Fault } from "../../../src/errors.ts";
import { parsePullAnswer, renderPullAnswer } from "../../../src/github/commands/planned-pull.ts";
import { fetchRunbookAt } from "../../../src/github/commands/pull-runbook.ts";
import { refusalOf, type Refusal } from "../../../src/github/commands/refusal.ts";
import { renderReply } from "../../../src/github/commands/render-reply.ts";
import { parseOptions } from "../../../src/operations/typed/options.ts";
import { planCommand } from "../../../src/operations/typed/plan-command.ts";
import { answerText } from "../../../src/operations/typed/typed-command.ts";
import { openWarehouse } from "../../../src/process/open-warehouse.ts";
import { openDuckDb } from "../../../src/warehouse/duckdb.ts";
import { commitFolder } from "../fake/git-objects.ts";
import { openGitHub, type GitHub } from "../fake/open-github.ts";
import { actionsBot } from "../fake/state.ts";
import { hostileRunbooks } from "./hostile-runbooks.ts";

const folder = mkdtempSync(join(tmpdir(), "cascade-hostile-pulls-"));
const secret = join(folder, "secret.csv");
const target = join(folder, "target.csv");
const database = join(folder, "state.duckdb");
const fixture = join(import.meta.dirname, "../../fixtures/shop");
const environment = { CASCADE_STATEMENT_SECONDS: "1", CASCADE_THREADS: "1", STOLEN_TOKEN: "stolen-token" };
const nothing = (): void => undefined;
const silent = { line: nothing, redraw: nothing, isTerminal: false, hasColours: false, columns: undefined };
const markdown = unified().use(remarkParse).use(remarkGfm);
/** Codes by which a runbook is refused: by its reader, by the engine's parser, by what the engine allows or bears. */
const codes = new Set(["runbook-invalid", "unknown-name", "calendar-invalid", "statement-failed"]);

let asked = 0;
const server = createServer((_, response) => {
  asked += 1;
  response.end("a\nstolen\n");
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = server.address();
const url = typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
const runbooks = Object.entries(hostileRunbooks({ secret, target, server: url }));
let github: GitHub;

/** What a hostile runbook tries. */
type Aim = keyof ReturnType<typeof hostileRunbooks>;

/** Tests that runbooks with one of these aims are refused where a pull request is planned; once in a process. */
export function describeHostile(aims: readonly Aim[]): void {
  before(async () => {
    process.env["STOLEN_TOKEN"] = environment.STOLEN_TOKEN;
    writeFileSync(secret, "a\nstolen-file\n");
    cpSync(fixture, join(folder, "checkout/runbooks/shop"), { recursive: true });
    process.chdir(join(folder, "checkout"));
    await using warehouse = await openDuckDb({ path: database });
    await warehouse.execute([
      { sql: "create schema shop_raw", purpose: "make a state" },
      { sql: "create table shop_raw.other as select 'stolen-row' as x", purpose: "make a state" },
      {
        sql: "create table shop_raw.sales as select 'a' as sale_id, date '2024-01-01' as sale_date, 'a' as shop, 1::bigint as amount",
        purpose: "make a state",
      },
    ]);
    github = await openGitHub({ rateLimit: 100_000 });
    github.state.tokens.set("ghs_read", { login: actionsBot, permissions: { contents: "read" } });
  });
  after(async () => {
    await github[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe("a runbook on the pull-request path", () => {
    it("is planned when it is an ordinary one", async () => {
      const answer = await planPull("ordinary", () => undefined);
      assert.ok(answer.kind === "planned");
      assert.match(answer.output, /3 dates to do in 3 cells/);
    });

    it("has a server to ask, and more than 300 hostile ones to stand", async () => {
      assert.equal(await (await fetch(url)).text(), "a\nstolen\n");
      assert.equal(asked, 1);
      const all = runbooks.flatMap(([aim, hostile]) => hostile.map(({ what }) => `${aim}: ${what}`));
      assert.ok(new Set(all).size > 300, `${all.length} of them`);
    });

    for (const [aim, hostile] of runbooks.filter(([aim]) => aims.includes(aim as Aim))) {
      it(
        `cannot ${aim}: ${hostile.length} are refused, read nothing and write nothing`,
        { timeout: 300_000 },
        async () => {
          const content = hashOf(database);
          for (const [index, { what, spoil }] of hostile.entries()) {
            const answer = await planPull(`${aim.replaceAll(" ", "-")}-${index}`, spoil);
            assert.ok(answer.kind === "refused", `${what}: ${JSON.stringify(answer)}`);
            assert.ok(codes.has(answer.reason), `${what}: ${answer.reason} ${answer.found}`);
            checkReply(what, answer);
          }
          assert.equal(existsSync(target), false);
          assert.equal(hashOf(database), content);
          assert.equal(asked, 1);
        },
      );
    }

    it("takes no more memory than a small machine has", () => {
      const megabytes = process.resourceUsage().maxRSS / 1024;
      assert.ok(megabytes < 2500, `${megabytes} MB`);
    });
  });
}

/** Plans a changed copy of the shop as the job does that may only read, and gives what it hands on. */
async function planPull(name: string, spoil: (folder: string) => void) {
  const change = join(folder, name);
  const [home, fetched] = [join(change, "runbooks/shop"), join(folder, "fetched", name, "shop")];
  mkdirSync(join(change, "runbooks"), { recursive: true });
  cpSync(fixture, home, { recursive: true });
  spoil(home);
  const wanted = { runbook: "shop", commit: commitFolder(github.state, name, change), folder: fetched };
  const client = getOctokit("ghs_read", { baseUrl: github.url });
  try {
    await fetchRunbookAt(client, { owner: "octo", repository: "cascade" }, wanted);
    const text = await typePlan(fetched);
    return parsePullAnswer(renderPullAnswer({ kind: "planned", output: text }));
  } catch (cause) {
    assert.ok(cause instanceof Fault, `${name}: ${String(cause instanceof Error ? cause.stack : cause)}`);
    return parsePullAnswer(renderPullAnswer(refusalOf(cause)));
  }
}

/** What `/cascade plan` prints of a runbook's folder, on the state. */
async function typePlan(runbookFolder: string): Promise<string> {
  const address = `duckdb:${database}`;
  const options = parseOptions([runbookFolder, "--warehouse", address], {});
  const shell = { environment, signals: new EventEmitter(), stdout: silent, stderr: silent, exit: nothing };
  const answer = await planCommand.answer({
    options,
    usualRunbook: "",
    invocation: { prefix: "cascade", warehouse: address },
    now: () => new Date("2024-02-01T00:00:00Z"),
    note: nothing,
    openWarehouse: (runbook, how) =>
      openWarehouse(
        {
          ...shell,
          now: () => new Date(0),
          pause: () => Promise.resolve(),
          openPlace: (place, opening) => place.open(opening),
        },
        { address, mode: "read", runbook, ...how },
      ),
  });
  return answerText(options, answer, (_tone, text) => text);
}

/** The refusal as a comment says what is wrong, tells no secret, and is text to GitHub's reader of Markdown. */
function checkReply(what: string, refusal: Refusal): void {
  const reply = renderReply(refusal, { commentId: 7, login: "octocat", command: "/cascade plan" });
  assert.doesNotMatch(reply, /stolen-(?:file|row|token)/, what);
  assert.ok(refusal.found.length > 20 && reply.length < 5000, what);
  const own = new Set(["root", "paragraph", "strong", "text", "inlineCode", "html", "break"]);
  const others = nodesOf(markdown.parse(reply)).filter(({ type }) => !own.has(type));
  assert.deepEqual(others, [], what);
}

function nodesOf(node: Nodes): readonly Nodes[] {
  return [node, ...("children" in node ? node.children.flatMap(nodesOf) : [])];
}

function hashOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
