import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openShop } from "../run/shop.ts";
import { cascade, shopFolder } from "./cascade.ts";

describe("--dates @file", () => {
  let folder = "";
  let path = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-dates-"));
    path = join(folder, "dates.txt");
    await (await openShop(join(folder, "shop.duckdb")))[Symbol.asyncDispose]();
  });
  after(() => rm(folder, { recursive: true }));

  async function planned(text: string, ...dates: readonly string[]): Promise<string> {
    await writeFile(path, text);
    const options = ["--processor", "DAY", "--json", "--warehouse", `duckdb:${join(folder, "shop.duckdb")}`];
    const { code, stdout, stderr } = await cascade(["plan", shopFolder, ...dates, ...options]);
    if (code !== 0) return stderr;
    const { cells } = JSON.parse(stdout) as {
      readonly cells: readonly { readonly dates: readonly string[] }[];
    };
    return cells.flatMap((cell) => cell.dates).join(" ");
  }

  /** The dates asked for, and those before them that DAY leads in with. */
  const selected = "2024-01-01 2024-01-02 2024-01-03 2024-01-05 2024-01-07";

  it("selects what the file lists, and a long list that is typed selects the same", async () => {
    const text = "\uFEFF2024-01-03 # the outage\r\n2024-01-05, 2024-01-07\n\n# 2024-01-09\n";
    assert.equal(await planned(text, "--dates", `@${path}`), selected);
    assert.equal(await planned(text, `--dates=@${path}`), selected);
    assert.equal(await planned(text, "--dates", "2024-01-03,2024-01-05,2024-01-07"), selected);
  });

  it("tells the line of what is no date, and a file that is absent or empty", async () => {
    assert.match(
      await planned("2024-01-03\n2024-02-30\n", "--dates", `@${path}`),
      /^invalid-date \S*dates\.txt:2: expected a date as YYYY-MM-DD, found "2024-02-30"\n/,
    );
    assert.match(await planned("# none\n", "--dates", `@${path}`), /^usage .*: it has none\n/);
    assert.match(await planned("", "--dates", `@${path}.not`), /^usage .*ENOENT/);
  });
});
