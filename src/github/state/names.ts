import { z } from "zod";

/** Name of a cell, gate, runbook or run: what is put into names of files and artifacts, and into statements. */
export const plainName = z.string().regex(/^[\w-]+$/, "expected letters, digits, _ and -");

/** Folder of a runbook as jobs get it. */
export const plainFolder = z.string().regex(/^[\w./-]+$/, "expected the folder of a runbook");

/** Name of a table as `dataset.table`. */
export const plainTable = z.string().regex(/^[\w-]+\.[\w-]+$/, "expected dataset.table");

/** A person's or an app's login; empty where nobody is named. */
export const loginText = z
  .string()
  .regex(/^(?:[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\[bot\])?)?$/, "expected a login");
