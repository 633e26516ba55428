import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const candidates = [
  process.env["BIGQUERY_EMULATOR"],
  join(homedir(), ".cache/cascade/bigquery-emulator"),
].filter((path) => path !== undefined);

const binary = candidates.find((path) => existsSync(path));

/** Why tests on the emulator are skipped, or false. */
export const withoutEmulator: string | false =
  binary === undefined
    ? "no emulator: build it with test/bigquery/install-emulator.sh, or name one in BIGQUERY_EMULATOR"
    : false;

/** The project that the emulator knows. */
export const emulatedProject = "test";

/** Starts goccy/bigquery-emulator, in memory, on a free port. */
export async function startEmulator(): Promise<AsyncDisposable & { readonly endpoint: string }> {
  if (binary === undefined) throw new Error(String(withoutEmulator));
  const [port, grpcPort] = [await freePort(), await freePort()];
  const options = [`--project=${emulatedProject}`, "--dataset=unused", "--host=127.0.0.1"];
  const emulator = spawn(binary, [...options, `--port=${port}`, `--grpc-port=${grpcPort}`], {
    stdio: "ignore",
  });
  const endpoint = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 400 && emulator.exitCode === null; attempt += 1) {
    const answer = await fetch(`${endpoint}/bigquery/v2/projects/${emulatedProject}/datasets`).catch(
      () => undefined,
    );
    if (answer?.ok === true) break;
    await wait(50);
  }
  return {
    endpoint,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => emulator.once("exit", resolve));
      emulator.kill("SIGKILL");
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
