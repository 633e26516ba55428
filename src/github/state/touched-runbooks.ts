import { organisationFile } from "../../run/read-organisation.ts";
import { runbooksFolder } from "../../run/find-runbook.ts";
import { orUndefined, type GitHubClient } from "../ask-github.ts";
import type { JobIdentity } from "../job-identity.ts";

/** Files that GitHub tells of a comparison at most; where there are so many there may be more. */
const mostFiles = 300;

/**
 * The runbooks of which the second commit changed files since it left the first; undefined where it may be any: the rules
 * for all changed, or GitHub does not tell of all files. One request. Fault: github-failed.
 */
export async function touchedRunbooks(
  { rest }: GitHubClient,
  { owner, repository: repo }: Pick<JobIdentity, "owner" | "repository">,
  { base, head }: { readonly base: string; readonly head: string },
): Promise<ReadonlySet<string> | undefined> {
  const basehead = `${base}...${head}`;
  const found = await orUndefined(
    rest.repos.compareCommitsWithBasehead({ owner, repo, basehead, per_page: 1 }),
  );
  const files = found?.data.files ?? [];
  if (files.length === 0 || files.length >= mostFiles) return undefined;
  const paths = files.flatMap((file) => [file.filename, file.previous_filename ?? file.filename]);
  if (paths.includes(`${runbooksFolder}/${organisationFile}`)) return undefined;
  return new Set(
    paths.flatMap((path) => {
      const [home, name = "", ...inner] = path.split("/");
      return home === runbooksFolder && inner.length > 0 ? [name] : [];
    }),
  );
}
