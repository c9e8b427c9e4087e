import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { ApiError } from "./errors.ts";
import { objects, query, stream } from "./rows.ts";
import { quoted } from "./sql.ts";

const { fetch } = globalThis;

afterEach(() => {
  globalThis.fetch = fetch;
});

/** Answers every request with these pieces of a body, cut where they are cut. */
function answerWith(pieces: string[], status = 200): void {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  globalThis.fetch = async () => new Response(body, { status });
}

const HEAD = '{"columns":[{"name":"n","type":"bigint"}]}\n';

test("rows come whole wherever the network cuts them", async () => {
  answerWith([HEAD.slice(0, 9), `${HEAD.slice(9)}["9007199254740993"`, ']\n["2"]', '\n{"rows":2}\n']);
  const answer = await query("SELECT n");
  assert.deepEqual(answer, { columns: [{ name: "n", type: "bigint" }], rows: [["9007199254740993"], ["2"]] });
  assert.deepEqual(objects(answer), [{ n: "9007199254740993" }, { n: "2" }]);
});

test("characters that are cut in the middle are put together", async () => {
  const bytes = new TextEncoder().encode(`${HEAD}["發票"]\n{"rows":1}\n`);
  const at = bytes.indexOf(0xe7) + 1;
  globalThis.fetch = async () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(bytes.slice(0, at));
          controller.enqueue(bytes.slice(at));
          controller.close();
        },
      }),
    );
  assert.deepEqual((await query("SELECT n")).rows, [["發票"]]);
});

test("an answer without its last line broke off", async () => {
  answerWith([`${HEAD}["1"]\n`]);
  await assert.rejects(query("SELECT n"), (error) => error instanceof ApiError && error.code === "broken_off");
});

test("an answer that ends within a line broke off", async () => {
  answerWith([`${HEAD}["1"]\n["2`]);
  await assert.rejects(query("SELECT n"), (error) => error instanceof ApiError && error.code === "broken_off");
});

test("a refusal carries the server's code, message and hint", async () => {
  answerWith(
    ['{"error":{"code":"unknown_relation","hint":"did you mean b?","message":"there is no table \\"a\\""}}'],
    400,
  );
  await assert.rejects(query("SELECT"), {
    code: "unknown_relation",
    hint: "did you mean b?",
    message: 'there is no table "a"',
    status: 400,
  });
});

test("an answer that is no JSON is shown as it is", async () => {
  answerWith(["bad gateway"], 502);
  await assert.rejects(query("SELECT"), { code: "unexpected_answer", message: "bad gateway", status: 502 });
});

test("columns are told before rows, and the end tells how many there were", async () => {
  answerWith([HEAD, '["1"]\n', '["2"]\n{"rows":2}\n']);
  const told: string[] = [];
  const { rows } = await stream("SELECT n", {
    onColumns: (columns) => told.push(columns.map(({ name }) => name).join()),
    onRows: (rows) => told.push(...rows.map(([n]) => String(n))),
  });
  assert.deepEqual(told, ["n", "1", "2"]);
  assert.equal(rows, 2);
});

test("quotes within a literal are doubled", () => {
  assert.equal(quoted("O'Brien"), "'O''Brien'");
});
