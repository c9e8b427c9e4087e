import assert from "node:assert/strict";
import { test } from "node:test";
import { askAhead, takeAhead } from "./ahead.ts";
import { query } from "./rows.ts";
import { ROWS_PATH } from "./sql.ts";

const ANSWER = '{"columns":[{"name":"n","type":"bigint"}]}\n["1"]\n{"rows":1}\n';

/** A server that counts what it is asked. */
function serve(answer: () => Response): string[] {
  const asked: string[] = [];
  globalThis.fetch = (_, options) => {
    asked.push(String(options?.body));
    return Promise.resolve(answer());
  };
  return asked;
}

test("what was asked ahead is asked once, and anew by the next", async () => {
  const asked = serve(() => new Response(ANSWER));
  askAhead(ROWS_PATH, { sql: "SELECT 1 AS n" });
  assert.deepEqual((await query("SELECT 1 AS n")).rows, [["1"]]);
  assert.equal(asked.length, 1);
  await query("SELECT 1 AS n");
  assert.equal(asked.length, 2);
});

test("another question does not get its answer", async () => {
  const asked = serve(() => new Response(ANSWER));
  askAhead(ROWS_PATH, { sql: "SELECT 1 AS n" });
  await query("SELECT 2 AS n");
  assert.deepEqual(asked, ['{"sql":"SELECT 1 AS n"}', '{"sql":"SELECT 2 AS n"}']);
  assert.ok(takeAhead(ROWS_PATH, { sql: "SELECT 1 AS n" }));
});

test("a refusal is told to whoever takes it", async () => {
  serve(() => new Response('{"error":{"code":"unknown_relation","message":"no"}}', { status: 400 }));
  askAhead(ROWS_PATH, { sql: "SELECT 3" });
  await assert.rejects(query("SELECT 3"), { code: "unknown_relation" });
});
