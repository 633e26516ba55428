import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseReport } from "../../src/report/render-json.ts";
import { renderPicture } from "../../src/report/picture.ts";

/** Draws the README's picture of the report that `npm start` left under `out/`. */
const root = join(import.meta.dirname, "../..");
const model = parseReport(readFileSync(join(root, "out/report.json"), "utf8"));
if (model === undefined) throw new Error("out/report.json is no report: run `npm start` first");
mkdirSync(join(root, ".github"), { recursive: true });
writeFileSync(join(root, ".github/report.svg"), renderPicture(model));
