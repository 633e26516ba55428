// Looks for tokens of a job in the environment and the arguments of all its ancestors and of every process.
import { readdirSync, readFileSync } from "node:fs";

const read = (path) => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
};
const token = /\bstolen-\w+/g;
const places = ["environ", "cmdline"];
let ancestors = 0;
for (let pid = process.pid; pid > 1; ancestors += 1) {
  const stat = read(`/proc/${pid}/stat`);
  for (const place of places) report(`ancestor ${place}`, read(`/proc/${pid}/${place}`));
  pid = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
}
for (const pid of list("/proc").filter((name) => /^\d+$/.test(name))) {
  for (const place of places) report(`process ${place}`, read(`/proc/${pid}/${place}`));
}
report("own environment", JSON.stringify(process.env));
console.log(`looked at ${ancestors > 1 ? "ancestors" : "none"}`);

function list(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function report(place, text) {
  for (const found of text.match(token) ?? []) console.log(`FOUND ${found} in ${place}`);
}
