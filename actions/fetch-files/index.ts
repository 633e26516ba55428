import { shedTokens } from "../../src/process/shed-tokens.ts";

// Loaded when the tokens are shed: that starts the process again, and what was loaded before it would be so twice.
shedTokens(process);
await import("./job.ts");
