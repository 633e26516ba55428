/** A repository on GitHub: github.com, or a server of a company. */
export type RepositoryName = { readonly host: string; readonly owner: string; readonly repository: string };

/** The host that is meant where none is named. */
export const usualHost = "github.com";

/**
 * The repository that the address of a git remote names: `https://host/owner/name.git`, `ssh://git@host/owner/name`, or
 * `git@host:owner/name.git`. Undefined for any other address.
 */
export function parseRemoteAddress(address: string): RepositoryName | undefined {
  const [, host = "", path = ""] =
    /^(?:https?|ssh|git):\/\/(?:[^@/\s]+@)?([^/:\s]+)(?::\d+)?\/(.+)$/.exec(address) ??
    /^(?:[^@/\s]+@)?([^/:\s]+):(?!\/)(.+)$/.exec(address) ??
    [];
  // GitHub serves ssh on port 443 under a name of its own.
  return parseName(
    host === "ssh.github.com" ? usualHost : host,
    path.replace(/\/$/, "").replace(/\.git$/, ""),
  );
}

/** The repository that a person names, `owner/name` or `host/owner/name`; undefined for any other text. */
export function parseRepositoryName(text: string, host: string): RepositoryName | undefined {
  const parts = text.split("/");
  return parts.length === 3 ? parseName(parts[0] ?? "", parts.slice(1).join("/")) : parseName(host, text);
}

/** Where the API of a host is; the source of the three forms is GitHub's documentation of its REST API. */
export function apiAddressOf(host: string): string {
  if (host === usualHost) return "https://api.github.com";
  return host.endsWith(".ghe.com") ? `https://api.${host}` : `https://${host}/api/v3`;
}

function parseName(host: string, path: string): RepositoryName | undefined {
  const [, owner = "", repository = ""] = /^([\w-][\w.-]*)\/([\w.-]+)$/.exec(path) ?? [];
  return /^[\w-][\w.-]*$/.test(host) && owner !== "" && !/^\.+$/.test(repository)
    ? { host: host.toLowerCase(), owner, repository }
    : undefined;
}
