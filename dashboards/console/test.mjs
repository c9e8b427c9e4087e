// Runs the unit tests: bundles every src/**/*.test.ts and hands the result to node --test.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./bundle.mjs";

const sources = readdirSync(join(root, "src"), { recursive: true })
  .filter((path) => path.endsWith(".test.ts"))
  .sort()
  .map((path) => join(root, "src", path));
const folder = mkdtempSync(join(tmpdir(), "console-tests-"));
await build({
  entryPoints: sources,
  outdir: folder,
  outbase: join(root, "src"),
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
});
const tests = readdirSync(folder, { recursive: true })
  .filter((path) => path.endsWith(".mjs"))
  .map((path) => join(folder, path));
const { status } = spawnSync(process.execPath, ["--test", ...tests], { stdio: "inherit" });
rmSync(folder, { recursive: true });
process.exit(status ?? 1);
