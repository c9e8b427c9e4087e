SELECT
    attrelid, attname, atttypid, -1 AS attstattarget, attlen, attnum, attndims, -1 AS attcacheoff, atttypmod,
    attlen IN (1, 2, 4, 8) AS attbyval, typalign AS attalign, typstorage AS attstorage, '' AS attcompression,
    attnotnull, false AS atthasdef, false AS atthasmissing, '' AS attidentity, '' AS attgenerated,
    false AS attisdropped, true AS attislocal, CAST(0 AS SMALLINT) AS attinhcount, typcollation AS attcollation,
    CAST(NULL AS VARCHAR[]) AS attacl, CAST(NULL AS VARCHAR[]) AS attoptions,
    CAST(NULL AS VARCHAR[]) AS attfdwoptions, CAST(NULL AS VARCHAR) AS attmissingval, 1249 AS tableoid, 0 AS xmin
FROM shape.columns JOIN pg_catalog.pg_type ON atttypid = oid
