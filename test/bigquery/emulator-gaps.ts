import type { IncomingMessage } from "node:http";
import { emulatedProject } from "./emulator.ts";
import type { QueryParameter } from "../../src/warehouse/bigquery-values.ts";
import { emulatedLayouts } from "./emulated-layouts.ts";
import { inlineParameters } from "./inline-parameters.ts";
import { startServer } from "./local-server.ts";
import { mendFrames, mendUnions } from "./mend-queries.ts";
import { splitScript } from "./split-script.ts";
import type { WriteClock } from "./write-clock.ts";

/** What has to be made good for the emulator to behave as BigQuery does; nothing of it is in the product. */
export const gaps = [
  "CREATE SCHEMA makes no dataset that CREATE TABLE finds: the dataset is created by the REST interface first",
  "a dataset without a table has no INFORMATION_SCHEMA: it gets a table that nobody reads",
  "parameters lose their type inside arrays, and a script passes them to every statement: they are written out",
  "a script tells nothing of its earlier statements: they are sent one by one",
  "jobs.get forgets why a job failed, and is slow once there are many: how a job ended is remembered",
  "jobs.insert makes a dataset for each answer, which slows all that follows: statements go to jobs.query instead",
  "every request reads all jobs and their results again: a job is deleted once it has answered",
  "CREATE TABLE IF NOT EXISTS fails where the table exists: that is forgiven",
  "MERGE takes no query as its source: the query becomes a table first",
  "a RANGE frame with an offset under PARTITION BY is refused: the partition becomes part of the key",
  "a column that stands twice in the first branch of a UNION loses its second name: it becomes an expression",
  "INFORMATION_SCHEMA.COLUMNS prints DOUBLE for FLOAT64",
  "INFORMATION_SCHEMA forgets partitions and clusters, and tells options that are NULL: they are kept beside it",
  "there is no INFORMATION_SCHEMA.PARTITIONS: with a clock of writes it becomes a query over the tables",
  "errors of statements have the reason jobInternalError: it becomes invalidQuery",
  "a dataset that is absent is told by the name of its view of columns: it becomes the dataset's name",
  "a job id that is known gives 400: it becomes 409 duplicate, as BigQuery answers",
  "jobs side by side get in each other's way: they wait for one another",
  "an error of a statement is an HTTP error of jobs.insert for some statements: it becomes a failed job",
];

type JobBody = {
  readonly jobReference: { readonly jobId: string };
  readonly configuration: {
    readonly dryRun?: boolean;
    readonly query?: { readonly query: string; readonly queryParameters?: readonly QueryParameter[] };
  };
};

type Answered = { readonly status: number; readonly body: string };

/** A server before the emulator that makes good its gaps, and counts the jobs that reach it. */
export type MendedEmulator = AsyncDisposable & {
  readonly endpoint: string;
  /** SQL of the jobs that ended well, in order. */
  readonly jobs: readonly string[];
  /** SQL of all jobs, in order; dry runs are none. */
  readonly asked: readonly string[];
};

const queries = `/bigquery/v2/projects/${emulatedProject}/queries`;

/** Puts a mending server before an emulator; with a clock, one that tells when partitions were written. */
export async function mendEmulator(endpoint: string, clock?: WriteClock): Promise<MendedEmulator> {
  const jobs: string[] = [];
  const asked: string[] = [];
  const ended = new Map<string, { readonly job: string; readonly rows: string }>();
  const layouts = emulatedLayouts();
  let last: Promise<unknown> = Promise.resolve();
  async function forward(
    method: string,
    path: string,
    body: string | Buffer<ArrayBuffer>,
    type = "application/json",
  ): Promise<Answered> {
    const answer = await fetch(`${endpoint}${path}`, {
      method,
      headers: { "content-type": type },
      ...(body.length === 0 ? {} : { body }),
    });
    return { status: answer.status, body: await answer.text() };
  }
  async function insertJob(path: string, text: string): Promise<Answered> {
    const job: JobBody = JSON.parse(text);
    const { jobId } = job.jobReference;
    const sql = job.configuration.query?.query;
    if (sql === undefined) return forward("POST", path, text);
    if (ended.has(jobId)) return { status: 409, body: duplicateOf(jobId) };
    const inlined = inlineParameters(sql, job.configuration.query?.queryParameters ?? []);
    const written = mendUnions(mendFrames(clock?.rewrite(inlined) ?? inlined));
    if (job.configuration.dryRun === true) {
      return forward("POST", path, JSON.stringify(withQuery(job, written)));
    }
    asked.push(sql);
    const statements = splitScript(layouts.mend(written)).flatMap((statement) => mendMerge(statement, jobId));
    const end = await runScript(statements);
    const rows = sql.includes("INFORMATION_SCHEMA.COLUMNS") ? end.replaceAll("DOUBLE", "FLOAT64") : end;
    const message = messageOf(end);
    const endedJob = message === undefined ? goodJob(jobId) : failedJob(jobId, message);
    ended.set(jobId, { job: endedJob, rows });
    if (message === undefined) {
      jobs.push(sql);
      for (const statement of splitScript(written)) clock?.tell(statement);
    }
    return { status: 200, body: endedJob };
  }
  /** What the last statement gave, or the first that failed. */
  async function runScript(statements: readonly string[]): Promise<string> {
    let end = "";
    for (const query of statements) {
      if (/^create schema/i.test(query)) await createDataset(forward, query);
      layouts.learn(query);
      ({ body: end } = await forward("POST", queries, JSON.stringify({ query, useLegacySql: false })));
      await forget(end);
      if (messageOf(end) !== undefined && !isThereAlready(query, messageOf(end))) break;
    }
    return end;
  }
  async function forget(end: string): Promise<void> {
    const { jobReference }: { jobReference?: { readonly jobId: string } } = JSON.parse(end);
    if (jobReference === undefined) return;
    await forward("DELETE", `/bigquery/v2/projects/${emulatedProject}/jobs/${jobReference.jobId}/delete`, "");
  }
  async function answer(request: IncomingMessage, bytes: Buffer<ArrayBuffer>): Promise<Answered> {
    const path = request.url ?? "";
    if (path.startsWith("/upload/")) return forward("POST", path, bytes, request.headers["content-type"]);
    const text = bytes.toString("utf8");
    if (request.method === "POST" && /\/jobs(?:\?|$)/.test(path)) {
      const inserting = last.then(() => insertJob(path, text));
      last = inserting.catch(() => undefined);
      return inserting;
    }
    const id = /\/(?:jobs|queries)\/(\w+)/.exec(path)?.[1] ?? "";
    const known = ended.get(id);
    if (known === undefined) return forward(request.method ?? "GET", path, text);
    return { status: 200, body: path.includes("/queries/") ? known.rows : known.job };
  }
  const server = await startServer(answer);
  return {
    endpoint: server.endpoint,
    jobs,
    asked,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function createDataset(
  forward: (method: string, path: string, body: string) => Promise<Answered>,
  statement: string,
): Promise<void> {
  const datasetId = /exists `(\w+)`/.exec(statement)?.[1];
  const datasetReference = { projectId: emulatedProject, datasetId };
  const project = `/bigquery/v2/projects/${emulatedProject}`;
  await forward("POST", `${project}/datasets`, JSON.stringify({ datasetReference }));
  const query = `create table if not exists ${datasetId}.unread (nothing int64)`;
  await forward("POST", queries, JSON.stringify({ query, useLegacySql: false }));
}

function withQuery(job: JobBody, query: string): object {
  return { ...job, configuration: { ...job.configuration, query: { query, useLegacySql: false } } };
}

function mendMerge(statement: string, jobId: string): readonly string[] {
  const parts = /^(merge \S+ as \w+\s+using )\(\n([^]*?)\n\)( as \w+\non [^]*)$/.exec(statement);
  if (parts === null) return [statement];
  const [, head, source, tail] = parts;
  const table = `unused.source_${jobId}`;
  return [`create table ${table} as\n${source}`, `${head}${table}${tail}`];
}

function isThereAlready(statement: string, message: string | undefined): boolean {
  return /^create table if not exists/i.test(statement) && /already created/.test(message ?? "");
}

/** Why a job failed, or undefined. */
function messageOf(body: string): string | undefined {
  const { error, status }: { error?: JobError; status?: { errorResult?: JobError } } = JSON.parse(body);
  return (error ?? status?.errorResult)?.message;
}

type JobError = { readonly message?: string };

function duplicateOf(jobId: string): string {
  const message = `Already Exists: Job ${jobId}`;
  return JSON.stringify({ error: { code: 409, message, errors: [{ reason: "duplicate", message }] } });
}

function goodJob(jobId: string): string {
  return JSON.stringify({
    jobReference: { projectId: emulatedProject, jobId },
    status: { state: "DONE" },
    statistics: { query: { totalBytesBilled: "1", totalBytesProcessed: "1" } },
  });
}

function failedJob(jobId: string, message: string): string {
  const view = /not found: (\S+)\.INFORMATION_SCHEMA\.COLUMNS/i.exec(message)?.[1];
  const errorResult =
    view === undefined
      ? { reason: "invalidQuery", message }
      : { reason: "notFound", message: `Not found: Dataset ${view}` };
  return JSON.stringify({
    jobReference: { projectId: emulatedProject, jobId },
    status: { state: "DONE", errorResult, errors: [errorResult] },
    statistics: {},
  });
}
