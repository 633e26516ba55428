import type { Markdown } from "../report/text/markdown-text.ts";
import type { RunEffects } from "../run/run-event.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { JobIdentity } from "./job-identity.ts";
import type { ListedArtifact } from "./state/select-artifacts.ts";

/** A line that GitHub shows at a run, and at a file where one is named. */
export type Annotation = {
  readonly level: "error" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
};

/** The artifacts of the current run, of all its attempts. */
export type RunArtifacts = {
  list(): Promise<readonly ListedArtifact[]>;
  /** Unpacks an artifact into a folder. */
  download(artifact: ListedArtifact, folder: string): Promise<void>;
  /** Uploads all files of a folder and of those in it; a name can be used once. Kept as long as the repository says unless told. */
  upload(name: string, folder: string, keeping?: { readonly daysKept: number }): Promise<void>;
};

/** What a job says. */
export type JobVoice = {
  /** A line of the log. */
  readonly log: (text: string) => void;
  readonly annotate: (annotation: Annotation) => void;
  /** Markdown for the page of the run. */
  readonly summarise: (markdown: Markdown) => Promise<void>;
  /** Has GitHub's runner take a secret out of all that the job says from now on, and after a muted work. */
  readonly mask: (secret: string) => void;
  /** Runs something whose output other people wrote: none of its lines is a command to GitHub's runner. */
  readonly muted: <T>(work: () => Promise<T>) => Promise<T>;
};

/** What a job gets from outside; only the shells of actions build the real one. */
export type JobEffects = Pick<
  RunEffects,
  "now" | "randomId" | "environment" | "holder" | "redact" | "signal"
> & {
  readonly job: JobIdentity;
  /** Folder of the job for files that no other job sees. */
  readonly folder: string;
  /** Opens a warehouse for a runbook: to write, where files of the job and of `folders` may be read and written, or to read. */
  readonly openWarehouse: (
    address: string,
    opening: {
      readonly runbook: Runbook;
      readonly folders?: readonly string[];
      /** Whether an engine that parses only where it runs is asked about the runbook's texts. */
      readonly asksEngine?: boolean;
      readonly mode?: "read" | "write";
    },
  ) => Promise<Warehouse>;
  readonly artifacts: RunArtifacts;
  readonly voice: JobVoice;
};
