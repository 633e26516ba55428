import type { Markdown } from "../../report/text/markdown-text.ts";
import { isLater, isSameReport, parseMarker, type StickyMarker } from "./sticky-marker.ts";

/** What a report is to become. */
export type StickyReport = {
  readonly marker: StickyMarker;
  readonly title: string;
  /** Markdown; its last line is the marker. */
  readonly body: Markdown;
  /** Whether an issue of the report asks for something. */
  readonly isOpen: boolean;
  /** Whether nobody wants to read of it while it asks for nothing. */
  readonly isQuiet?: boolean;
};

/** An issue or comment as GitHub has it; a comment has neither title nor state nor label. */
export type StickyFound = {
  /** Number of the issue, or id of the comment. */
  readonly id: number;
  readonly url: string;
  readonly author: string;
  readonly isMinimised: boolean;
  readonly body: string;
  readonly title?: string;
  readonly isOpen?: boolean;
  /** Whether an issue has the label by which it is found again. */
  readonly isLabelled?: boolean;
};

/**
 * What to do with a report: `outrun` when a later run or attempt has written it already, `unneeded` when there is none
 * and nobody would miss it.
 */
export type StickyDecision = "create" | "update" | "unchanged" | "outrun" | "unneeded";

/** The author of what jobs write. Every workflow of a repository writes as this one. */
const reporter = "github-actions[bot]";

/** The report of a marker among issues or comments: ours by marker and author, and not hidden by anybody. */
export function findSticky(listed: readonly StickyFound[], marker: StickyMarker): StickyFound | undefined {
  return listed.find(({ author, isMinimised, body }) => {
    const own = author === reporter && !isMinimised ? parseMarker(body) : undefined;
    return own !== undefined && isSameReport(own, marker);
  });
}

/** An older run never overwrites a newer one, and what is there already is not written again. */
export function decideSticky(found: StickyFound | undefined, wanted: StickyReport): StickyDecision {
  const isIdle = wanted.isQuiet === true && !wanted.isOpen;
  if (found === undefined) return isIdle ? "unneeded" : "create";
  const own = parseMarker(found.body);
  if (own !== undefined && isLater(own, wanted.marker)) return "outrun";
  if (isIdle && found.isOpen === false) return "unchanged";
  return isSameText(found, wanted) ? "unchanged" : "update";
}

function isSameText(found: StickyFound, wanted: StickyReport): boolean {
  return (
    plain(found.body) === plain(wanted.body) &&
    (found.title ?? wanted.title) === wanted.title &&
    (found.isOpen ?? wanted.isOpen) === wanted.isOpen
  );
}

/** A body without what GitHub may change of it. */
function plain(body: string): string {
  return body.replaceAll("\r\n", "\n").trim();
}
