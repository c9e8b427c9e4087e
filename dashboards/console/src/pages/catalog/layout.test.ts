//! Boxes of a lineage drawing never overlap, and arrows lead along its lines.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Edge, SourceKind } from "./catalogue.ts";
import { layOut, lineOf, nextNode } from "./layout.ts";
import { drawLineage } from "./lineage.ts";

const edge = (kind: SourceKind, name: string, sourceKind: SourceKind, source: string): Edge => ({ kind, name, sourceKind, source, columns: "" });
const DRAWING = drawLineage([
  edge("kpi", "automation_rate", "view", "settled_invoices"),
  edge("kpi", "nps", "table", "invoice_events"),
  edge("view", "settled_invoices", "table", "invoice_events"),
  edge("view", "settled_invoices", "table", "usage_events"),
]);

test("every thing has a box within the drawing, and no two overlap", () => {
  const { boxes, width, height } = layOut(DRAWING);
  const all = [...boxes.values()];
  assert.equal(all.length, DRAWING.nodes.length);
  for (const [at, one] of all.entries()) {
    assert.ok(one.x >= 0 && one.y >= 0 && one.x + one.width <= width && one.y + one.height <= height);
    for (const other of all.slice(at + 1)) {
      const apart = one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y;
      assert.ok(apart, JSON.stringify([one, other]));
    }
  }
});

test("each kind is named once, above its first column", () => {
  assert.deepEqual(layOut(DRAWING).headings.map(({ kind }) => kind), ["kpi", "view", "table"]);
});

test("a line goes from the right side of one box to the left side of the other", () => {
  const line = lineOf({ x: 0, y: 0, width: 100, height: 20 }, { x: 200, y: 40, width: 50, height: 20 });
  assert.match(line, /^M100 10C.* 200 50$/);
});

test("arrows lead along lines and within columns, and stop at the edges", () => {
  assert.equal(nextNode(DRAWING, "kpi:automation_rate", "ArrowRight"), "view:settled_invoices");
  assert.equal(nextNode(DRAWING, "view:settled_invoices", "ArrowLeft"), "kpi:automation_rate");
  const down = nextNode(DRAWING, "kpi:automation_rate", "ArrowDown") ?? nextNode(DRAWING, "kpi:automation_rate", "ArrowUp");
  assert.equal(down, "kpi:nps");
  assert.equal(nextNode(DRAWING, "kpi:automation_rate", "ArrowLeft"), undefined);
  assert.equal(nextNode(DRAWING, "kpi:automation_rate", "x"), undefined);
});

test("nothing to draw is an empty drawing", () => {
  const { width, boxes } = layOut(drawLineage([]));
  assert.deepEqual([width, boxes.size], [0, 0]);
});
