SELECT
    'tidemark' AS table_catalog, nspname AS table_schema, relname AS table_name, attname AS column_name,
    CAST(attnum AS INT) AS ordinal_position, CAST(NULL AS VARCHAR) AS column_default,
    CASE WHEN attnotnull THEN 'NO' ELSE 'YES' END AS is_nullable,
    CASE WHEN typelem <> 0 AND typlen = -1 THEN 'ARRAY' ELSE format_type(atttypid, NULL) END AS data_type,
    CAST(NULL AS INT) AS character_maximum_length,
    CASE WHEN typname IN ('text', 'varchar') THEN 1073741824 END AS character_octet_length,
    CASE typname
        WHEN 'int2' THEN 16 WHEN 'int4' THEN 32 WHEN 'int8' THEN 64 WHEN 'float4' THEN 24 WHEN 'float8' THEN 53
        WHEN 'numeric' THEN CASE WHEN atttypmod > 0 THEN (atttypmod - 4) / 65536 END
    END AS numeric_precision,
    CASE
        WHEN typname IN ('int2', 'int4', 'int8', 'float4', 'float8') THEN 2
        WHEN typname = 'numeric' THEN 10
    END AS numeric_precision_radix,
    CASE
        WHEN typname IN ('int2', 'int4', 'int8') THEN 0
        WHEN typname = 'numeric' AND atttypmod > 0 THEN (atttypmod - 4) % 2048
    END AS numeric_scale,
    CASE
        WHEN typname = 'date' THEN 0
        WHEN typname IN ('time', 'timestamp', 'timestamptz', 'interval') THEN 6
    END AS datetime_precision,
    CAST(NULL AS VARCHAR) AS interval_type, CAST(NULL AS INT) AS interval_precision,
    CAST(NULL AS VARCHAR) AS character_set_catalog, CAST(NULL AS VARCHAR) AS character_set_schema,
    CAST(NULL AS VARCHAR) AS character_set_name, CAST(NULL AS VARCHAR) AS collation_catalog,
    CAST(NULL AS VARCHAR) AS collation_schema, CAST(NULL AS VARCHAR) AS collation_name,
    CAST(NULL AS VARCHAR) AS domain_catalog, CAST(NULL AS VARCHAR) AS domain_schema,
    CAST(NULL AS VARCHAR) AS domain_name, 'tidemark' AS udt_catalog, 'pg_catalog' AS udt_schema, typname AS udt_name,
    CAST(NULL AS VARCHAR) AS scope_catalog, CAST(NULL AS VARCHAR) AS scope_schema,
    CAST(NULL AS VARCHAR) AS scope_name, CAST(NULL AS INT) AS maximum_cardinality,
    CAST(attnum AS VARCHAR) AS dtd_identifier, 'NO' AS is_self_referencing, 'NO' AS is_identity,
    CAST(NULL AS VARCHAR) AS identity_generation, CAST(NULL AS VARCHAR) AS identity_start,
    CAST(NULL AS VARCHAR) AS identity_increment, CAST(NULL AS VARCHAR) AS identity_maximum,
    CAST(NULL AS VARCHAR) AS identity_minimum, 'NO' AS identity_cycle, 'NEVER' AS is_generated,
    CAST(NULL AS VARCHAR) AS generation_expression, 'NO' AS is_updatable
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = attrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = relnamespace
JOIN pg_catalog.pg_type AS t ON t.oid = atttypid
WHERE attnum > 0
