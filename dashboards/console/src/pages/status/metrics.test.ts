import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMetrics, readGauge, readStreams } from "./metrics.ts";

// The first sample is the documentation's own example of escapes (exposition formats, 0.0.4).
const SCRAPE = `# HELP msdos_file_access_time_seconds comment
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
# TYPE tidemark_ready gauge
tidemark_ready 1
tidemark_ingest_lag_records{stream="usage"} 12
tidemark_ingest_freshness_seconds{stream="invoices"} 0.06
tidemark_ingest_lag_records{stream="invoices"} 3
tidemark_ingest_commit_seconds_bucket{stream="invoices",le="+Inf"} +Inf
not a sample
`;

test("labels are read with their escapes", () => {
  const [sample] = parseMetrics(SCRAPE);
  assert.deepEqual(sample, {
    name: "msdos_file_access_time_seconds",
    labels: { path: "C:\\DIR\\FILE.TXT", error: 'Cannot find file:\n"FILE.TXT"' },
    value: 1458255915,
  });
});

test("values without labels and infinities are read, what is no sample is left out", () => {
  const samples = parseMetrics(SCRAPE);
  assert.equal(readGauge(samples, "tidemark_ready"), 1);
  assert.equal(readGauge(samples, "tidemark_gone"), null);
  assert.equal(samples.at(-1)?.value, Infinity);
  assert.equal(samples.length, 6);
});

test("streams come in order, each with what the metrics say of it", () => {
  const streams = readStreams(parseMetrics(SCRAPE));
  assert.deepEqual(
    streams.map(({ stream, lag, freshness_s }) => [stream, lag, freshness_s]),
    [
      ["invoices", 3, 0.06],
      ["usage", 12, null],
    ],
  );
});
