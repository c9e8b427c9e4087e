SELECT oid AS datid, datname, 0 AS numbackends, CAST(0 AS BIGINT) AS xact_commit, CAST(0 AS BIGINT) AS xact_rollback
FROM pg_catalog.pg_database
