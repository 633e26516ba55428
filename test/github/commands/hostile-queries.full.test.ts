import { describeHostile } from "./hostile-pulls.ts";

describeHostile([
  "read what is not declared",
  "give other rows each time",
  "put more into a value",
  "leave the folder by a path",
  "take names that objects have",
]);
