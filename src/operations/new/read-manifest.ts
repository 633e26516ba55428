import { readFile } from "node:fs/promises";
import { Fault } from "../../errors.ts";
import { carryModels, type CarriedOver } from "../../starter/dbt/carry-models.ts";
import { parseManifest } from "../../starter/dbt/manifest.ts";

/** What a manifest of dbt carries over. Fault: usage for a file that is none. */
export async function readManifest(path: string): Promise<CarriedOver> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new Fault("usage", `Cannot read the manifest "${path}": there is no file that can be read`, {
      hint: "Name the manifest.json that `dbt compile` writes: --dbt target/manifest.json",
      cause,
    });
  });
  const parsed = parseManifest(text);
  if (parsed.kind === "ok") return carryModels(parsed.manifest);
  throw new Fault("usage", `Cannot read the manifest "${path}": ${parsed.why}`, {
    hint: "Name the manifest.json that `dbt compile` writes: --dbt target/manifest.json",
  });
}
