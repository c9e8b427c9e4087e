SELECT
    c.oid AS relid, nspname AS schemaname, relname, CAST(0 AS BIGINT) AS heap_blks_read,
    CAST(0 AS BIGINT) AS heap_blks_hit, CAST(NULL AS BIGINT) AS idx_blks_read, CAST(NULL AS BIGINT) AS idx_blks_hit,
    CAST(NULL AS BIGINT) AS toast_blks_read, CAST(NULL AS BIGINT) AS toast_blks_hit,
    CAST(NULL AS BIGINT) AS tidx_blks_read, CAST(NULL AS BIGINT) AS tidx_blks_hit
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = relnamespace
WHERE relkind = 'r' AND nspname = 'public'
