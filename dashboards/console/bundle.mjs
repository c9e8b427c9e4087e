// How the console is bundled: what the build and the development server share.
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(fileURLToPath(import.meta.url));

/** What both bundles have in common; hashes of content in the names. */
const OPTIONS = {
  absWorkingDir: root,
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
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

/** Where the frame and the home page start. */
const FRAME = join(root, "src/shell/Frame.tsx");

/**
 * Lets all that is opened later import the frame. It is there by then, and esbuild, which makes a file of every set of
 * pages that share something, makes one of all that the first page needs instead of a dozen: a browser asks for six at
 * once.
 */
const inOneFile = {
  name: "the first page in one file",
  setup(builder) {
    builder.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) =>
      kind === "dynamic-import" ? { path: join(resolveDir, path), pluginData: { isLater: true } } : undefined,
    );
    builder.onLoad({ filter: /\.tsx?$/ }, async ({ path, pluginData }) => {
      if (!pluginData?.isLater) return undefined;
      const source = await readFile(path, "utf8");
      return { contents: `${source}\nimport ${JSON.stringify(FRAME)};`, loader: extname(path).slice(1) };
    });
  },
};

/** One module graph, split by page. */
const PAGES = { entryPoints: { main: "src/main.tsx", styles: "src/styles/index.css" }, splitting: true, format: "esm" };

/** What runs before it: one file, which waits for no other. */
const FIRST = { entryPoints: { first: "src/first.ts" }, format: "iife" };

/** Bundles: every asset by its name, and the page around them. */
export async function bundle({ plugins = [], ...changes } = {}) {
  const options = { ...OPTIONS, ...changes, plugins: [inOneFile, ...plugins] };
  const built = await Promise.all([PAGES, FIRST].map((entries) => build({ ...options, ...entries })));
  const assets = new Map(
    built.flatMap(({ outputFiles }) => outputFiles.map(({ path, contents }) => [basename(path), contents])),
  );
  const outputs = Object.assign({}, ...built.map(({ metafile }) => metafile.outputs));
  return { assets, index: await indexPage(outputs) };
}

/** The page around the assets, with their hashed addresses filled in. */
async function indexPage(outputs) {
  const address = (path) => `/console/assets/${basename(path)}`;
  const made = (source) => Object.entries(outputs).find(([, output]) => output.entryPoint === source)?.[0];
  const main = made("src/main.tsx");
  // What the first page needs is fetched beside main, not after it.
  const wanted = new Set();
  collectImports(outputs, main, wanted);
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
function collectImports(outputs, path, collected) {
  if (collected.has(path)) return;
  collected.add(path);
  for (const { kind, path: imported } of outputs[path].imports) {
    if (kind === "import-statement") collectImports(outputs, imported, collected);
  }
}
