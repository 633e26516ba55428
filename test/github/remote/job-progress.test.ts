import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  endedSince,
  endedText,
  progressText,
  type RemoteJob,
} from "../../../src/github/remote/job-progress.ts";
import { pollPause } from "../../../src/github/remote/poll-pause.ts";

let ids = 0;

function job(name: string, more: Partial<RemoteJob> = {}): RemoteJob {
  ids += 1;
  const times = { startedAt: undefined, completedAt: undefined };
  return {
    id: ids,
    name,
    attempt: 1,
    status: "waiting",
    conclusion: undefined,
    url: `https://x/${ids}`,
    ...times,
    ...more,
  };
}

function done(
  name: string,
  conclusion: string,
  [startedAt, completedAt]: readonly [number, number],
): RemoteJob {
  return job(name, { status: "done", conclusion, startedAt, completedAt });
}

describe("progressText()", () => {
  const jobs = [
    done("Plan", "success", [0, 20_000]),
    done("SESS one", "success", [20_000, 40_000]),
    done("SESS two", "failure", [20_000, 50_000]),
    done("Gate session", "success", [50_000, 60_000]),
    done("COHORT", "skipped", [60_000, 60_000]),
    job("COHORT one", { status: "running", startedAt: 60_000 }),
  ];

  it("counts cells and gates, not what frames them", () => {
    assert.equal(
      progressText(jobs, { totals: { jobs: 9 }, now: 80_000 }),
      "3 of 9 jobs done, 1 failed, 1 running, 5 waiting, about 2 min 00 s left",
    );
  });

  it("says nothing of what is not known", () => {
    assert.equal(progressText(jobs.slice(0, 2), { totals: undefined, now: 45_000 }), "1 job done");
    assert.equal(
      progressText(jobs.slice(0, 3), { totals: { jobs: 9 }, now: 55_000 }),
      "2 of 9 jobs done, 1 failed, 7 waiting",
    );
  });
});

describe("endedSince()", () => {
  it("tells each job once, in the order in which they ended", () => {
    const [first, second] = [done("a", "success", [0, 9]), done("b", "failure", [0, 5])];
    const skipped = done("c", "skipped", [0, 1]);
    const ended = endedSince(new Set(), [first, second, skipped, job("d")]);
    assert.deepEqual(
      ended.map(({ name }) => name),
      ["b", "a"],
    );
    assert.deepEqual(endedSince(new Set([second.id]), [first, second]), [first]);
    assert.match(endedText(second), /^b: failure in 0\.0 s, https:/);
    assert.equal(endedText(first), "a in 0.0 s");
  });
});

describe("pollPause()", () => {
  for (const pages of [1, 3]) {
    it(`asks fewer than 300 times in an hour where the jobs fill ${pages} pages`, () => {
      let [elapsedMs, requests] = [0, 0];
      while (elapsedMs < 3_600_000) {
        requests += pages;
        elapsedMs += pollPause({ elapsedMs, pages });
      }
      assert.ok(requests < 300, String(requests));
    });
  }
});
