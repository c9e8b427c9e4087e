// Builds dist/: bundles twice and compares (the same input must give the same bytes),
// writes the files, prints their sizes and fails where the whole exceeds its budget.
import { build } from "esbuild";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleOptions, indexPage, root } from "./bundle.mjs";

/** Of all files together, after gzip. */
const BUDGET_BYTES = 250_000;

const files = await makeFiles();
if (!sameFiles(files, await makeFiles())) {
  fail("two builds of the same source differ");
}
await writeFiles(files);
reportSizes(files);

/** Every file of dist/ by its path, in order. */
async function makeFiles() {
  const { outputFiles, metafile } = await build(bundleOptions());
  const assets = outputFiles
    .map((file) => [`assets/${basename(file.path)}`, Buffer.from(file.contents)])
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return new Map([...assets, ["index.html", Buffer.from(await indexPage(metafile))]]);
}

function sameFiles(one, other) {
  return one.size === other.size && [...one].every(([path, bytes]) => other.get(path)?.equals(bytes));
}

async function writeFiles(files) {
  await rm(join(root, "dist"), { recursive: true, force: true });
  await mkdir(join(root, "dist/assets"), { recursive: true });
  for (const [path, bytes] of files) {
    await writeFile(join(root, "dist", path), bytes);
  }
}

function reportSizes(files) {
  let total = 0;
  for (const [path, bytes] of files) {
    const size = gzipSync(bytes, { level: 9 }).length;
    total += size;
    console.log(`${String(size).padStart(8)}  ${path}`);
  }
  console.log(`${String(total).padStart(8)}  all, gzip bytes, of ${BUDGET_BYTES} allowed`);
  if (total > BUDGET_BYTES) {
    fail(`the console has ${total} bytes after gzip; ${BUDGET_BYTES} are allowed`);
  }
}

function fail(why) {
  console.error(why);
  process.exit(1);
}
