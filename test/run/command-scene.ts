import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { runBackfill, type RunRequest, type RunResult } from "../../src/run/run-backfill.ts";
import type { RunEffects } from "../../src/run/run-event.ts";
import type { Processor, Runbook } from "../../src/runbook/runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { readShop, wallEffects } from "./shop.ts";

/** A folder with the program of a command step, and what that program notes down in `$NOTES`. */
export type CommandScene = AsyncDisposable & {
  readonly folder: string;
  /** The shop whose days the program computes. */
  readonly runbook: Runbook;
  /** The lines of `$NOTES`. */
  notes(): Promise<readonly string[]>;
  /** Runs DAY over the first `count` days of the year, without an audit unless one is asked for. */
  run(
    warehouse: Warehouse,
    count: number,
    overrides?: Partial<RunEffects>,
    request?: Partial<RunRequest>,
  ): Promise<RunResult>;
};

type Program = {
  readonly argv: readonly string[];
  readonly timeoutSeconds?: number;
  readonly writes?: "staged" | "direct";
  readonly retries?: NonNullable<Processor["retries"]>;
  /** What the processor declares, instead of the shop's days. */
  readonly columns?: Processor["columns"];
};

/** The first lines of a program: `dates`, `emit(row)` and `note(line)`; `sales` gives what it reads. */
export const prelude = `import { appendFileSync, readFileSync } from "node:fs";
const { CASCADE_INPUT_DIR, CASCADE_OUTPUT, CASCADE_FAILURES, CASCADE_DATES, NOTES } = process.env;
const dates = CASCADE_DATES.split(",");
const emit = (row) => appendFileSync(CASCADE_OUTPUT, JSON.stringify(row) + "\\n");
const fail = (row) => appendFileSync(CASCADE_FAILURES, JSON.stringify(row) + "\\n");
const note = (line) => appendFileSync(NOTES, line + "\\n");
const sales = () => readFileSync(CASCADE_INPUT_DIR + "/shop_raw.sales.ndjson", "utf8").trim().split("\\n").map((line) => JSON.parse(line));
const days = () => [...Map.groupBy(sales().filter(({ sale_date }) => dates.includes(sale_date)), ({ shop, sale_date }) => shop + sale_date).values()]
  .map((own) => ({ shop: own[0].shop, sale_date: own[0].sale_date, total: own.reduce((sum, { amount }) => sum + amount, 0), sales: own.length }));
`;

/** Writes files (`program.mjs` begins with the prelude) and makes the shop's DAY the command `argv`, run beside them. */
export async function openCommandScene(
  files: Readonly<Record<string, string>>,
  { argv, timeoutSeconds = 30, writes = "staged", columns, retries }: Program = {
    argv: [process.execPath, "program.mjs"],
  },
): Promise<CommandScene> {
  const folder = await mkdtemp(join(tmpdir(), "cascade-command-"));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), name === "program.mjs" ? `${prelude}${text}` : text);
  }
  const shop = await readShop();
  const step = { kind: "command", argv, files: [], writes, timeoutSeconds } as const;
  const processors = shop.processors.map((processor) =>
    processor.id === "DAY"
      ? {
          ...processor,
          step,
          columns: columns ?? processor.columns,
          ...(retries === undefined ? {} : { retries }),
        }
      : processor,
  );
  const runbook = { ...shop, folder, processors };
  const notes = join(folder, "notes");
  return {
    folder,
    runbook,
    async notes() {
      return (await readFile(notes, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
    },
    run(warehouse, count, overrides = {}, request = {}) {
      const effects = { ...wallEffects(), ...overrides };
      const environment = { ...effects.environment, NOTES: notes };
      const to = `2024-01-${String(count).padStart(2, "0")}` as CalendarDate;
      const selection = { range: { from: "2024-01-01" as CalendarDate, to }, processors: ["DAY"] };
      return runBackfill(
        warehouse,
        { runbook, selection, skipAudit: true, ...request },
        { ...effects, environment },
      );
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What became of the dates, as `date kind`, and the errors of those that failed. */
export function datesOf({ cells }: RunResult): {
  readonly kinds: readonly string[];
  readonly errors: readonly string[];
} {
  const outcomes = cells.flatMap((cell) => cell.outcomes);
  return {
    kinds: outcomes.map(({ date, kind }) => `${date} ${kind}`),
    errors: [...new Set(outcomes.flatMap((outcome) => (outcome.kind === "failed" ? [outcome.error] : [])))],
  };
}
