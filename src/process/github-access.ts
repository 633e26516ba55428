import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Fault } from "../errors.ts";
import {
  apiAddressOf,
  parseRemoteAddress,
  parseRepositoryName,
  usualHost,
  type RepositoryName,
} from "../github/remote/repository-name.ts";
import { askGit } from "../run/ask-git.ts";
import type { ShellEffects } from "./effects.ts";

type Environment = ShellEffects["environment"];

/** The repository that `--repo` names, else that of the git remote: `origin`, or the only one. Fault: usage. */
export async function repositoryOf(
  named: string | undefined,
  environment: Environment,
): Promise<RepositoryName> {
  const host = environment["GH_HOST"] || usualHost;
  if (named !== undefined) {
    const found = parseRepositoryName(named, host);
    if (found !== undefined) return found;
    throw new Fault("usage", `Cannot read --repo: expected owner/name or host/owner/name, found "${named}"`, {
      hint: "Name it as its address does, for example --repo acme/warehouse",
    });
  }
  const remotes = (await quietly(askGit(".", ["remote"]))).split("\n").filter((name) => name !== "");
  const remote = remotes.includes("origin") ? "origin" : remotes.length === 1 ? remotes[0] : undefined;
  const address = remote === undefined ? "" : await quietly(askGit(".", ["remote", "get-url", "--", remote]));
  const found = parseRemoteAddress(address);
  if (found !== undefined) return found;
  const what =
    remote === undefined
      ? "git has no remote `origin` here"
      : `the git remote ${remote} is no GitHub repository`;
  throw new Fault("usage", `Cannot tell the repository on GitHub: ${what}`, {
    hint: "Name it: --repo owner/name",
  });
}

/** Where the API is: as the runner's environment says, else by the host. */
export function apiAddressFor({ host }: RepositoryName, environment: Environment): string {
  return environment["GITHUB_API_URL"] || apiAddressOf(host);
}

/**
 * The token by which a person is known: that of the environment by the names that `gh` goes by, else the one `gh` keeps.
 * It is neither printed nor stored. Fault: token-missing.
 */
export async function tokenFor({ host }: RepositoryName, environment: Environment): Promise<string> {
  const isCloud = host === usualHost || host.endsWith(".ghe.com");
  const names = isCloud ? ["GH_TOKEN", "GITHUB_TOKEN"] : ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];
  for (const name of names) {
    const token = environment[name]?.trim() ?? "";
    if (token !== "") return token;
  }
  const words = ["auth", "token", "--hostname", host];
  const kept = await quietly(promisify(execFile)("gh", words).then(({ stdout }) => stdout));
  if (kept !== "") return kept;
  throw new Fault(
    "token-missing",
    `Cannot ask ${host}: neither ${names.join(" nor ")} is set, and \`gh\` keeps no token`,
    {
      hint: `Sign in with \`gh auth login --hostname ${host}\`, or set ${names[0]}`,
    },
  );
}

/** The commit that is checked out; undefined outside of a clone. */
export async function checkedOutCommit(): Promise<string | undefined> {
  return (await quietly(askGit(".", ["rev-parse", "HEAD"]))) || undefined;
}

/** What a program prints; nothing where it fails or does not exist. */
async function quietly(printed: Promise<string>): Promise<string> {
  return printed.then(
    (text) => text.trim(),
    () => "",
  );
}
