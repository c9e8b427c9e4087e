import assert from "node:assert/strict";
import { test } from "node:test";
import { marksOf, muteProblem, needsReason, STATES } from "./life.ts";

// The expected marks are those of insight/src/anomaly/life.rs.
test("what is over can only be reopened", () => {
  assert.deepEqual(marksOf("resolved"), ["reopen"]);
  assert.deepEqual(marksOf("false_alarm"), ["reopen"]);
});

test("what goes on cannot be reopened, and what is acknowledged not acknowledged again", () => {
  for (const state of STATES.filter((state) => state !== "resolved" && state !== "false_alarm")) {
    assert.ok(!marksOf(state).includes("reopen"), state);
    assert.ok(marksOf(state).includes("resolve"), state);
  }
  assert.ok(!marksOf("acknowledged").includes("acknowledge"));
  assert.ok(marksOf("muted").includes("acknowledge"));
});

test("hiding an anomaly or bringing it back takes a reason", () => {
  assert.deepEqual((["acknowledge", "mute", "resolve", "false_alarm", "reopen"] as const).filter(needsReason), [
    "mute", "false_alarm", "reopen",
  ]);
});

test("a mute ends later than now and within 90 days", () => {
  const day = 86_400_000;
  assert.equal(muteProblem(5, 5), "past");
  assert.equal(muteProblem(Number.NaN, 5), "past");
  assert.equal(muteProblem(5 + 90 * day, 5), null);
  assert.equal(muteProblem(6 + 90 * day, 5), "far");
});
