//! The server's metrics: Prometheus's text format, as far as it is needed here
//! (prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4).

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** The samples of a scrape; comments and what is not understood are left out. */
export function parseMetrics(text: string): Sample[] {
  return text.split("\n").flatMap((line) => {
    const parts = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([-+]?(?:Inf|[\d.]+(?:e[-+]?\d+)?)|NaN)(?: |$)/.exec(line);
    if (!parts) return [];
    const [, name, labels, value] = parts;
    return [{ name: name!, labels: parseLabels(labels ?? ""), value: valueOf(value!) }];
  });
}

/** What the metrics say of one stream of events. */
export interface StreamState {
  stream: string;
  /** Age of the newest record when SQL could see it. */
  freshness_s: number | null;
  /** Records that the broker has and SQL does not. */
  lag: number | null;
  records: number | null;
  rows: number | null;
  repeats: number | null;
  deadLetters: number | null;
  commits: number | null;
  failures: number | null;
  tailBytes: number | null;
}

const OF_STREAM = "tidemark_ingest_";

/** A state for every stream that the metrics name, in order. */
export function readStreams(samples: Sample[]): StreamState[] {
  const streams = new Set(
    samples.filter(({ name }) => name.startsWith(OF_STREAM)).map(({ labels }) => labels["stream"]),
  );
  return [...streams]
    .filter((stream) => stream !== undefined)
    .sort()
    .map((stream) => {
      const read = (name: string) =>
        samples.find((sample) => sample.name === OF_STREAM + name && sample.labels["stream"] === stream)?.value ?? null;
      return {
        stream,
        freshness_s: read("freshness_seconds"),
        lag: read("lag_records"),
        records: read("records_total"),
        rows: read("rows_total"),
        repeats: read("repeats_total"),
        deadLetters: read("dead_letters_total"),
        commits: read("commits_total"),
        failures: read("commit_failures_total"),
        tailBytes: read("tail_bytes"),
      };
    });
}

/** The value of a metric without labels. */
export function readGauge(samples: Sample[], name: string): number | null {
  return samples.find((sample) => sample.name === name)?.value ?? null;
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)) {
    labels[name!] = value!.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
  }
  return labels;
}

function valueOf(text: string): number {
  return text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text);
}
