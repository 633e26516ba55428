import type { RunHost } from "./run-host.ts";
import type { Caller, GitHubState } from "./state.ts";

/** A request that the contract has let through. */
export type Call = {
  readonly state: GitHubState;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly caller: Caller;
  readonly host: RunHost;
  /** Base address of the API. */
  readonly url: string;
};

/** The answer to a call; the server completes the body to the described shape. */
export type Reply = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The items of a list, to be cut into pages; `under` is the key of a list with a total count. */
  readonly list?: { readonly items: readonly unknown[]; readonly under?: string };
};

/** A permission with the access it takes, `issues:write` for instance. */
export type Access = `${string}:${"read" | "write"}`;

/** One operation of the API: what its caller must hold, and what it does. */
export type Operation = {
  readonly access: Access | ((call: Call) => Access);
  readonly handle: (call: Call) => Reply | Promise<Reply>;
};

/** An answer without a body. */
export const noContent: Reply = { status: 204 };

/** GitHub's answer to what does not exist, or may not be seen. */
export const notFound: Reply = {
  status: 404,
  body: { message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" },
};

/** GitHub's refusal of a value. */
export function invalid(resource: string, field: string, problem: { code: string; message?: string }): Reply {
  return {
    status: 422,
    body: {
      message: "Validation Failed",
      errors: [{ resource, field, ...problem }],
      documentation_url: "https://docs.github.com/rest",
    },
  };
}

/** GitHub's refusal of a body that is too long, undefined when it is not. */
export function refuseLongBody(resource: string, body: string | null | undefined): Reply | undefined {
  if ((body ?? "").length <= longestBody) return undefined;
  return invalid(resource, "body", {
    code: "custom",
    message: `body is too long (maximum is ${longestBody} characters)`,
  });
}

/** Characters of an issue's or comment's body. */
export const longestBody = 65_536;
