// The development server: bundles anew at every load of the page and passes everything
// outside /console on to a running tidemark. Usage: npm run dev -- [PORT] [SERVER]
import http from "node:http";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { bundle } from "./bundle.mjs";

const port = Number(process.argv[2] ?? 5180);
const server = new URL(process.argv[3] ?? "http://127.0.0.1:8080");

/** What the binary sends with every page of the console. */
const CONTENT_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";
const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml" };

/** A page half written must not take the others along: what it imports and is not there is empty. */
const missingAreEmpty = {
  name: "missing files are empty",
  setup(builder) {
    builder.onResolve({ filter: /^\./ }, ({ path, resolveDir }) =>
      existsSync(join(resolveDir, path)) ? undefined : { path: join(resolveDir, path), namespace: "missing" },
    );
    builder.onLoad({ filter: /./, namespace: "missing" }, ({ path }) => {
      console.warn(`${path} is not there`);
      return { contents: "module.exports = {}" };
    });
  },
};

let assets = new Map();

http.createServer(answer).listen(port, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${port}/console/ with ${server.origin} behind it`);
});

async function answer(request, response) {
  const path = new URL(request.url, "http://localhost").pathname;
  try {
    if (path.startsWith("/console/assets/")) sendAsset(path, response);
    else if (path === "/console" || path.startsWith("/console/")) await sendPage(response);
    else pass(request, response);
  } catch (error) {
    response.writeHead(500, { "content-type": "text/plain; charset=utf-8" }).end(String(error.message ?? error));
  }
}

async function sendPage(response) {
  const built = await bundle({ minify: false, sourcemap: "inline", plugins: [missingAreEmpty] });
  // Assets of earlier builds stay: another tab may still ask for its own.
  assets = new Map([...assets, ...built.assets]);
  send(response, "text/html; charset=utf-8", built.index);
}

function sendAsset(path, response) {
  const name = basename(path);
  const bytes = assets.get(name);
  if (!bytes) return response.writeHead(404).end();
  send(response, `${TYPES[name.split(".").pop()]}; charset=utf-8`, bytes);
}

function send(response, type, body) {
  response
    .writeHead(200, {
      "content-type": type,
      "content-security-policy": CONTENT_POLICY,
      "x-content-type-options": "nosniff",
      "cache-control": "no-cache",
    })
    .end(body);
}

function pass(request, response) {
  const { method, headers, url } = request;
  const onward = http.request(
    new URL(url, server),
    { method, headers: { ...headers, host: server.host } },
    (answered) => {
      response.writeHead(answered.statusCode, answered.headers);
      answered.pipe(response);
    },
  );
  onward.on("error", (error) => {
    if (!response.headersSent) response.writeHead(502, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        error: { code: "unreachable", message: `${server.origin}: ${error.message}`, hint: "start tidemark there" },
      }),
    );
  });
  // A reader who leaves must reach the server: closing the request cancels the query.
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}
