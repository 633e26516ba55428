import { readFile, writeFile } from "node:fs/promises";
import manifest from "../../package.json" with { type: "json" };
import { releaseNotes } from "./changelog-section.ts";

// `node test/package/release-notes.ts v1.2.3 notes.md`: what the release of a tag says. Fails where the tag is not the
// version of package.json, or the changelog has no section for it.
const [tag = "", path = "notes.md"] = process.argv.slice(2);
const changelog = await readFile(new URL("../../CHANGELOG.md", import.meta.url), "utf8");
await writeFile(path, releaseNotes(changelog, { tag, version: manifest.version }));
