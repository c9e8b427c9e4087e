SELECT
    'tidemark' AS catalog_name, nspname AS schema_name, pg_get_userbyid(nspowner) AS schema_owner,
    CAST(NULL AS VARCHAR) AS default_character_set_catalog, CAST(NULL AS VARCHAR) AS default_character_set_schema,
    CAST(NULL AS VARCHAR) AS default_character_set_name, CAST(NULL AS VARCHAR) AS sql_path
FROM pg_catalog.pg_namespace
