// How the console is bundled: what the build and the development server share.
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(fileURLToPath(import.meta.url));

/** esbuild's options: one module graph, split by page; hashes of content in the names. */
export function bundleOptions() {
  return {
    absWorkingDir: root,
    entryPoints: { main: "src/main.tsx", first: "src/first.ts", styles: "src/styles/index.css" },
    outdir: "dist/assets",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: ["es2022", "chrome123", "firefox120", "safari17.5"],
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    charset: "utf8",
    metafile: true,
    write: false,
    logLevel: "warning",
  };
}

/** The page around the assets, with their hashed addresses filled in. */
export async function indexPage(metafile) {
  const outputs = Object.entries(metafile.outputs);
  const address = (path) => `/console/assets/${basename(path)}`;
  const made = (source) => outputs.find(([, output]) => output.entryPoint === source)?.[0];
  const main = made("src/main.tsx");
  // What the first page needs is fetched beside main, not after it.
  const wanted = new Set();
  collectImports(metafile, main, wanted);
  collectImports(metafile, made("src/pages/kpis/index.tsx"), wanted);
  wanted.delete(main);
  const preloads = [...wanted].map((path) => `<link rel="modulepreload" href="${address(path)}">`).sort();
  const template = await readFile(join(root, "index.html"), "utf8");
  return template
    .replace("{{first}}", address(made("src/first.ts")))
    .replace("{{styles}}", address(made("src/styles/index.css")))
    .replace("{{main}}", address(main))
    .replace("{{preloads}}", preloads.join("\n"));
}

/** Adds a file and all that it imports before it runs. */
function collectImports(metafile, path, collected) {
  if (collected.has(path)) return;
  collected.add(path);
  for (const { kind, path: imported } of metafile.outputs[path].imports) {
    if (kind === "import-statement") collectImports(metafile, imported, collected);
  }
}
