SELECT
    'tidemark' AS table_catalog, nspname AS table_schema, relname AS table_name,
    CASE WHEN relkind = 'v' THEN 'VIEW' ELSE 'BASE TABLE' END AS table_type,
    CAST(NULL AS VARCHAR) AS self_referencing_column_name, CAST(NULL AS VARCHAR) AS reference_generation,
    CAST(NULL AS VARCHAR) AS user_defined_type_catalog, CAST(NULL AS VARCHAR) AS user_defined_type_schema,
    CAST(NULL AS VARCHAR) AS user_defined_type_name, 'NO' AS is_insertable_into, 'NO' AS is_typed,
    CAST(NULL AS VARCHAR) AS commit_action
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = relnamespace
