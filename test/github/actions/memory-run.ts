import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createRedact } from "../../../src/domain/redact.ts";
import { openProcess, type ShellEffects } from "../../../src/process/effects.ts";
import { openWarehouse } from "../../../src/process/open-warehouse.ts";
import { planInputs, readActionInputs, type PlanInputs } from "../../../src/github/action-inputs.ts";
import { runCellJob } from "../../../src/github/jobs/cell-job.ts";
import { runGateJob } from "../../../src/github/jobs/gate-job.ts";
import { runPlanJob, type PlanEffects, type PlanOutputs } from "../../../src/github/jobs/plan-job.ts";
import { uploadResults } from "../../../src/github/jobs/upload-results.ts";
import type { Annotation, RunArtifacts } from "../../../src/github/job-effects.ts";
import type { RunbookHold } from "../../../src/github/read-hold.ts";
import { readArtifactFolder, type ArtifactFolder } from "../../../src/github/state/artifact-folder.ts";
import { allResults } from "../../../src/github/state/bundles.ts";
import { openAssembled } from "../../../src/github/state/open-assembled.ts";
import { publishState } from "../../../src/github/state/publish-state.ts";
import { readPlannedRun } from "../../../src/github/state/planned-run.ts";
import { readRunbook } from "../../../src/run/read-runbook.ts";
import type { Row, Warehouse } from "../../../src/warehouse/warehouse.ts";

const relay = "test/fixtures/relay";

/** One run of the relay whose jobs run in this process, with artifacts in folders. */
export type MemoryRun = Disposable & {
  /** Names of artifacts to folders; tests take away and damage them. */
  readonly artifacts: Map<string, string>;
  readonly annotations: Annotation[];
  readonly summaries: string[];
  /** Names of the artifacts that jobs have downloaded. */
  readonly downloads: string[];
  /** The run and its attempt of the jobs that come next. */
  id: number;
  attempt: number;
  commit: string;
  hold: RunbookHold | undefined;
  state: ArtifactFolder | undefined;
  /** What stands between the jobs and their warehouse. */
  through: (warehouse: Warehouse) => Warehouse;
  readonly setWeather: (...dates: readonly string[]) => void;
  readonly plan: (inputs?: Readonly<Record<string, string>>) => Promise<PlanOutputs>;
  /** Whether the job was green; faults are thrown. Results are uploaded unless it is lost. */
  readonly cell: (id: string, how?: { readonly isLost?: boolean }) => Promise<boolean>;
  readonly gate: (id: string) => Promise<boolean>;
  /** All that the run has left so far. */
  readonly inspect: <T>(look: (warehouse: Warehouse) => Promise<T>) => Promise<T>;
  readonly rows: (sql: string) => Promise<readonly Row[]>;
  /** Publishes the run's state as the report job does, and gives it as a later run finds it. */
  readonly publish: () => Promise<ArtifactFolder>;
  /** Effects of a fresh job. */
  readonly effects: () => PlanEffects;
  /** Another run that goes on from where this one stands: its artifacts, and what its jobs have said. */
  readonly copy: () => MemoryRun;
};

/** How far a run has come: what it has left, and its clock and ids. */
type Past = Pick<MemoryRun, "artifacts" | "annotations" | "summaries"> & {
  readonly jobs: number;
  readonly ids: number;
  readonly ticks: number;
};

let runs = 0;

/** Copies of one run that has done some steps, once in a process: what many tests begin with. */
export function runsAfter(
  steps: (run: MemoryRun) => Promise<void>,
  begin: () => MemoryRun | Promise<MemoryRun> = openMemoryRun,
): () => Promise<MemoryRun> {
  let original: Promise<MemoryRun> | undefined;
  async function make(): Promise<MemoryRun> {
    const run = await begin();
    process.once("exit", () => run[Symbol.dispose]());
    await steps(run);
    return run;
  }
  return async () => (await (original ??= make())).copy();
}

/** What a run is of; `open` gives what its jobs work on in place of a cloud warehouse. */
type Subject = {
  readonly runbook?: string;
  readonly warehouse?: string;
  readonly open?: () => Promise<Warehouse>;
};

/**
 * Opens a run without a job done; later runs have later clocks. With the address of a cloud warehouse all jobs open one
 * DuckDB file in its place, whose raw tables the test fills, or what the test opens.
 */
export function openMemoryRun(
  { runbook: book = relay, warehouse: address = "duckdb", open }: Subject = {},
  past?: Past,
): MemoryRun {
  const folder = mkdtempSync(join(tmpdir(), "cascade-run-"));
  const weather = writeWeather(folder);
  const artifacts = new Map<string, string>();
  for (const [name, source] of past?.artifacts ?? []) keep(name, source);
  const downloads: string[] = [];
  const annotations: Annotation[] = [...(past?.annotations ?? [])];
  const summaries: string[] = [...(past?.summaries ?? [])];
  let jobs = past?.jobs ?? 0;
  let ids = past?.ids ?? 0;
  runs += 1;
  let ticks = past?.ticks ?? Date.parse("2024-02-01T00:00:00Z") + runs * 3_600_000;
  function keep(name: string, source: string): void {
    const target = join(folder, "artifacts", name);
    cpSync(source, target, { recursive: true });
    artifacts.set(name, target);
  }
  const store: RunArtifacts = {
    list: () => Promise.resolve([...artifacts.keys()].map((name, index) => ({ id: index + 1, name }))),
    download({ id, name }, target) {
      downloads.push(name);
      cpSync([...artifacts.values()][id - 1] ?? "", target, { recursive: true });
      return Promise.resolve();
    },
    upload(name, source) {
      if (artifacts.has(name)) throw new Error(`409: an artifact ${name} exists`);
      keep(name, source);
      return Promise.resolve();
    },
  };
  const run: MemoryRun = {
    artifacts,
    annotations,
    summaries,
    downloads,
    id: 7,
    attempt: 1,
    commit: "c".repeat(40),
    hold: undefined,
    state: undefined,
    through: (warehouse) => warehouse,
    setWeather: (...dates) => writeFileSync(join(folder, "weather"), dates.join("\n")),
    plan: (inputs = {}) =>
      runPlanJob(planInputsOf({ runbook: book, warehouse: address, ...inputs }), run.effects()),
    async cell(id, how = {}) {
      const effects = run.effects();
      const inputs = { runbook: book, warehouse: address, cell: id.split(", "), "github-token": "t" };
      try {
        return await runCellJob(inputs, effects);
      } finally {
        if (how.isLost !== true) await uploadResults(effects);
      }
    },
    async gate(id) {
      const effects = run.effects();
      try {
        return await runGateJob(
          { runbook: book, warehouse: address, gates: [id], "github-token": "t" },
          effects,
        );
      } finally {
        await uploadResults(effects);
      }
    },
    async inspect(look) {
      const effects = run.effects();
      const runbook = await readRunbook(book);
      const planned = await readPlannedRun(effects, runbook);
      const request = { run: planned, runbook, warehouse: address, wanted: allResults(planned.file) };
      await using warehouse = (await openAssembled(effects, request)).warehouse;
      return await look(warehouse);
    },
    async publish() {
      const effects = run.effects();
      const runbook = await readRunbook(book);
      const { file } = await readPlannedRun(effects, runbook);
      await run.inspect((warehouse) => publishState(warehouse, { runbook, file }, effects));
      return readArtifactFolder("state", artifacts.get(`state-relay.a${run.attempt}`) ?? "");
    },
    rows: (sql) => run.inspect((warehouse) => warehouse.query({ sql, purpose: "look" })),
    effects() {
      jobs += 1;
      const own = join(folder, `job-${jobs}`);
      mkdirSync(own, { recursive: true });
      const { id, attempt, commit, hold, state } = run;
      return {
        now: () => new Date((ticks += 1000)),
        randomId: () => String((ids += 1)).padStart(8, "0"),
        holder: "a test",
        serverUrl: "https://github.com",
        redact: createRedact([]),
        signal: new AbortController().signal,
        environment: { PATH: `${weather}${delimiter}${process.env["PATH"]}` },
        job: {
          runId: id,
          attempt,
          commit,
          owner: "octo",
          repository: "cascade",
          workflow: "backfill-relay.yml",
          actor: "octocat",
        },
        folder: own,
        async openWarehouse(asked, { runbook, folders = [] }) {
          if (open !== undefined) return run.through(await open());
          const place = address === "duckdb" ? asked : `duckdb:${join(folder, "cloud.duckdb")}`;
          const request = {
            address: place,
            mode: "write",
            runbook,
            folders: [folder, ...(state === undefined ? [] : [state.folder]), ...folders],
          } as const;
          return run.through(await openWarehouse(onOneThread(openProcess(process)), request));
        },
        artifacts: store,
        voice: {
          log: () => undefined,
          annotate: (annotation) => void annotations.push(annotation),
          summarise: (markdown) => Promise.resolve(void summaries.push(markdown)),
          mask: () => undefined,
          muted: (work) => work(),
        },
        readHold: () => Promise.resolve(hold),
        fetchState: () => Promise.resolve(state),
      };
    },
    copy: () =>
      openMemoryRun(
        { runbook: book, warehouse: address, ...(open === undefined ? {} : { open }) },
        { artifacts, annotations, summaries, jobs, ids, ticks },
      ),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
  run.setWeather();
  return run;
}

/** Inputs of the plan as a dispatch without any gives them, with some replaced. */
export function planInputsOf(given: Readonly<Record<string, string>>): PlanInputs {
  const usual: Readonly<Record<string, string>> = {
    runbook: relay,
    warehouse: "duckdb",
    "with-upstream": "false",
    resume: "true",
    "allow-empty": "false",
    cells: "runbook",
    "dry-run": "false",
    state: "latest",
    reason: "",
    round: "0",
    "github-token": "t",
  };
  return readActionInputs(planInputs, (key) => given[key] ?? usual[key] ?? "");
}

/** A folder with the program that the relay's step asks for dates on which nobody can run. */
function writeWeather(folder: string): string {
  const programs = join(folder, "programs");
  mkdirSync(programs);
  writeFileSync(join(programs, "weather"), `#!/usr/bin/env bash\ncat '${join(folder, "weather")}'\n`);
  chmodSync(join(programs, "weather"), 0o755);
  return programs;
}

/** Keeps DuckDB to one thread: test files run side by side, and on tables so small threads only cost. */
function onOneThread(shell: ShellEffects): ShellEffects {
  return { ...shell, environment: { ...shell.environment, CASCADE_THREADS: "1" } };
}
