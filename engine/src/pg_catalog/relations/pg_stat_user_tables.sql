SELECT
    c.oid AS relid, nspname AS schemaname, relname, CAST(0 AS BIGINT) AS seq_scan, CAST(NULL AS TIMESTAMP) AS last_seq_scan,
    CAST(0 AS BIGINT) AS seq_tup_read, CAST(NULL AS BIGINT) AS idx_scan, CAST(NULL AS BIGINT) AS idx_tup_fetch,
    CAST(0 AS BIGINT) AS n_tup_ins, CAST(0 AS BIGINT) AS n_tup_upd, CAST(0 AS BIGINT) AS n_tup_del,
    CAST(0 AS BIGINT) AS n_tup_hot_upd, CAST(0 AS BIGINT) AS n_live_tup, CAST(0 AS BIGINT) AS n_dead_tup,
    CAST(NULL AS TIMESTAMP) AS last_vacuum, CAST(NULL AS TIMESTAMP) AS last_autovacuum,
    CAST(NULL AS TIMESTAMP) AS last_analyze, CAST(NULL AS TIMESTAMP) AS last_autoanalyze
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = relnamespace
WHERE relkind = 'r' AND nspname = 'public'
