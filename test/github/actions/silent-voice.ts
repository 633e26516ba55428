import type { JobVoice } from "../../../src/github/job-effects.ts";

/** A job that nobody hears. */
export const silentVoice: JobVoice = {
  log: () => undefined,
  annotate: () => undefined,
  summarise: () => Promise.resolve(),
  mask: () => undefined,
  muted: (work) => work(),
};
