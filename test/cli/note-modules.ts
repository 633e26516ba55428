import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";

// Loaded before a program: leaves the addresses of all modules that it loads in the file of NOTED_MODULES.
const addresses: string[] = [];
registerHooks({
  load(url, context, nextLoad) {
    addresses.push(url);
    return nextLoad(url, context);
  },
});
process.on("exit", () => writeFileSync(process.env["NOTED_MODULES"] ?? "", JSON.stringify(addresses)));
