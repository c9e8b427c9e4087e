SELECT
    oid, relname, relnamespace, 0 AS reltype, 0 AS reloftype, 10 AS relowner,
    CASE WHEN relkind = 'r' THEN 2 ELSE 0 END AS relam, oid AS relfilenode, 0 AS reltablespace, 0 AS relpages,
    CAST(-1 AS REAL) AS reltuples, 0 AS relallvisible, 0 AS reltoastrelid, false AS relhasindex, false AS relisshared,
    'p' AS relpersistence, relkind, relnatts, CAST(0 AS SMALLINT) AS relchecks, relkind = 'v' AS relhasrules,
    false AS relhastriggers, false AS relhassubclass, false AS relrowsecurity, false AS relforcerowsecurity,
    true AS relispopulated, CASE WHEN relkind = 'r' THEN 'd' ELSE 'n' END AS relreplident, false AS relispartition,
    0 AS relrewrite, 0 AS relfrozenxid, 0 AS relminmxid, CAST(NULL AS VARCHAR[]) AS relacl,
    CAST(NULL AS VARCHAR[]) AS reloptions, CAST(NULL AS VARCHAR) AS relpartbound, 1259 AS tableoid, 0 AS xmin
FROM shape.relations
