//! Texts of plans are as the server wrote them (shortened); the trees are read off by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { explainOf, parsePlan } from "./plan.ts";

const MEASURED = `SortPreservingMergeExec: [count@1 DESC], metrics=[output_rows=11, elapsed_compute=33.54µs, output_bytes=264.0 B]
  ProjectionExec: expr=[city@0 as city, count(Int64(1))@1 as count], metrics=[output_rows=11, elapsed_compute=3.69µs]
    UnionExec, metrics=[output_rows=46.47 K, elapsed_compute=104.76µs]
      FilterExec: type@0 = invoice.completed, projection=[city@1], metrics=[output_rows=46.47 K, elapsed_compute=6.61ms]
        DataSourceExec: partitions=1, partition_sizes=[1], metrics=[]
      PlaceholderRowExec, metrics=[]
`;

test("each operator hangs below the one that it gives its rows to", () => {
  const [merge, ...others] = parsePlan(MEASURED);
  assert.equal(others.length, 0);
  assert.equal(merge!.operator, "SortPreservingMergeExec");
  const union = merge!.children[0]!.children[0]!;
  assert.deepEqual(union.children.map((child) => child.operator), ["FilterExec", "PlaceholderRowExec"]);
  assert.equal(union.children[0]!.children[0]!.operator, "DataSourceExec");
});

test("measured figures are taken as they are written, and are no part of the details", () => {
  const [merge] = parsePlan(MEASURED);
  assert.deepEqual([merge!.rows, merge!.time, merge!.details], ["11", "33.54µs", "[count@1 DESC]"]);
  const filter = merge!.children[0]!.children[0]!.children[0]!;
  assert.deepEqual([filter.rows, filter.time], ["46.47 K", "6.61ms"]);
  assert.equal(filter.details, "type@0 = invoice.completed, projection=[city@1]");
  const source = filter.children[0]!;
  assert.deepEqual([source.rows, source.time, source.details], [null, null, "partitions=1, partition_sizes=[1]"]);
});

test("a logical plan is read alike, and a literal with a line break stays with its operator", () => {
  const text = "Projection: invoices.city\n  Filter: invoices.city = Utf8(\"a\nb\")\n    TableScan: invoice_lives projection=[city]";
  const [projection] = parsePlan(text);
  const filter = projection!.children[0]!;
  assert.equal(filter.details, 'invoices.city = Utf8("a b")');
  assert.deepEqual(filter.children.map((child) => [child.operator, child.details]), [["TableScan", "invoice_lives projection=[city]"]]);
});

test("operators of two words keep both", () => {
  assert.deepEqual(parsePlan("Inner Join: a.x = b.x").map(({ operator }) => operator), ["Inner Join"]);
});

test("a statement is explained once", () => {
  assert.equal(explainOf("SELECT 1", false), "EXPLAIN SELECT 1");
  assert.equal(explainOf("SELECT 1", true), "EXPLAIN ANALYZE SELECT 1");
  assert.equal(explainOf("  explain SELECT 1", true), "  explain SELECT 1");
});
