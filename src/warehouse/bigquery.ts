import { randomBytes } from "node:crypto";
import { googlesql } from "../sql/googlesql.ts";
import { readFile } from "node:fs/promises";
import { datasetOf, tableNameOf } from "../domain/table-id.ts";
import { openClient, type ServiceAnswer, type BigQueryClient } from "./bigquery-client.ts";
import {
  cancelJobs,
  requestAgain,
  jobPlace,
  runJob,
  type FinishedJob,
  type JobContext,
  type JobRequest,
  type PlacedJob,
} from "./bigquery-jobs.ts";
import {
  boundedQuery,
  jobConfiguration,
  loadField,
  queryConfiguration,
  type BigQueryOptions,
} from "./bigquery-configuration.ts";
import { openLine, openMutationQueue, type Line, type MutationQueue } from "./bigquery-queue.ts";
import { usualTiming, type Timing } from "./bigquery-timing.ts";
import { printedType, readRow, type ResultField, type ResultRow } from "./bigquery-values.ts";
import { dryRunRefusal, parseGoogleSql, withDryRun } from "./googlesql-parser.ts";
import type { ParsedQuery } from "./parsed-query.ts";
import type {
  FileLoad,
  JobLabels,
  PrintedColumn,
  QueryText,
  Row,
  Statement,
  Warehouse,
} from "./warehouse.ts";

const pageRows = 50_000;

type Shared = {
  readonly client: BigQueryClient;
  readonly options: BigQueryOptions;
  readonly timing: Timing;
  readonly queue: MutationQueue;
  /** Runs a job when it has its turn. */
  readonly turns: Line;
};

/** Opens a project; nothing is sent before the first statement. Faults: warehouse-missing. */
export async function openBigQuery(options: BigQueryOptions): Promise<Warehouse> {
  const { project, endpoint, jobMinutes, parallel } = options;
  const jobMs = jobMinutes === undefined ? usualTiming.jobMs : jobMinutes * 60_000;
  const timing = { ...usualTiming, jobMs, ...options.timing };
  const client = await openClient({ project, endpoint, requestMs: timing.requestMs });
  return openSession({ client, options, timing, queue: openMutationQueue(), turns: openLine(parallel) });
}

/** `parent` is aborted when the session that this one is opened from is interrupted. */
function openSession(shared: Shared, parent?: AbortSignal): Warehouse {
  const { options, timing } = shared;
  const session = new JobSession(shared, parent);
  return {
    engine: "bigquery",
    parse: (texts) => Promise.all(texts.map((text) => session.parse(text))),
    dialect: googlesql,
    hashTag: googlesql.hashTag,
    address: `bigquery:${options.project}${options.location === undefined ? "" : `/${options.location}`}`,
    exclusive: false,
    longestStatementMs: timing.jobMs,
    describe: (statement) => session.describe(statement),
    query: (statement) => session.query(statement),
    async execute(statements) {
      for (const statement of statements) await session.run(statement);
    },
    loadFile: (load) => session.load(load),
    estimateBytes: (statement) => session.estimate(statement),
    billing: () => session.billing(),
    lend: (work) => work(),
    interrupt: () => session.interrupt(),
    session: (labels) => Promise.resolve(openSession(withLabels(shared, labels), session.signal)),
    [Symbol.asyncDispose]: () => session.settle(),
  };
}

function withLabels(shared: Shared, labels: JobLabels = {}): Shared {
  const { options } = shared;
  return { ...shared, options: { ...options, labels: { ...options.labels, ...labels } } };
}

/** Jobs of one session, numbered; their ids begin alike, so that a person finds them together. */
class JobSession {
  readonly #shared: Shared;
  readonly #context: JobContext;
  readonly #controller = new AbortController();
  #cancelling: Promise<void> = Promise.resolve();
  #number = 0;
  #bytesBilled = 0;
  #lastJob: PlacedJob | undefined;

  constructor(shared: Shared, parent: AbortSignal | undefined) {
    const own = this.#controller.signal;
    const signal = parent === undefined ? own : AbortSignal.any([parent, own]);
    this.#shared = shared;
    this.#context = {
      signal,
      client: shared.client,
      location: shared.options.location,
      timing: shared.timing,
      now: () => performance.now(),
      random: Math.random,
      prefix: `cascade_${randomBytes(8).toString("hex")}`,
      running: new Map(),
      ended: (job) => {
        this.#bytesBilled += billedBytes(job.statistics);
        this.#lastJob = job;
      },
    };
    signal.addEventListener("abort", () => (this.#cancelling = cancelJobs(this.#context)));
  }

  async run(statement: Statement): Promise<FinishedJob> {
    const { client, options, queue, timing } = this.#shared;
    const query = boundedQuery(options, statement);
    const configuration = { ...jobConfiguration(options, timing), query };
    return queue(statement.sql, () =>
      this.#runJob(statement.purpose, (jobReference) =>
        client.request({ method: "POST", uri: "/jobs", json: { jobReference, configuration } }),
      ),
    );
  }

  async load({ table, columns, path, format, purpose }: FileLoad): Promise<void> {
    const { client, options, timing } = this.#shared;
    const file = await readFile(path);
    const load = {
      destinationTable: {
        projectId: client.project,
        datasetId: datasetOf(table),
        tableId: tableNameOf(table),
      },
      schema: { fields: columns.map(loadField) },
      sourceFormat: format === "parquet" ? "PARQUET" : "NEWLINE_DELIMITED_JSON",
      createDisposition: "CREATE_IF_NEEDED",
      writeDisposition: "WRITE_TRUNCATE",
    };
    const configuration = { ...jobConfiguration(options, timing), load };
    await this.#runJob(purpose, (jobReference) => client.upload({ jobReference, configuration }, file));
  }

  async query(statement: Statement): Promise<readonly Row[]> {
    const job = await this.run(statement);
    const rows: Row[] = [];
    let pageToken: string | undefined;
    do {
      const page = await this.#page(job, { pageToken, purpose: statement.purpose });
      const fields = fieldsOf(page) ?? [];
      const found = (page["rows"] ?? []) as readonly ResultRow[];
      for (const row of found) rows.push(readRow(fields, row));
      pageToken = typeof page["pageToken"] === "string" ? page["pageToken"] : undefined;
    } while (pageToken !== undefined && pageToken !== "");
    return rows;
  }

  /** What its text tells; where values for its parameters are given, also what a dry run tells. */
  async parse({ text, parameters }: QueryText): Promise<ParsedQuery> {
    const local = parseGoogleSql(text);
    if (parameters === undefined || local.kind === "refused") return local;
    const statement = { sql: text, parameters, purpose: "check what a text of the runbook reads" };
    const answer = await this.#dryRun(statement).catch(dryRunRefusal);
    return withDryRun(text, { words: local, answer, project: this.#shared.client.project });
  }

  async estimate(statement: Statement): Promise<number> {
    const purpose = `estimate what it reads to ${statement.purpose}`;
    return Number((await this.#dryRun({ ...statement, purpose }))["totalBytesProcessed"] ?? 0);
  }

  /** By a dry run; a service that tells no schema there, as emulators, is asked for no rows of the answer. */
  async describe(statement: Statement): Promise<readonly PrintedColumn[]> {
    const { query } = await this.#dryRun(statement);
    const fields = fieldsOf(query) ?? (await this.#fieldsOfNoRows(statement));
    return fields.map((field) => ({ name: field.name, type: printedType(field) }));
  }

  async #fieldsOfNoRows({ sql, ...statement }: Statement): Promise<readonly ResultField[]> {
    const job = await this.run({ ...statement, sql: `select * from (\n${sql}\n) as described limit 0` });
    return fieldsOf(await this.#page(job, { pageToken: undefined, purpose: statement.purpose })) ?? [];
  }

  /** The statistics of a statement that is not run. */
  async #dryRun(statement: Statement): Promise<ServiceAnswer> {
    const query = queryConfiguration(this.#shared.options, statement);
    const json = {
      jobReference: { projectId: this.#context.client.project, ...jobPlace(this.#context) },
      configuration: { dryRun: true, query },
    };
    const { purpose } = statement;
    const job = await requestAgain(this.#context, { method: "POST", uri: "/jobs", json, purpose });
    return (job["statistics"] ?? {}) as ServiceAnswer;
  }

  billing(): { readonly bytesBilled: number; readonly jobUrl: string | undefined } {
    const { project } = this.#context.client;
    const job = this.#lastJob;
    const place = job?.location === undefined ? "" : `${job.location}:`;
    const jobUrl =
      job === undefined
        ? undefined
        : `https://console.cloud.google.com/bigquery?project=${project}&j=bq:${place}${job.id}&page=queryresults`;
    return { bytesBilled: this.#bytesBilled, jobUrl };
  }

  /** Aborted once the session is interrupted, or the one that it was opened from. */
  get signal(): AbortSignal {
    return this.#context.signal;
  }

  interrupt(): void {
    this.#controller.abort();
  }

  /** Waits until what was interrupted is cancelled. */
  async settle(): Promise<void> {
    await this.#cancelling;
  }

  async #runJob(purpose: string, send: JobRequest["send"]): Promise<FinishedJob> {
    this.#number += 1;
    const request = { send, purpose, number: this.#number };
    return this.#shared.turns(() => runJob(this.#context, request));
  }

  async #page(
    job: PlacedJob,
    request: { pageToken: string | undefined; purpose: string },
  ): Promise<ServiceAnswer> {
    return requestAgain(this.#context, {
      method: "GET",
      uri: `/queries/${job.id}`,
      query: {
        maxResults: pageRows,
        "formatOptions.useInt64Timestamp": true,
        ...jobPlace(job),
        ...(request.pageToken === undefined ? {} : { pageToken: request.pageToken }),
      },
      purpose: request.purpose,
    });
  }
}

function fieldsOf(answer: unknown): readonly ResultField[] | undefined {
  const { schema } = (answer ?? {}) as { readonly schema?: { readonly fields?: readonly ResultField[] } };
  return schema?.fields;
}

function billedBytes(statistics: ServiceAnswer): number {
  const query = (statistics["query"] ?? {}) as ServiceAnswer;
  return Number(query["totalBytesBilled"] ?? 0);
}
