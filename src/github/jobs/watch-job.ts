import { localEngine } from "../../engines/engine-table.ts";
import { join } from "node:path";
import { dayOf } from "../../domain/calendar-date.ts";
import { Fault } from "../../errors.ts";
import { reportOn } from "../../operations/report-on.ts";
import { writeReport } from "../../operations/write-report.ts";
import { usualRange } from "../../plan/calendar/selected-range.ts";
import type { ReportModel } from "../../report/model.ts";
import { renderMarkdown } from "../../report/markdown/render-markdown.ts";
import { listRunbooks } from "../../run/find-runbook.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import type { ReportInputs } from "../action-inputs.ts";
import type { Annotation } from "../job-effects.ts";
import { lookForHold } from "../read-hold.ts";
import { watchersOf } from "../report/call-watchers.ts";
import { tellDelivery, tellVerdict } from "../report/tell-report.ts";
import { watchArtifactName } from "../state/artifact-names.ts";
import { openState, type FetchState } from "../state/open-state.ts";
import { fetchPrevious, type ReportEffects } from "./report-job.ts";

/** What watching needs besides what a report needs. */
export type WatchEffects = ReportEffects & { readonly fetchState: FetchState };

/**
 * Looks at the newest published state of a runbook, or of `all`: every check, over the range that has budgets. One issue
 * a runbook says what is wrong; it is opened when something is, and closed when nothing is any more. Returns whether the
 * job is green: what is wrong is for the issue to say, so only a state that could not be looked at makes it red.
 */
export async function runWatchJob(
  inputs: Pick<ReportInputs, "runbook">,
  effects: WatchEffects,
): Promise<boolean> {
  const names = inputs.runbook === "all" ? await listRunbooks() : [inputs.runbook];
  let isGreen = true;
  for (const name of names) {
    try {
      await watchRunbook(name, effects);
    } catch (cause) {
      effects.voice.annotate(annotationOf(name, cause));
      isGreen = false;
    }
  }
  return isGreen;
}

/** What stopped the look at one runbook: it stops none of the others, whatever it is. */
function annotationOf(name: string, cause: unknown): Annotation {
  if (cause instanceof Fault) {
    return { level: "error", title: cause.code, message: `${name}: ${cause.message}. ${cause.hint}` };
  }
  const trace = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return { level: "error", title: "bug", message: `${name}: ${trace}` };
}

async function watchRunbook(name: string, effects: WatchEffects): Promise<void> {
  const { job, voice } = effects;
  const declared = await readRunbook(name);
  const folder = join(effects.folder, declared.name);
  const opened = await openState(declared, { ...effects, folder });
  if (opened === undefined) {
    const message = `No run of ${declared.name} on the default branch has published a state yet; dispatch its backfill`;
    voice.annotate({ level: "notice", title: "no-state", message });
    return;
  }
  await using warehouse = opened.warehouse;
  const { runbook } = opened;
  const url = `${effects.serverUrl}/${job.owner}/${job.repository}/actions/runs/${job.runId}`;
  const range = usualRange(runbook);
  const inputs = { warehouse: localEngine.name, "report-to": "watch" } as const;
  const model = await reportOn(warehouse, {
    runbook,
    selection: { range },
    hold: await lookForHold(effects.readHold, runbook.name),
    out: await fetchPrevious({ runbook: runbook.name, range }, inputs, { ...effects, folder }),
    context: {
      today: dayOf(effects.now(), runbook.timeZone),
      commit: job.commit,
      warehouse: `the state that run ${opened.state.manifest.runId} published`,
      links: [{ title: "watch", url }],
    },
  });
  await publish(model, { folder, name: runbook.name }, effects);
  const subject = { model, unknown: [], inputs, job, watchers: watchersOf(runbook) };
  tellDelivery(await effects.deliver(subject), subject, effects);
  tellVerdict(subject, effects);
}

async function publish(
  model: ReportModel,
  { folder, name }: { readonly folder: string; readonly name: string },
  { artifacts, job, voice }: WatchEffects,
): Promise<void> {
  const target = join(folder, "report");
  await writeReport(target, model);
  await artifacts.upload(watchArtifactName(name, job.attempt), target);
  await voice.summarise(renderMarkdown(model, "summary"));
}
