// A run of the small workspace in a process of its own, to be killed: one line for whatever it tells, and no mart that the worklists
// do not need. `node test/killable.ts DIR`.
import { enableCompileCache } from "node:module";

enableCompileCache();
const { readWorkspace } = await import("../pipeline/config.ts");
const { run } = await import("../pipeline/run.ts");
const { few } = await import("./fixture.ts");

await run(readWorkspace(process.argv[2]!), {
  ...few,
  onEvent: (event) => {
    const name = event.kind === "model" ? event.model.name : event.kind === "publish" ? event.what : "";
    if (event.kind !== "progress") process.stdout.write(`${event.kind} ${name}\n`);
  },
});
process.stdout.write("done\n");
