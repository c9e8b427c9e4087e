//! An answer grows, is cut, cancelled or fails, and each end is told apart.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { answerOf, ask, cancel, forgetAnswer } from "./answers.ts";

const { fetch } = globalThis;

afterEach(() => { globalThis.fetch = fetch; });

const HEAD = '{"columns":[{"name":"n","type":"bigint"}]}\n';

/** Answers with so many rows; one that is never ended waits for the abort. */
function answerWith(numRows: number, { ended = true } = {}): void {
  globalThis.fetch = async (_, init) => new Response(new ReadableStream({
    start(controller) {
      const rows = Array.from({ length: numRows }, (_, at) => `["${at}"]\n`).join("");
      controller.enqueue(new TextEncoder().encode(HEAD + rows));
      if (ended) {
        controller.enqueue(new TextEncoder().encode(`{"rows":${numRows}}\n`));
        controller.close();
      }
      init?.signal?.addEventListener("abort", () => controller.error(new DOMException("aborted", "AbortError")));
    },
  }));
}

const question = (rowsMax: number) => ({ sql: "SELECT n", offset: 0, rowsMax });

test("an answer within the limit is done, with all its rows", async () => {
  answerWith(5);
  const answer = await ask(1, question(5));
  assert.deepEqual([answer.outcome, answer.rows.length, answer.rows[4]], ["done", 5, ["4"]]);
  assert.equal(answerOf(1).get(), answer);
});

test("an answer beyond the limit is cut at it, and the rest is not asked for", async () => {
  answerWith(6, { ended: false });
  const answer = await ask(2, question(5));
  assert.deepEqual([answer.outcome, answer.rows.length], ["cut", 5]);
});

test("a cancelled answer keeps the rows that came", async () => {
  answerWith(3, { ended: false });
  const asked = ask(3, question(100));
  while (answerOf(3).get()?.rows.length !== 3) await new Promise((resolve) => setImmediate(resolve));
  cancel(3);
  const answer = await asked;
  assert.deepEqual([answer.outcome, answer.rows.length], ["cancelled", 3]);
});

test("asking again cancels what was asked before, and shows the newer answer alone", async () => {
  answerWith(1, { ended: false });
  const first = ask(4, question(100));
  answerWith(2);
  const second = await ask(4, question(100));
  assert.equal((await first).outcome, "cancelled");
  assert.equal(answerOf(4).get(), second);
  assert.equal(second.rows.length, 2);
});

test("a refusal fails with the server's words", async () => {
  globalThis.fetch = async () => new Response('{"error":{"code":"invalid_sql","message":"no","hint":"so"}}', { status: 400 });
  const answer = await ask(5, question(1));
  assert.deepEqual([answer.outcome, answer.error?.code, answer.error?.hint], ["failed", "invalid_sql", "so"]);
  forgetAnswer(5);
  assert.equal(answerOf(5).get(), null);
});
