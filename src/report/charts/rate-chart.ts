import { scaleLinear } from "d3-scale";
import { area, curveStepAfter, line } from "d3-shape";
import { isOver, type DayRate, type DayRates } from "../day-rates.ts";
import { formatRate } from "../../domain/format.ts";
import { joinHtml, type Html } from "../text/html-text.ts";
import { round, svgElement, svgPicture, svgText } from "./svg.ts";

const size = { width: 340, height: 150 };
const plot = { left: 40, right: 332, top: 10, bottom: 126 };

/** Failure rate by day of one processor over its expected range and maximum, which step with the periods. */
export function rateChart({ processor, days }: DayRates): Html {
  const most = Math.max(0.05, ...days.flatMap(({ rate, limit = 0, band }) => [rate, limit, band?.to ?? 0]));
  const y = scaleLinear([0, most], [plot.bottom, plot.top]).nice(4);
  const [first, last] = [days[0]?.place ?? 0, days.at(-1)?.place ?? 0];
  const x = scaleLinear([first, Math.max(first + 1, last)], [plot.left, plot.right]);
  function at(day: DayRate): number {
    return x(day.place);
  }
  const body = joinHtml([
    ...y.ticks(4).map((tick) => gridLine(tick, y(tick))),
    ...dateTicks(days).map((day) =>
      svgText(day.date.slice(5), { class: "axis middle", x: at(day), y: plot.bottom + 16 }),
    ),
    ...bandPaths(days, at, y),
    ...limitPaths(days, at, y),
    ratePath(days, at, y),
  ]);
  return svgPicture(size, { title: titleOf({ processor, days }), body, className: "rate" });
}

/** What the picture shows, in words. */
function titleOf({ processor, days }: DayRates): string {
  const [first] = days;
  const worst = days.toSorted((left, right) => right.rate - left.rate)[0];
  if (first === undefined || worst === undefined) return `${processor}: nothing is expected in the range`;
  const over = days.filter(isOver).length;
  return `Failure rate of ${processor} by day, ${first.date} to ${days.at(-1)?.date}: highest ${formatRate(worst.rate)} on ${worst.date}; above the maximum on ${over} of ${days.length} dates`;
}

type Place = (day: DayRate) => number;
type Height = (rate: number) => number;

function bandPaths(days: readonly DayRate[], x: Place, y: Height): readonly Html[] {
  return runsOf(days, ({ band }) => (band === undefined ? undefined : `${band.from} ${band.to}`)).map(
    (run) => {
      const path = area<DayRate>()
        .x(x)
        .y0(({ band }) => y(band?.from ?? 0))
        .y1(({ band }) => y(band?.to ?? 0))
        .curve(curveStepAfter)
        .digits(1)([...run]);
      return svgElement("path", { class: "band", d: path ?? "" });
    },
  );
}

function limitPaths(days: readonly DayRate[], x: Place, y: Height): readonly Html[] {
  return runsOf(days, ({ limit }) => (limit === undefined ? undefined : String(limit))).map((run) => {
    const path = line<DayRate>()
      .x(x)
      .y(({ limit }) => y(limit ?? 0))
      .digits(1)([...run]);
    return svgElement("path", { class: "limit", d: path ?? "" });
  });
}

/** The rates, with a gap where nothing was judged. */
function ratePath(days: readonly DayRate[], x: Place, y: Height): Html {
  const path = line<DayRate>()
    .x(x)
    .y(({ rate }) => y(rate))
    .digits(1);
  const paths = unbroken(days).map((run) => path([...run]) ?? "");
  const over = days.filter(isOver);
  const crosses = over.map((day) => {
    const [left, top] = [x(day), y(day.rate)];
    return `M${round(left - 3)} ${round(top - 3)}l6 6m0 -6l-6 6`;
  });
  const marks = crosses.length === 0 ? [] : [svgElement("path", { class: "over", d: crosses.join("") })];
  return joinHtml([svgElement("path", { class: "value", d: paths.join("") }), ...marks]);
}

/** Runs of neighbouring days with the same key; a run reaches to the first day of the next, so that steps join. */
function runsOf(
  days: readonly DayRate[],
  keyOf: (day: DayRate) => string | undefined,
): readonly (readonly DayRate[])[] {
  const runs: { key: string; days: DayRate[] }[] = [];
  for (const [index, day] of days.entries()) {
    const key = keyOf(day);
    const before = runs.at(-1);
    if (before !== undefined && before.key === key) before.days.push(day);
    else if (key !== undefined) runs.push({ key, days: [day] });
    const next = days[index + 1];
    const run = runs.at(-1);
    if (run !== undefined && key === run.key && next !== undefined && keyOf(next) !== key) {
      run.days.push({ ...day, date: next.date, place: next.place });
    }
  }
  return runs.map((run) => run.days);
}

/** Runs of days that follow each other. */
function unbroken(days: readonly DayRate[]): readonly (readonly DayRate[])[] {
  const runs: DayRate[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1)?.place === day.place - 1) run.push(day);
    else runs.push([day]);
  }
  return runs;
}

function gridLine(tick: number, top: number): Html {
  const attributes = { class: "grid", x1: plot.left, x2: plot.right, y1: top, y2: top };
  const label = svgText(`${Math.round(tick * 1000) / 10} %`, {
    class: "axis end",
    x: plot.left - 5,
    y: top + 4,
  });
  return joinHtml([svgElement("line", attributes), label]);
}

function dateTicks(days: readonly DayRate[]): readonly DayRate[] {
  const step = Math.max(1, Math.ceil(days.length / 5));
  return days.filter((_, index) => index % step === 0 && index < days.length - step / 3);
}
