SELECT
    nspname AS schemaname, relname AS tablename, pg_get_userbyid(relowner) AS tableowner,
    CAST(NULL AS VARCHAR) AS tablespace, relhasindex AS hasindexes, relhasrules AS hasrules,
    relhastriggers AS hastriggers, relrowsecurity AS rowsecurity
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = relnamespace
WHERE relkind = 'r'
