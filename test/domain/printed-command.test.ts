import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { parseOptions } from "../../src/operations/typed/options.ts";
import { addDays, type CalendarDate } from "../../src/domain/calendar-date.ts";
import {
  asTyped,
  commandText,
  runbookWord,
  wordsOfShell,
  type PrintedCommand,
} from "../../src/domain/printed-command.ts";

const date = fc.integer({ min: 0, max: 400 }).map((days) => addDays("2024-01-01" as CalendarDate, days));
const word = fc.stringMatching(/^[A-Za-z0-9_/][\w ./'"$-]{0,12}$/);
const command: fc.Arbitrary<PrintedCommand> = fc
  .record({
    name: fc.constantFrom("run", "why", "gaps", "coverage", "recover", "status"),
    runbook: word,
    words: fc.array(word, { maxLength: 2 }),
    days: fc.array(date, { minLength: 1, maxLength: 60 }),
    isRange: fc.boolean(),
    processors: fc.option(fc.array(fc.stringMatching(/^[A-Z][A-Z_]{0,5}$/), { minLength: 1, maxLength: 4 }), {
      nil: undefined,
    }),
    phases: fc.option(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }), {
      nil: undefined,
    }),
    flags: fc.subarray(["no-resume", "with-upstream", "with-downstream", "reconcile"]),
  })
  .map(({ days, isRange, ...rest }) => {
    const [from, to] = [days[0], days.at(-1)];
    if (!isRange || from === undefined || to === undefined) return { ...rest, dates: days };
    return { ...rest, range: { from, to } };
  });

describe("commandText()", () => {
  it("is parsed by the command line into what it was made of", () => {
    fc.assert(
      fc.property(command, word, (printed, file) => {
        const text = asTyped(commandText(printed), { prefix: "npx cascade", warehouse: `duckdb:${file}` });
        const [npx, program, name, ...args] = wordsOfShell(text);
        assert.deepEqual([npx, program, name], ["npx", "cascade", printed.name]);
        const options = parseOptions(args, {});
        assert.deepEqual(options.positionals, [printed.runbook, ...(printed.words ?? [])]);
        assert.equal(options.warehouse, `duckdb:${file}`);
        assert.deepEqual(options.dates, printed.dates);
        assert.deepEqual([options.startDate, options.endDate], [printed.range?.from, printed.range?.to]);
        assert.deepEqual(options.processors, printed.processors);
        assert.deepEqual(options.phases, printed.phases);
        assert.equal(options.flag("with-upstream") ?? false, printed.flags?.includes("with-upstream"));
        assert.equal(options.flag("resume") === false, printed.flags?.includes("no-resume"));
      }),
      { numRuns: 300 },
    );
  });

  it("is split by a shell as the test splits it", () => {
    const text = commandText({ name: "why", runbook: "my runbook", words: ["it's", "$HOME", '"'] });
    const out = execFileSync("sh", ["-c", `printf '%s\\n' ${text}`], { encoding: "utf8" });
    assert.deepEqual(out.trimEnd().split("\n"), wordsOfShell(text));
  });
});

describe("asTyped()", () => {
  it("leaves what is no command of the command line as it is", () => {
    assert.equal(asTyped("", { prefix: "npx cascade", warehouse: "duckdb:x" }), "");
    assert.equal(asTyped("/cascade retry", { prefix: "npx cascade" }), "/cascade retry");
  });
});

describe("runbookWord()", () => {
  it("names a folder that looks like an option by its path", () => {
    const text = commandText({
      name: "run",
      runbook: runbookWord({ name: "x", folder: "--warehouse=duckdb:y" }),
    });
    const { positionals, warehouse } = parseOptions(wordsOfShell(text).slice(2), {});
    assert.deepEqual(positionals, ["./--warehouse=duckdb:y"]);
    assert.equal(warehouse, parseOptions([], {}).warehouse);
  });
});
