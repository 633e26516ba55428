import { verdictLine, verdictOf } from "../../report/verdict.ts";
import type { JobEffects } from "../job-effects.ts";
import type { Delivery } from "./deliver-report.ts";
import { unknownText, type ReportSubject } from "./sticky-content.ts";

type Speaking = Pick<JobEffects, "voice">;

/** Says where a report went. Where Issues are off it is no less there: as artifact and on the page of the run. */
export function tellDelivery(delivery: Delivery, { inputs }: ReportSubject, { voice }: Speaking): void {
  if (delivery.kind === "created" || delivery.kind === "updated" || delivery.kind === "unchanged") {
    voice.log(`Report ${delivery.kind}: ${delivery.url}`);
    if (delivery.uncalled !== undefined) {
      const message = `The owner and the watchers were not called: ${delivery.uncalled}`;
      voice.annotate({ level: "warning", title: "nobody called", message });
    }
    return;
  }
  if (delivery.kind === "unneeded") {
    voice.log("No issue asks for anything, and none is needed");
    return;
  }
  const to = inputs["report-to"];
  const place = to.startsWith("#") ? `there is no ${to}` : "Issues are off";
  const why = delivery.kind === "outrun" ? `a later run has reported there: ${delivery.url}` : place;
  const message = `The report is on the page of the run and in its artifact only: ${why}`;
  voice.annotate({ level: "warning", title: "report not posted", message });
}

/** Says the verdict at the run: an error where somebody has to act, a warning where it is worth reading. */
export function tellVerdict({ model, unknown }: ReportSubject, { voice }: Speaking): void {
  const { level, word } = verdictOf(model);
  const line = verdictLine(model);
  voice.log(line);
  if (unknown.length > 0)
    voice.annotate({ level: "error", title: "lost cells", message: unknownText(unknown) });
  if (level === "ok") return;
  voice.annotate({ level: level === "action" ? "error" : "warning", title: word, message: line });
}
