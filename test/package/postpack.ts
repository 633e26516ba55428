import { putBack } from "./laid-over.ts";

await putBack(process.cwd());
