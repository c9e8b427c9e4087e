//! What the status page asks.
import { quoted } from "../../api/sql.ts";

/** How many of the newest refused records are shown. */
const LETTERS_SHOWN = 50;

/** Tables of the lake with what lies where; views and system relations have no files. */
export const TABLES_SQL = `SELECT table_name, num_rows, num_files, size_bytes, version, tail_rows, newest_taken_at
FROM tables
WHERE kind = 'table'
ORDER BY table_name`;

export const PARTITIONS_SQL = `SELECT topic, partition, table_name, committed_offset, visible_offset
FROM ingest_partitions
ORDER BY table_name, topic, partition`;

export const LETTER_REASONS_SQL = `SELECT stream, stage, reason, count(*) AS records, max(_ingested_at) AS newest
FROM dead_letters
GROUP BY stream, stage, reason
ORDER BY records DESC, stream, reason`;

export const JOBS_SQL = `SELECT job, state, last_started_at, last_finished_at, num_runs, num_failures, every_seconds, last_error
FROM jobs
ORDER BY job`;

/** Records refused within the hour. */
export const REFUSED_SQL = `SELECT stream, count(*) AS records
FROM dead_letters
WHERE _ingested_at > now() - INTERVAL '1 hour'
GROUP BY stream
ORDER BY stream`;

export const FAILED_JOBS_SQL = `SELECT job
FROM jobs
WHERE state = 'failed'
ORDER BY job`;

/** Running queries but this one. */
export const RUNNING_SQL = `SELECT query_id, started_at, principal, elapsed_ms, sql
FROM running_queries
WHERE sql NOT LIKE '%running_queries%'
ORDER BY elapsed_ms DESC`;

/** Rated figures since a day: the newest of each city is looked at. */
export function ratedSql(sinceDay: string): string {
  return `SELECT kpi, city, bucket, value, target, denominator, status
FROM kpi_daily
WHERE status IS NOT NULL AND bucket >= ${quoted(sinceDay)}
ORDER BY kpi, city, bucket`;
}

/** The newest records that were refused for a reason. */
export function lettersSql(stream: string, reason: string): string {
  return `SELECT _ingested_at, topic, partition, "offset", detail, payload
FROM dead_letters
WHERE stream = ${quoted(stream)} AND reason = ${quoted(reason)}
ORDER BY _ingested_at DESC
LIMIT ${LETTERS_SHOWN}`;
}
