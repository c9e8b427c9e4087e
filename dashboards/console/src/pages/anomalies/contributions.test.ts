import assert from "node:assert/strict";
import { test } from "node:test";
import { barLengths, readExplanation } from "./contributions.ts";

test("a split explanation gives its parts, with every digit", () => {
  const read = readExplanation(
    "ai_cost_hkd of SIN since 2026-11-22 17:00: 2401 where 0.09 was expected; beside the mean of the four weeks before, "
    + "by model: gpt-4o +2400.858146609 (100 %), prebuilt-invoice +0.6435 (0 %), 7 others -9 (-42 %)",
  );
  assert.equal(read.sentence, "ai_cost_hkd of SIN since 2026-11-22 17:00: 2401 where 0.09 was expected");
  assert.equal(read.by, "model");
  assert.deepEqual(read.contributions, [
    { label: "gpt-4o", added: "+2400.858146609", sharePercent: 100 },
    { label: "prebuilt-invoice", added: "+0.6435", sharePercent: 0 },
    { label: "7 others", added: "-9", sharePercent: -42 },
  ]);
});

test("where nothing changed as a whole there are no shares", () => {
  const read = readExplanation("x; beside the mean of the four weeks before, by city: HKG +5, SIN -5");
  assert.deepEqual(read.contributions.map(({ sharePercent }) => sharePercent), [null, null]);
});

test("an explanation without a split, or one that is worded otherwise, stays as it is", () => {
  for (const text of [
    "inv-2 was received 3 days after inv-1: the file is the same to the byte",
    "x; beside the mean of the four weeks before, by city: nobody knows",
    "x; which part did it could not be asked: timed out",
  ]) {
    assert.deepEqual(readExplanation(text), { sentence: text, by: null, contributions: [] });
  }
});

test("bars are measured by the largest part, whatever its sign", () => {
  const of = (added: string) => ({ label: "x", added, sharePercent: null });
  assert.deepEqual(barLengths([of("-8"), of("+4"), of("0")]), [1, 0.5, 0]);
  assert.deepEqual(barLengths([of("0")]), [0]);
});
