import assert from "node:assert/strict";
import { test } from "node:test";
import { placeTicks } from "./layout.ts";

const tick = (at: number, text: string) => ({ at, text, below: "" });

test("a text at the edge moves into the picture, and its tick stays", () => {
  const [first, last] = placeTicks([tick(0, "2026年11月22日"), tick(1, "2026年11月23日")], [20, 390], 400);
  assert.equal(first!.x, 20);
  assert.equal(last!.x, 390);
  // Eight digits of 7 pixels and three characters of 12 are 92.
  assert.equal(first!.textX, 46);
  assert.equal(last!.textX, 354);
});

test("long texts stand farther apart than short ones", () => {
  const xs = [100, 180, 260, 340];
  const placed = (text: string) => placeTicks(xs.map((_, at) => tick(at, text)), xs, 500).map((one) => one.x);
  assert.deepEqual(placed("5 Nov"), [100, 180, 260, 340]);
  assert.deepEqual(placed("2026年11月22日"), [100, 260]);
});

test("a text that moved into the picture keeps its distance from the next", () => {
  const days = Array.from({ length: 120 }, (_, at) => tick(at, "2026年11月22日"));
  const placed = placeTicks(days, days.map((_, at) => 19 + 4.8 * at), 600);
  placed.slice(1).forEach((one, at) => assert.ok(one.textX - placed[at]!.textX >= 104, `${at}: ${one.textX}`));
});
