import assert from "node:assert/strict";
import { parseDocument } from "yaml";
import { completeRunbook } from "../../src/run/complete-runbook.ts";
import { readRunbookText } from "../../src/run/read-runbook.ts";
import { parseRunbook } from "../../src/runbook/parse-runbook.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { readShop, runShop } from "../run/shop.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { openCoarseTill } from "../run/coarse-till.ts";
import { runRange } from "../run/open-columns.ts";
import { openEmulatedCopy, openEmulatedShop, resultsOf } from "./emulated-shop.ts";
import { withoutEmulator } from "./emulator.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

/** The shop's runbook with every column left to the engine. */
async function readOpenShop(): Promise<Runbook> {
  const text = await readRunbookText("test/fixtures/shop");
  const document = parseDocument(text.files.get("runbook.yml") ?? "");
  for (const section of ["sources", "processors"]) {
    const count = (document.toJS() as Record<string, unknown[]>)[section]?.length ?? 0;
    for (let index = 0; index < count; index += 1) document.deleteIn([section, index, "columns"]);
  }
  const parsed = parseRunbook({
    ...text,
    files: new Map([...text.files, ["runbook.yml", document.toString()]]),
  });
  assert.ok(parsed.kind === "ok", JSON.stringify(parsed));
  return parsed.runbook;
}

function typesOf({ sources, processors }: Runbook): readonly string[] {
  return [...sources, ...processors].flatMap(({ table, columns }) =>
    columns.map(({ name, type }) => `${table}.${name} ${type}`).toSorted(),
  );
}

describe("completeRunbook() on the emulator", () => {
  it("finds the types that the shop declares, and runs with them", async () => {
    const declared = await readShop();
    await using shop = await openEmulatedShop(declared);
    const runbook = await completeRunbook(shop.warehouse, await readOpenShop());
    assert.deepEqual(typesOf(runbook), typesOf(declared));
    const selection = { range: { from: "2024-01-01", to: "2024-01-02" } } as never;
    const result = await runShop(shop.warehouse, { runbook, selection });
    assert.equal(result.isClean, true);
  });
});

describe("partitions a month on the emulator", () => {
  it("are those of DuckDB, and one is computed again with a day of it", async () => {
    const { warehouse, runbook } = await openCoarseTill("month");
    await using local = warehouse;
    await using till = await openEmulatedCopy(runbook, local);
    const [here, there] = [await runRange(local, runbook), await runRange(till.warehouse, runbook)];
    assert.deepEqual([here.isClean, there.isClean], [true, true]);
    assert.deepEqual(await resultsOf(till.warehouse, runbook), await resultsOf(local, runbook));
    await till.warehouse.execute([
      {
        sql: "update till_raw.sales set amount = amount + 1 where day = '2024-02-06'",
        purpose: "correct a day",
      },
    ]);
    const { plan } = await runRange(till.warehouse, runbook);
    const months = plan.cells.filter(({ processor }) => processor === "WHOLE");
    assert.deepEqual(
      months.flatMap(({ dates }) => dates),
      ["2024-02-01"],
    );
  });
});
