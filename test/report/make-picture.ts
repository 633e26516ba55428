import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseReport } from "../../src/report/render-json.ts";
import { renderPicture } from "../../src/report/picture.ts";

/** Draws the README's picture of a report.json: that which `npm start` left under `out/`, unless another is named. */
const root = join(import.meta.dirname, "../..");
const model = parseReport(readFileSync(process.argv[2] ?? join(root, "out/report.json"), "utf8"));
if (model === undefined) throw new Error("This is no report: run `npm start` first");
mkdirSync(join(root, ".github"), { recursive: true });
writeFileSync(join(root, ".github/report.svg"), renderPicture(model));
