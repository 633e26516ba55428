import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const folder = join(import.meta.dirname, "node_modules/@fivetrandevelopers/zetasql/lib/zetasql");

const deepestNesting = 5000;

/** Why tests on ZetaSQL are skipped, or false: it is an install of its own. */
export const withoutZetaSql: string | false = existsSync(folder)
  ? false
  : "ZetaSQL is not installed: npm ci --prefix test/zetasql --ignore-scripts";

/** A message of the service as the loader gives it: names in camel case, absent fields absent. */
export type Message = { readonly [field: string]: unknown };

/** A running ZetaSQL server. */
export type ZetaSql = AsyncDisposable & {
  readonly call: (method: string, request: Message) => Promise<Message>;
  /** Options under which it reads what BigQuery reads. */
  readonly analyzerOptions: Message;
  readonly languageOptions: Message;
};

type Client = {
  readonly close: () => void;
} & Record<string, (request: Message, done: (error: ServiceError | null, answer: Message) => void) => void>;

type ServiceError = Error & { readonly code: number; readonly details: string };

/** Starts Google's ZetaSQL server on a free port. */
export async function startZetaSql(): Promise<ZetaSql> {
  const port = await freePort();
  const server = spawn(join(folder, "remote_server.so"), ["localhost", String(port)], { stdio: "ignore" });
  const client = openClient(port);
  async function call(method: string, request: Message): Promise<Message> {
    const invoke = client[method];
    if (invoke === undefined) throw new Error(`ZetaSQL has no method ${method}`);
    return new Promise((resolve, reject) =>
      invoke.call(client, request, (error, answer) =>
        error === null ? resolve(answer) : reject(new Error(error.details, { cause: error })),
      ),
    );
  }
  await untilReady(call, server);
  const known = await call("GetLanguageOptions", { maximumFeatures: true });
  const { supportedStatementKinds: _, ...rest } = known;
  const languageOptions = { ...rest, productMode: "PRODUCT_EXTERNAL", reservedKeywords: ["QUALIFY"] };
  const defaults = await call("GetAnalyzerOptions", {});
  return {
    call,
    languageOptions,
    analyzerOptions: { ...defaults, languageOptions, defaultTimezone: "UTC" },
    async [Symbol.asyncDispose]() {
      client.close();
      server.kill();
      await new Promise((resolve) => server.once("exit", resolve));
    },
  };
}

function openClient(port: number): Client {
  const require = createRequire(import.meta.url);
  const grpc = require("@grpc/grpc-js");
  const loader = require("@grpc/proto-loader");
  const { Reader, util } = require("protobufjs");
  // A resolved statement nests deeper than the 100 levels that a message from a stranger may have.
  Reader.recursionLimit = util.recursionLimit = deepestNesting;
  const definition = loader.loadSync("local_service.proto", {
    defaults: false,
    oneofs: true,
    longs: String,
    enums: String,
    includeDirs: [join(folder, "protos")],
  });
  const { ZetaSqlLocalService } = grpc.loadPackageDefinition(definition).zetasql.local_service;
  return new ZetaSqlLocalService(`localhost:${port}`, grpc.credentials.createInsecure(), {
    "grpc.max_receive_message_length": 500_000_000,
    "grpc.max_send_message_length": 500_000_000,
  });
}

async function untilReady(call: ZetaSql["call"], server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200 && server.exitCode === null; attempt += 1) {
    try {
      await call("FormatSql", { sql: "select 1" });
      return;
    } catch {
      await wait(50);
    }
  }
  throw new Error("ZetaSQL does not start");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
