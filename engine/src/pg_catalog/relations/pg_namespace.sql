SELECT oid, nspname, 10 AS nspowner, CAST(NULL AS VARCHAR[]) AS nspacl, 2615 AS tableoid, 0 AS xmin
FROM shape.namespaces
