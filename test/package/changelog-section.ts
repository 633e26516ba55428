/**
 * What a changelog in the form of Keep a Changelog says of the version of a tag. Errors: a tag that is not the version,
 * or a version without a section, or with an empty one.
 */
export function releaseNotes(
  changelog: string,
  { tag, version }: { readonly tag: string; readonly version: string },
): string {
  if (tag !== `v${version}`)
    throw new Error(`Cannot release ${tag}: package.json has the version ${version}`);
  const [, ...sections] = changelog.split(/^## /m);
  const own = sections.find((section) => section.startsWith(`[${version}]`));
  const notes = own?.slice(own.indexOf("\n") + 1).trim() ?? "";
  if (notes !== "") return `${notes}\n`;
  const found = own === undefined ? "has no section" : "says nothing";
  throw new Error(`Cannot release ${tag}: CHANGELOG.md ${found} under "## [${version}]"`);
}
