import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What a job is trusted with: its inputs, the tokens of the runner, and where credentials lie. */
const trusted =
  /^(?:INPUT_|CASCADE_SECRET_|ACTIONS_.*TOKEN|(?:GITHUB|GH|NODE_AUTH)_TOKEN$|GOOGLE_(?:APPLICATION_CREDENTIALS|GHA_CREDS_PATH)$|CLOUDSDK_AUTH_)/;

/** Holds the path of what a process hands over to itself. */
const handoverName = "CASCADE_HANDOVER";

/** The parts of a process that it takes to start it again in its own place. */
type Self = Pick<NodeJS.Process, "env" | "execPath" | "execArgv" | "argv" | "execve" | "platform">;

/**
 * Starts the process again in its own place without what the job is trusted with, since the environment that a process
 * began with can be read by all that it starts; hands that over by a file that only this user can read and that is gone
 * before anything else is started. Returns in the second process, or where a process cannot do this.
 */
export function shedTokens(self: Self): void {
  const path = self.env[handoverName];
  if (path !== undefined) return takeOver(self, path);
  const entries = Object.entries(self.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const handed = entries.filter(([name]) => trusted.test(name));
  if (handed.length === 0 || self.execve === undefined || self.platform === "win32") return;
  const file = join(mkdtempSync(join(tmpdir(), "cascade-handover-")), "environment.json");
  writeFileSync(file, JSON.stringify(Object.fromEntries(handed)), { mode: 0o600 });
  const kept = Object.fromEntries(entries.filter(([name]) => !trusted.test(name)));
  self.execve(self.execPath, [self.execPath, ...self.execArgv, ...self.argv.slice(1)], {
    ...kept,
    [handoverName]: file,
  });
}

function takeOver(self: Self, path: string): void {
  Object.assign(self.env, JSON.parse(readFileSync(path, "utf8")));
  rmSync(dirname(path), { recursive: true });
  delete self.env[handoverName];
}
