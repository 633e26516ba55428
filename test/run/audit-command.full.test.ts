import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { auditCommand } from "../../src/operations/typed/audit-command.ts";
import { parseOptions } from "../../src/operations/typed/options.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { copyShop } from "../cli/cascade.ts";
import { datesOf, openCommandScene, prelude } from "./command-scene.ts";
import { openShop, shopRange, testEffects } from "./shop.ts";

/** Counts the sales of the date and of some days before, as far as its file has them. */
function lookingBack(days: number): string {
  return `note("start " + dates.length);
const before = (date, days) => new Date(Date.parse(date) - days * 86400000).toISOString().slice(0, 10);
for (const day of days()) {
  const seen = sales().filter(({ shop, sale_date }) => shop === day.shop && sale_date <= day.sale_date && sale_date >= before(day.sale_date, ${days}));
  emit({ ...day, sales: seen.length });
}`;
}

/** The runbook whose DAY reads some days before as well. */
function reading(runbook: Runbook, days: number): Runbook {
  const processors = runbook.processors.map((processor) => {
    const [edge] = processor.reads;
    if (processor.id !== "DAY" || edge === undefined) return processor;
    return {
      ...processor,
      reads: [...processor.reads, { ...edge, window: { kind: "previous-days", days } as const }],
    };
  });
  return { ...runbook, processors };
}

describe("the audit of a command step", () => {
  it("commits nothing of a program that uses rows which other dates of its cell brought, and says what to declare", async () => {
    await using scene = await openCommandScene({ "program.mjs": lookingBack(3) });
    await using warehouse = await openShop();
    const { kinds, errors } = datesOf(await scene.run(warehouse, 9, {}, { skipAudit: false }));
    assert.ok(kinds.every((kind) => kind.endsWith("failed")));
    assert.match(
      errors.join(),
      /^window-too-narrow: shop_raw\.sales is read beyond same-date: on 2024-01-0\d sales of "\w+" is .*; previous-days: 3 would suffice$/,
    );
  });

  it("starts a true one once more for each sampled date, and never again", async () => {
    await using scene = await openCommandScene({ "program.mjs": lookingBack(3) });
    await using warehouse = await openShop();
    const request = { runbook: reading(scene.runbook, 3), skipAudit: false };
    assert.ok(
      datesOf(await scene.run(warehouse, 9, {}, request)).kinds.every((kind) => kind.endsWith("committed")),
    );
    assert.deepEqual(await scene.notes(), ["start 9", "start 1", "start 1", "start 1", "start 1", "start 1"]);
    assert.ok(
      datesOf(await scene.run(warehouse, 11, {}, request)).kinds.every((kind) => kind.endsWith("committed")),
    );
    assert.deepEqual((await scene.notes()).slice(6), ["start 2"]);
  });

  it("starts one that computes a single date once more, with every row", async () => {
    for (const [days, kind] of [
      [0, "committed"],
      [3, "failed"],
    ] as const) {
      await using scene = await openCommandScene({ "program.mjs": lookingBack(days) });
      await using warehouse = await openShop();
      await scene.run(warehouse, 7);
      const before = (await scene.notes()).length;
      const range = { from: "2024-01-08" as CalendarDate, to: "2024-01-08" as CalendarDate };
      const selection = { range, processors: ["DAY"] };
      const { kinds } = datesOf(await scene.run(warehouse, 8, {}, { skipAudit: false, selection }));
      assert.deepEqual(kinds, [`2024-01-08 ${kind}`]);
      assert.deepEqual((await scene.notes()).slice(before, before + 2), ["start 1", "start 1"]);
    }
  });

  it("is audited by `cascade audit` too, but for one that writes its table itself", async () => {
    const program = `${prelude}${lookingBack(3)}`;
    const folder = await mkdtemp(join(tmpdir(), "cascade-audit-"));
    const node = JSON.stringify(process.execPath);
    const shop = await copyShop(join(folder, "shop"), {
      "runbook.yml": (text) =>
        text
          .replace("sql: sql/day.sql", `command: [${node}, day.mjs], files: [day.mjs]`)
          .replace("sql: sql/score.sql", `command: [${node}, day.mjs], files: [day.mjs], writes: direct`),
    });
    await writeFile(join(shop, "day.mjs"), program);
    const runbook = await readRunbook(shop);
    const warehouse = await openShop();
    const environment = { NOTES: join(folder, "notes") };
    const selection = { range: shopRange, processors: ["DAY"] };
    await runBackfill(warehouse, { runbook, selection, skipAudit: true }, { ...testEffects(), environment });
    const answer = await auditCommand.answer({
      options: parseOptions([shop, "--processor", "DAY,SCORE"], {}),
      usualRunbook: "",
      invocation: { prefix: "cascade" },
      now: () => new Date(0),
      note: () => undefined,
      openWarehouse: () => Promise.resolve(warehouse),
      startPrograms: () => ({ ...testEffects(), environment, [Symbol.dispose]: () => undefined }),
    });
    await rm(folder, { recursive: true });
    assert.equal(answer.exitCode, 1);
    const [day, score] = answer.text((_tone, text) => text).split("\n");
    assert.match(
      day ?? "",
      /^DAY: window-too-narrow: shop_raw\.sales is read beyond same-date: .*; previous-days: 3 would suffice$/,
    );
    assert.match(score ?? "", /^SCORE: not audited: its command writes the table itself/);
  });
});
