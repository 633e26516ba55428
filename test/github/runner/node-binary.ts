import { join } from "node:path";

const isNode24 = Number(process.versions.node.split(".")[0]) >= 24;

/** The Node that runs `node24` actions: this one when it is recent enough, else the one of the dev dependency. */
export const nodeBinary = isNode24
  ? process.execPath
  : join(import.meta.dirname, "../../../node_modules/.bin/node");
