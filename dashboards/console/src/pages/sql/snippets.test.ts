//! A snippet must say the same text where it is pasted: the shell and Python themselves read it back.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { FRONT_PORT, isFronted, mText, postgresHost, pythonText, shellText, snippetsOf } from "./snippets.ts";
import type { Asked } from "./snippets.ts";

const AWKWARD = [
  "SELECT 1",
  "SELECT 'it''s' AS \"a \\\"b\\\" $HOME `id` !1\"",
  "SELECT *\n-- 發票 🧾\nFROM invoices\tWHERE forwarder <> '\\n'\n",
  "@file",
  "",
];

function outputOf(program: string, ...options: string[]): string {
  const { stdout, status, stderr } = spawnSync(program, options, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout;
}

test("the shell reads a text as it was", () => {
  for (const text of AWKWARD) {
    assert.equal(outputOf("sh", "-c", `printf %s ${shellText(text)}`), text);
  }
});

test("Python reads a text as it was", () => {
  for (const text of AWKWARD) {
    const program = `import sys; sys.stdout.buffer.write((${pythonText(text)}).encode())`;
    assert.equal(outputOf("python3", "-c", program), text);
  }
});

test("M's text doubles quotes and writes out what would end or escape it", () => {
  // By hand from the M specification, 2.6.5 (text literals).
  assert.equal(mText('a "b"\n#(lf)\t#x'), '"a ""b""#(lf)#(#)(lf)#(tab)#x"');
});

/** What each client is told, by its name. */
function textsOf(asked: Partial<Asked>): Record<string, string> {
  const whole = { sql: "SELECT 1", origin: "http://127.0.0.1:8080", host: "127.0.0.1", port: 5433, isFronted: false, columns: [], ...asked };
  return Object.fromEntries(snippetsOf(whole).map(({ client, text }) => [client, text]));
}

const FRONTED = { origin: "https://data.example:8443", host: "data.example", port: FRONT_PORT, isFronted: true };

test("each client is asked at the address of this server, and Power Query is told the types", () => {
  const columns = [{ name: "city", type: "text" }, { name: "amount", type: "numeric(38,9)" }, { name: "at", type: "timestamptz" }];
  const texts = textsOf({ columns });
  assert.equal(texts["psql"], "psql -h 127.0.0.1 -p 5433 -d tidemark -c 'SELECT 1'\n");
  for (const client of ["Python", "curl"]) assert.match(texts[client]!, /http:\/\/127\.0\.0\.1:8080\/v1\/sql\?format=/);
  assert.match(texts["Power Query"]!, /\{"amount", type number\}/);
  assert.match(texts["Power Query"]!, /\{"at", type datetimezone\}/);
});

test("who came by TLS or by another host came through a front", () => {
  const at = (address: string) => isFronted(new URL(address));
  for (const address of ["http://127.0.0.1:8080", "http://localhost:8080", "http://tidemark.localhost", "http://127.1.2.3", "http://[::1]:8080"]) {
    assert.ok(!at(address), address);
  }
  for (const address of ["https://localhost:8443", "https://127.0.0.1", "http://data.example:8080", "http://10.0.0.1", "http://127.0.0.1.example", "http://notlocalhost"]) {
    assert.ok(at(address), address);
  }
});

test("PostgreSQL's clients take an IPv6 address without brackets", () => {
  assert.equal(postgresHost(new URL("http://[::1]:8080").hostname), "::1");
  assert.equal(postgresHost("data.example"), "data.example");
});

test("on the machine itself nobody is asked for a user or a password", () => {
  for (const text of Object.values(textsOf({}))) assert.doesNotMatch(text, /user|password|getpass|authorization|sslmode/i);
});

test("behind a front the shell hands psql and curl the user, TLS and the front's port", () => {
  const texts = textsOf({ ...FRONTED, sql: "SELECT 'a b'" });
  // The shell itself says which words a program would get.
  const wordsOf = (client: string) => outputOf("sh", "-c", `${client}() { printf '%s\\n' "$@"; }\n${texts[client]}`).trimEnd().split("\n");
  assert.deepEqual(wordsOf("psql"), ["host=data.example port=5432 dbname=tidemark user=USER sslmode=require", "-c", "SELECT 'a b'"]);
  const words = wordsOf("curl");
  assert.equal(words[words.indexOf("--user") + 1], "USER");
  assert.equal(words.at(-1), "https://data.example:8443/v1/sql?format=csv");
});

test("behind a front Python sends the user and the password that it asks for", () => {
  // The pair of RFC 7617, section 2, and what it becomes there.
  const asked = textsOf(FRONTED)["Python"]!.replace("USER", "Aladdin");
  const stubs = `import contextlib, getpass, sys, types, urllib.request
ipc = types.ModuleType("pyarrow.ipc")
ipc.open_stream = lambda answer: types.SimpleNamespace(read_pandas=lambda: answer)
sys.modules["pyarrow"] = types.ModuleType("pyarrow")
sys.modules["pyarrow"].ipc = sys.modules["pyarrow.ipc"] = ipc
getpass.getpass = lambda: "open sesame"
urllib.request.urlopen = lambda request: contextlib.nullcontext((request.full_url, request.get_header("Authorization"), request.data))
`;
  const told = outputOf("python3", "-c", stubs + asked).trim();
  assert.equal(told, "('https://data.example:8443/v1/sql?format=arrow', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', b'SELECT 1')");
});

test("behind a front Power Query sends a user and a password", () => {
  const sent = 'Authorization = "Basic " & Binary.ToText(Text.ToBinary("USER:PASSWORD"), BinaryEncoding.Base64)]';
  assert.ok(textsOf(FRONTED)["Power Query"]!.includes(sent));
});
