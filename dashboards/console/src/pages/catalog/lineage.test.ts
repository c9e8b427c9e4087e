//! The drawing of lineage: what belongs to it, and that lines go from left to right.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Edge, SourceKind } from "./catalogue.ts";
import { around, drawLineage, keyOf } from "./lineage.ts";

const edge = (kind: SourceKind, name: string, sourceKind: SourceKind, source: string): Edge => ({ kind, name, sourceKind, source, columns: "" });
const EDGES = [
  edge("kpi", "automation_rate", "view", "settled_invoices"),
  edge("kpi", "nps", "table", "invoice_events"),
  edge("view", "settled_invoices", "view", "invoices"),
  edge("view", "invoices", "table", "invoice_events"),
  edge("view", "invoices", "table", "usage_events"),
  edge("view", "sessions", "table", "session_events"),
  edge("table", "invoice_events", "stream", "invoices"),
  edge("stream", "invoices", "topic", "invoices"),
];

const namesIn = (edges: Edge[]) => [...new Set(edges.flatMap((one) => [keyOf(one.kind, one.name), keyOf(one.sourceKind, one.source)]))].sort();

test("around a KPI is all that it comes from, and nothing else", () => {
  assert.deepEqual(namesIn(around(EDGES, "kpi:automation_rate")), [
    "kpi:automation_rate", "stream:invoices", "table:invoice_events", "table:usage_events", "topic:invoices", "view:invoices", "view:settled_invoices",
  ]);
});

test("around a table is what it comes from and all that comes of it", () => {
  assert.deepEqual(namesIn(around(EDGES, "table:usage_events")), [
    "kpi:automation_rate", "table:usage_events", "view:invoices", "view:settled_invoices",
  ]);
  assert.deepEqual(around(EDGES, "table:nowhere"), []);
});

test("every line goes to a later column, and kinds stand in their order", () => {
  const { nodes, links, numLayers } = drawLineage(EDGES);
  const layerOf = new Map(nodes.map((node) => [node.key, node.layer]));
  for (const { from, to } of links) assert.ok(layerOf.get(from)! < layerOf.get(to)!, `${from} -> ${to}`);
  // KPIs, views that none reads, views below them, tables, streams, topics.
  assert.equal(numLayers, 6);
  assert.equal(layerOf.get("view:sessions"), layerOf.get("view:settled_invoices"));
});

test("no two things stand at one place", () => {
  const { nodes } = drawLineage(EDGES);
  assert.equal(new Set(nodes.map(({ layer, row }) => `${layer}/${row}`)).size, nodes.length);
});

test("neighbours are put side by side, so that lines need not cross", () => {
  const crossed = [edge("view", "a", "table", "z"), edge("view", "b", "table", "y")];
  const { nodes } = drawLineage(crossed);
  const rowOf = new Map(nodes.map(({ key, row }) => [key, row]));
  assert.equal(rowOf.get("view:a"), rowOf.get("table:z"));
  assert.equal(rowOf.get("view:b"), rowOf.get("table:y"));
});

test("the order of the edges changes nothing", () => {
  const sorted = ({ nodes }: ReturnType<typeof drawLineage>) => nodes.map((node) => JSON.stringify(node)).sort();
  assert.deepEqual(sorted(drawLineage([...EDGES].reverse())), sorted(drawLineage(EDGES)));
});

test("a circle ends, and nothing gives an empty drawing", () => {
  assert.equal(drawLineage([edge("view", "a", "view", "b"), edge("view", "b", "view", "a")]).nodes.length, 2);
  assert.deepEqual(drawLineage([]), { nodes: [], links: [], numLayers: 0, numRows: 0 });
});
