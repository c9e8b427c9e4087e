SELECT
    nspname AS schemaname, relname AS viewname, pg_get_userbyid(10) AS viewowner, definition
FROM shape.relations JOIN shape.namespaces AS n ON n.oid = relnamespace
WHERE relkind = 'v'
