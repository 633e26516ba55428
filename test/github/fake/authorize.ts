import type { Access, Reply } from "./operation.ts";
import type { Caller, GitHubState, Role } from "./state.ts";

const writers: ReadonlySet<Role | undefined> = new Set<Role>(["admin", "maintain", "write"]);

/** Whoever holds the token of a request, undefined for a token that is unknown or was revoked. */
export function findCaller(state: GitHubState, authorization: string | undefined): Caller | undefined {
  const token = /^(?:token|bearer) (.+)$/i.exec(authorization ?? "")?.[1];
  return state.tokens.get(token ?? "");
}

/** GitHub's refusal when the caller lacks what an operation takes, undefined when it may. */
export function refuseAccess(state: GitHubState, caller: Caller, access: Access): Reply | undefined {
  const [permission = "", wanted = "read"] = access.split(":");
  if (caller.permissions === undefined) {
    return wanted === "read" || writers.has(state.roles.get(caller.login))
      ? undefined
      : refusal("Must have write access to Repository.");
  }
  if (permission === "metadata") return undefined;
  const granted = caller.permissions[permission] ?? "none";
  const isGranted = granted === "write" || granted === wanted;
  return isGranted ? undefined : refusal("Resource not accessible by integration");
}

/** GitHub's answer to a token that it does not know. */
export const badCredentials: Reply = {
  status: 401,
  body: { message: "Bad credentials", documentation_url: "https://docs.github.com/rest", status: "401" },
};

function refusal(message: string): Reply {
  return { status: 403, body: { message, documentation_url: "https://docs.github.com/rest", status: "403" } };
}
