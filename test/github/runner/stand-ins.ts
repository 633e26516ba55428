import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { copyCheckout } from "./copy-checkout.ts";
import type { JobSession } from "./job-session.ts";
import type { StepContext } from "./run-script.ts";
import { annotate } from "./step-log.ts";

/** What a third-party action is replaced by. */
export type StandIn = (call: StandInCall) => Promise<StandInResult> | StandInResult;
/** A use of a third-party action, inputs evaluated but without the action's own defaults. */
export type StandInCall = {
  readonly session: JobSession;
  readonly inputs: Readonly<Record<string, string>>;
  readonly context: StepContext;
};
/** Success without outputs unless told. */
export type StandInResult = {
  readonly isSuccess?: boolean;
  readonly outputs?: Readonly<Record<string, string>>;
};

const builtIn: Readonly<Record<string, StandIn>> = {
  "actions/checkout": checkOut,
  "actions/setup-node": () => ({}),
  "actions/cache": () => ({ outputs: { "cache-hit": "false" } }),
  "google-github-actions/auth": authenticate,
};

/** The stand-in of an action by `owner/name`, whatever its version; throws when there is none. */
export function findStandIn(session: JobSession, uses: string): StandIn {
  const name = uses.split("@")[0] ?? uses;
  const standIn = session.effects.standIns?.[name] ?? builtIn[name];
  if (standIn === undefined) throw new Error(`The runner has no stand-in for "${uses}"`);
  return standIn;
}

function checkOut({ session, inputs }: StandInCall): StandInResult {
  if (!["read", "write"].includes(session.permissions["contents"] ?? "none")) {
    return fail(
      session,
      "remote: Write access to repository not granted. The requested URL returned error: 403",
    );
  }
  const ref = inputs["ref"] ?? "";
  const folder = ref === "" ? session.checkout : session.effects.folderOf?.(ref);
  if (folder === undefined) return fail(session, `A branch or tag with the name '${ref}' could not be found`);
  const target = join(session.workspace, inputs["path"] ?? "");
  mkdirSync(target, { recursive: true });
  copyCheckout(folder, target);
  return { outputs: { ref } };
}

function authenticate({ session }: StandInCall): StandInResult {
  if (session.permissions["id-token"] === "write") return { outputs: { auth_token: "" } };
  return fail(
    session,
    "GitHub Actions did not inject $ACTIONS_ID_TOKEN_REQUEST_TOKEN: `id-token: write` is missing",
  );
}

function fail(session: JobSession, message: string): StandInResult {
  annotate(session.log, { level: "error", message });
  return { isSuccess: false };
}
