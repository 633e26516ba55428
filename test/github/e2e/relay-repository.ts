import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { compileWorkflow } from "../../../src/github/compile-workflow.ts";
import type { WorkflowOptions } from "../../../src/github/workflow/job.ts";
import { readRunbook } from "../../../src/run/read-runbook.ts";
import { openGitHub, type GitHub, type GitHubOptions } from "../fake/open-github.ts";
import type { RecordedAttempt, RecordedRun } from "../fake/recorded-run.ts";
import { builtActions } from "../../package/built-actions.ts";
import { actionNames } from "../../package/bundle.ts";
import { publishedAction } from "../../package/published-manifest.ts";
import { copyCheckout } from "../runner/copy-checkout.ts";
import { resultsOf, type LegResult, type RunResult } from "../runner/run-result.ts";
import type { RunnerEffects } from "../runner/run-request.ts";

const root = join(import.meta.dirname, "../../..");
const workflows = ".github/workflows";

/** A GitHub with a repository made from this one that has one runbook, the relay unless told. */
export type RelayGitHub = AsyncDisposable & {
  readonly github: GitHub;
  /** Dates on which laps fail from now on; `die` ends the process of the cell. */
  readonly setWeather: (...dates: readonly string[]) => void;
  /** Dispatches the backfill and waits for its end. */
  readonly backfill: (inputs?: Readonly<Record<string, string>>) => Promise<Finished>;
  /** Re-runs as a person does and waits for the end. */
  readonly rerun: (run: RecordedRun, kind: "failed" | "all") => Promise<Finished>;
  /** Waits for the end of a run's newest attempt. */
  readonly finish: (run: RecordedRun) => Promise<Finished>;
};

/** A finished attempt of a run. */
export type Finished = {
  readonly run: RecordedRun;
  readonly attempt: RecordedAttempt;
  readonly result: RunResult;
};

/** Opens it; dispose to remove it. */
export async function openRelay(
  options: {
    readonly effects?: RunnerEffects;
    readonly workflow?: Partial<WorkflowOptions>;
    readonly people?: GitHubOptions["people"];
    readonly secrets?: GitHubOptions["secrets"];
    /** Folder of another runbook in place of `test/fixtures/relay`. */
    readonly runbook?: string;
    /** Whether actions run from their source; from what the package brings unless told, which starts faster. */
    readonly isSource?: boolean;
    /** Hand-written workflows that it has besides `commands.yml`; those that name backfills name that of the runbook. */
    readonly also?: readonly string[];
  } = {},
): Promise<RelayGitHub> {
  const folder = mkdtempSync(join(tmpdir(), "cascade-relay-"));
  const repository = join(folder, "repository");
  const weather = join(folder, "weather");
  writeFileSync(weather, "");
  const runbook = options.runbook ?? "test/fixtures/relay";
  const file = await writeRepository(repository, runbook, options);
  const github = await openGitHub({
    branches: { main: repository },
    people: options.people ?? { octocat: "write" },
    secrets: options.secrets ?? {},
    effects: { concurrentJobs: 3, ...options.effects, programs: { weather: `cat '${weather}'` } },
  });
  async function finish(run: RecordedRun): Promise<Finished> {
    const attempt = await github.finished(run);
    if (attempt.result === undefined) throw new Error(`Run ${run.id} has no result`);
    return { run, attempt, result: attempt.result };
  }
  return {
    github,
    setWeather: (...dates) => writeFileSync(weather, dates.join("\n")),
    backfill: async (inputs = {}) => finish(await github.dispatch(basename(file), { inputs })),
    async rerun(run, kind) {
      github.rerun(run, kind);
      return finish(run);
    },
    finish,
    async [Symbol.asyncDispose]() {
      await github[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The files that a template of this repository needs, with one runbook; gives the path of its workflow. */
async function writeRepository(
  folder: string,
  from: string,
  {
    workflow,
    isSource = false,
    also = [],
  }: {
    readonly workflow?: Partial<WorkflowOptions>;
    readonly isSource?: boolean;
    readonly also?: readonly string[];
  },
): Promise<string> {
  const code = isSource ? ["tsconfig.json", "src", "actions"] : [];
  for (const path of ["package.json", "package-lock.json", ...code]) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  if (!isSource) await writeBuilt(folder);
  const runbook = await readRunbook(from);
  mkdirSync(join(folder, workflows), { recursive: true });
  for (const name of ["commands.yml", ...also]) {
    const text = readFileSync(join(root, workflows, name), "utf8");
    writeFileSync(
      join(folder, workflows, name),
      text.replace(/Backfill [\w-]+$/m, `Backfill ${runbook.name}`),
    );
  }
  const target = `runbooks/${runbook.name}`;
  cpSync(resolve(root, from), join(folder, target), { recursive: true });
  const compiled = compileWorkflow({ ...runbook, folder: target }, { warehouse: "duckdb", ...workflow });
  writeFileSync(join(folder, compiled.path), compiled.text);
  return compiled.path;
}

async function writeBuilt(folder: string): Promise<void> {
  copyCheckout(await builtActions(), join(folder, "dist"));
  for (const action of actionNames(root)) {
    const path = join("actions", action, "action.yml");
    mkdirSync(join(folder, "actions", action), { recursive: true });
    writeFileSync(join(folder, path), publishedAction(readFileSync(join(root, path), "utf8"), action));
  }
}

/** Conclusions of all legs by name. */
export function legsOf({ result }: Finished): Record<string, string> {
  const legs = Object.values(result.jobs).flatMap((job) => job.legs);
  return Object.fromEntries(legs.map(({ name, conclusion }) => [name, conclusion]));
}

/** Results by job id. */
export function jobsOf({ result }: Finished): Record<string, string> {
  return resultsOf(result);
}

/** A leg whose name begins so; throws when there is none. */
export function legOf({ result }: Finished, name: string): LegResult {
  const legs = Object.values(result.jobs).flatMap((job) => job.legs);
  const leg = legs.find((candidate) => candidate.name.startsWith(name));
  if (leg === undefined)
    throw new Error(`No leg "${name}" among ${legs.map((each) => each.name).join(", ")}`);
  return leg;
}

/** All that went wrong, for the message of a failed assertion. */
export function logOf({ result }: Finished): string {
  const legs = Object.values(result.jobs).flatMap((job) => job.legs);
  return legs
    .filter(({ conclusion }) => conclusion !== "success")
    .map(({ name, conclusion, log, annotations }) =>
      [
        `### ${name}: ${conclusion}`,
        ...annotations.map(({ level, message }) => `${level}: ${message}`),
        ...log.slice(-20),
      ].join("\n"),
    )
    .join("\n");
}
