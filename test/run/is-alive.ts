import { readFile } from "node:fs/promises";

/** Whether the process whose id a file holds still works; one that has ended and that nobody has waited for does not. */
export async function isAlive(pidFile: string): Promise<boolean> {
  const pid = (await readFile(pidFile, "utf8")).trim();
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "() X");
  return !/\) [ZX]/.test(status);
}
