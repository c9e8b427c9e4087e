//! A snippet must say the same text where it is pasted: the shell and Python themselves read it back.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { mText, pythonText, shellText, snippetsOf } from "./snippets.ts";

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

test("each client is asked at the address of this server, and Power Query is told the types", () => {
  const columns = [{ name: "city", type: "text" }, { name: "amount", type: "numeric(38,9)" }, { name: "at", type: "timestamptz" }];
  const asked = { sql: "SELECT 1", origin: "https://data.example:8443", host: "data.example", port: 5433, columns };
  const texts = Object.fromEntries(snippetsOf(asked).map(({ client, text }) => [client, text]));
  assert.match(texts["psql"]!, /^psql -h data\.example -p 5433 -d tidemark -c 'SELECT 1'$/m);
  for (const client of ["Python", "curl"]) assert.match(texts[client]!, /https:\/\/data\.example:8443\/v1\/sql\?format=/);
  assert.match(texts["Power Query"]!, /\{"amount", type number\}/);
  assert.match(texts["Power Query"]!, /\{"at", type datetimezone\}/);
});
