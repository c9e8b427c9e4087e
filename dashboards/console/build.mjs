// Builds dist/: bundles twice and compares (the same input must give the same bytes),
// writes the files, prints their sizes and fails where the whole exceeds its budget.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundle, root } from "./bundle.mjs";

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
  const { assets, index } = await bundle();
  const files = [...assets]
    .map(([name, contents]) => [`assets/${name}`, Buffer.from(contents)])
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return new Map([...files, ["index.html", Buffer.from(index)]]);
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
