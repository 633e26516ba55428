import { escapeMarkdown, markup, type Markdown } from "../../report/text/markdown-text.ts";
import type { ArtifactFolder } from "./artifact-folder.ts";

/** From which run a state is, and which of its tables were not taken over. */
export function originOfState({ manifest }: ArtifactFolder, left: readonly string[]): Markdown {
  const tables = escapeMarkdown(left.join(", "), 400);
  const changed = left.length === 0 ? markup`` : markup` Not taken over, their columns changed: ${tables}.`;
  return markup`State: that of ${escapeMarkdown(manifest.runId)}, attempt ${manifest.attempt}.${changed}`;
}
