import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openMemoryRun } from "./memory-run.ts";

const first = "LAP-2024-01-01-2024-01-05";
const second = "LAP-2024-01-06-2024-01-07";

describe("runCellJob() with several cells on DuckDB", () => {
  it("hands all of them on as one bundle, and redoes only what is missing", async () => {
    using run = openMemoryRun();
    await run.plan({ "end-date": "2024-01-07" });
    run.setWeather("2024-01-03");
    assert.equal(await run.cell(`${first}, ${second}`), false);
    assert.deepEqual([...run.artifacts.keys()], ["plan.a1", `${first}.bundle.a1`]);
    run.attempt = 2;
    run.setWeather();
    assert.equal(await run.cell(`${first}, ${second}`), true);
    const attempts = await run.rows(`select cast(analysis_date as string) as day, count(*) as attempts,
  max(status) = 'failed' as failed
from relay_processing.cascade_partitions where analysis_date <= date '2024-01-07'
group by 1 having count(*) > 1`);
    assert.deepEqual(attempts, [{ day: "2024-01-03", attempts: 2, failed: true }]);
    assert.equal(await run.gate("laps-coverage"), true);
    assert.equal(await run.cell("TOTAL-2024-01-06-2024-01-07"), true);
  });
});
