import assert from "node:assert/strict";
import { test } from "node:test";
import { alignSeries } from "./align.ts";
import { timeTicks } from "./times.ts";

function hours(start: string, count: number) {
  const first = Date.parse(start);
  const points = Array.from({ length: count }, (_, hour) => ({
    at: new Date(first + hour * 3_600_000).toISOString(),
    value: hour,
  }));
  return alignSeries([{ name: "n", points }], []);
}

test("days are written as days, whatever the zone", () => {
  const data = alignSeries(
    [
      {
        name: "n",
        points: [
          { at: "2026-11-01", value: 1 },
          { at: "2026-11-02", value: 2 },
        ],
      },
    ],
    [],
  );
  assert.deepEqual(timeTicks(data, "America/Los_Angeles", "en"), [
    { at: 0, text: "Nov 1", below: "" },
    { at: 1, text: "Nov 2", below: "" },
  ]);
});

test("some hours are written with the time of the zone and the day below", () => {
  // 22:00 UTC is 06:00 of the next day in Hong Kong, which is 8 hours ahead all year.
  const [first] = timeTicks(hours("2026-11-01T22:00:00Z", 4), "Asia/Hong_Kong", "en");
  assert.deepEqual(first, { at: 0, text: "06:00", below: "Nov 2" });
});

test("many hours are marked at the zone's midnights", () => {
  const ticks = timeTicks(hours("2026-11-01T00:00:00Z", 120), "Asia/Hong_Kong", "en");
  assert.deepEqual(
    ticks.map(({ text }) => text),
    ["Nov 2", "Nov 3", "Nov 4", "Nov 5", "Nov 6"],
  );
  // Midnight in Hong Kong is 16:00 UTC.
  assert.equal(ticks[0]?.at, 16);
});

test("a year and more tells the year", () => {
  const points = ["2025-01-01", "2026-06-01"].map((at) => ({ at, value: 1 }));
  assert.equal(timeTicks(alignSeries([{ name: "n", points }], []), "UTC", "en")[0]?.text, "Jan 1, 2025");
});
