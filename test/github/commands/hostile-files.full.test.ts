import { describeHostile } from "./hostile-pulls.ts";

describeHostile([
  "run another statement",
  "leave the folder by a link",
  "break the reader of YAML",
  "be too large",
  "compute without end",
]);
