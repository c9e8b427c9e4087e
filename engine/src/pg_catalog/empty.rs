//! Relations of PostgreSQL's catalogs that clients ask and that have no rows here: there are no keys, no indexes, no
//! locks, no other sessions to see. Source of columns: PostgreSQL 16, "System Catalogs" and "The Information Schema".

/// Schema, name, and columns with their types.
pub(super) const RELATIONS: [(&str, &str, &str); 48] = [
    ("pg_catalog", "pg_attrdef", "oid oid, adrelid oid, adnum int2, adbin text"),
    ("pg_catalog", "pg_available_extensions", "name text, default_version text, installed_version text, comment text"),
    ("pg_catalog", "pg_available_extension_versions", "name text, version text, installed bool, superuser bool"),
    (
        "pg_catalog",
        "pg_constraint",
        "oid oid, conname text, connamespace oid, contype text, condeferrable bool, condeferred bool, \
         convalidated bool, conrelid oid, contypid oid, conindid oid, conparentid oid, confrelid oid, confupdtype text, \
         confdeltype text, confmatchtype text, conislocal bool, coninhcount int2, connoinherit bool, conkey int2[], \
         confkey int2[], conpfeqop oid[], conppeqop oid[], conffeqop oid[], confdelsetcols int2[], conexclop oid[], \
         conbin text, tableoid oid, xmin int4",
    ),
    (
        "pg_catalog",
        "pg_cursors",
        "name text, statement text, is_holdable bool, is_binary bool, is_scrollable bool, creation_time timestamptz",
    ),
    (
        "pg_catalog",
        "pg_default_acl",
        "oid oid, defaclrole oid, defaclnamespace oid, defaclobjtype text, defaclacl text[]",
    ),
    ("pg_catalog", "pg_db_role_setting", "setdatabase oid, setrole oid, setconfig text[]"),
    (
        "pg_catalog",
        "pg_event_trigger",
        "oid oid, evtname text, evtevent text, evtowner oid, evtfoid oid, evtenabled text, evttags text[]",
    ),
    ("pg_catalog", "pg_group", "groname text, grosysid oid, grolist oid[]"),
    (
        "pg_catalog",
        "pg_index",
        "indexrelid oid, indrelid oid, indnatts int2, indnkeyatts int2, indisunique bool, indnullsnotdistinct bool, \
         indisprimary bool, indisexclusion bool, indimmediate bool, indisclustered bool, indisvalid bool, \
         indcheckxmin bool, indisready bool, indislive bool, indisreplident bool, indkey int2[], indcollation oid[], \
         indclass oid[], indoption int2[], indexprs text, indpred text, tableoid oid, xmin int4",
    ),
    ("pg_catalog", "pg_indexes", "schemaname text, tablename text, indexname text, tablespace text, indexdef text"),
    (
        "pg_catalog",
        "pg_locks",
        "locktype text, database oid, relation oid, page int4, tuple int2, virtualxid text, transactionid int8, \
         classid oid, objid oid, objsubid int2, virtualtransaction text, pid int4, mode text, granted bool, \
         fastpath bool, waitstart timestamptz",
    ),
    (
        "pg_catalog",
        "pg_policies",
        "schemaname text, tablename text, policyname text, permissive text, roles text[], cmd text, qual text, \
         with_check text",
    ),
    (
        "pg_catalog",
        "pg_policy",
        "oid oid, polname text, polrelid oid, polcmd text, polpermissive bool, polroles oid[], polqual text, \
         polwithcheck text",
    ),
    (
        "pg_catalog",
        "pg_prepared_statements",
        "name text, statement text, prepare_time timestamptz, parameter_types text[], result_types text[], \
         from_sql bool, generic_plans int8, custom_plans int8",
    ),
    ("pg_catalog", "pg_publication_rel", "oid oid, prpubid oid, prrelid oid, prqual text, prattrs int2[]"),
    (
        "pg_catalog",
        "pg_publication_tables",
        "pubname text, schemaname text, tablename text, attnames text[], rowfilter text",
    ),
    ("pg_catalog", "pg_rules", "schemaname text, tablename text, rulename text, definition text"),
    ("pg_catalog", "pg_seclabels", "objoid oid, classoid oid, objsubid int4, objtype text, objname text, label text"),
    (
        "pg_catalog",
        "pg_sequences",
        "schemaname text, sequencename text, sequenceowner text, data_type text, start_value int8, min_value int8, \
         max_value int8, increment_by int8, cycle bool, cache_size int8, last_value int8",
    ),
    (
        "pg_catalog",
        "pg_shadow",
        "usename text, usesysid oid, usecreatedb bool, usesuper bool, userepl bool, usebypassrls bool, passwd text, \
         valuntil timestamptz, useconfig text[]",
    ),
    ("pg_catalog", "pg_stat_replication", "pid int4, usesysid oid, usename text, application_name text, state text"),
    ("pg_catalog", "pg_stat_user_functions", "funcid oid, schemaname text, funcname text, calls int8"),
    (
        "pg_catalog",
        "pg_stat_user_indexes",
        "relid oid, indexrelid oid, schemaname text, relname text, indexrelname text, idx_scan int8, \
         idx_tup_read int8, idx_tup_fetch int8",
    ),
    (
        "pg_catalog",
        "pg_statistic_ext",
        "oid oid, stxrelid oid, stxname text, stxnamespace oid, stxowner oid, stxstattarget int4, stxkeys int2[], \
         stxkind text[], stxexprs text",
    ),
    (
        "pg_catalog",
        "pg_stats",
        "schemaname text, tablename text, attname text, inherited bool, null_frac float4, avg_width int4, \
         n_distinct float4, correlation float4",
    ),
    (
        "pg_catalog",
        "pg_trigger",
        "oid oid, tgrelid oid, tgparentid oid, tgname text, tgfoid oid, tgtype int2, tgenabled text, tgisinternal bool, \
         tgconstrrelid oid, tgconstrindid oid, tgconstraint oid, tgdeferrable bool, tginitdeferred bool, tgnargs int2, \
         tgattr int2[], tgargs bytea, tgqual text, tgoldtable text, tgnewtable text, tableoid oid, xmin int4",
    ),
    ("pg_catalog", "pg_user_mappings", "umid oid, srvid oid, srvname text, umuser oid, usename text, umoptions text[]"),
    ("information_schema", "applicable_roles", "grantee text, role_name text, is_grantable text"),
    (
        "information_schema",
        "check_constraints",
        "constraint_catalog text, constraint_schema text, constraint_name text, check_clause text",
    ),
    (
        "information_schema",
        "column_privileges",
        "grantor text, grantee text, table_catalog text, table_schema text, table_name text, column_name text, \
         privilege_type text, is_grantable text",
    ),
    (
        "information_schema",
        "constraint_column_usage",
        "table_catalog text, table_schema text, table_name text, column_name text, constraint_catalog text, \
         constraint_schema text, constraint_name text",
    ),
    (
        "information_schema",
        "constraint_table_usage",
        "table_catalog text, table_schema text, table_name text, constraint_catalog text, constraint_schema text, \
         constraint_name text",
    ),
    (
        "information_schema",
        "domain_constraints",
        "constraint_catalog text, constraint_schema text, constraint_name text, domain_catalog text, \
         domain_schema text, domain_name text, is_deferrable text, initially_deferred text",
    ),
    (
        "information_schema",
        "domains",
        "domain_catalog text, domain_schema text, domain_name text, data_type text, character_maximum_length int4, \
         numeric_precision int4, numeric_scale int4, domain_default text, udt_catalog text, udt_schema text, \
         udt_name text",
    ),
    (
        "information_schema",
        "element_types",
        "object_catalog text, object_schema text, object_name text, object_type text, \
         collection_type_identifier text, data_type text, udt_catalog text, udt_schema text, udt_name text, \
         dtd_identifier text",
    ),
    (
        "information_schema",
        "foreign_tables",
        "foreign_table_catalog text, foreign_table_schema text, foreign_table_name text, foreign_server_catalog text, \
         foreign_server_name text",
    ),
    (
        "information_schema",
        "key_column_usage",
        "constraint_catalog text, constraint_schema text, constraint_name text, table_catalog text, table_schema text, \
         table_name text, column_name text, ordinal_position int4, position_in_unique_constraint int4",
    ),
    (
        "information_schema",
        "referential_constraints",
        "constraint_catalog text, constraint_schema text, constraint_name text, unique_constraint_catalog text, \
         unique_constraint_schema text, unique_constraint_name text, match_option text, update_rule text, \
         delete_rule text",
    ),
    (
        "information_schema",
        "role_column_grants",
        "grantor text, grantee text, table_catalog text, table_schema text, table_name text, column_name text, \
         privilege_type text, is_grantable text",
    ),
    (
        "information_schema",
        "role_routine_grants",
        "grantor text, grantee text, specific_catalog text, specific_schema text, specific_name text, \
         routine_catalog text, routine_schema text, routine_name text, privilege_type text, is_grantable text",
    ),
    (
        "information_schema",
        "role_table_grants",
        "grantor text, grantee text, table_catalog text, table_schema text, table_name text, privilege_type text, \
         is_grantable text, with_hierarchy text",
    ),
    (
        "information_schema",
        "sequences",
        "sequence_catalog text, sequence_schema text, sequence_name text, data_type text, numeric_precision int4, \
         numeric_precision_radix int4, numeric_scale int4, start_value text, minimum_value text, maximum_value text, \
         increment text, cycle_option text",
    ),
    (
        "information_schema",
        "table_constraints",
        "constraint_catalog text, constraint_schema text, constraint_name text, table_catalog text, table_schema text, \
         table_name text, constraint_type text, is_deferrable text, initially_deferred text, enforced text, \
         nulls_distinct text",
    ),
    (
        "information_schema",
        "table_privileges",
        "grantor text, grantee text, table_catalog text, table_schema text, table_name text, privilege_type text, \
         is_grantable text, with_hierarchy text",
    ),
    (
        "information_schema",
        "triggers",
        "trigger_catalog text, trigger_schema text, trigger_name text, event_manipulation text, \
         event_object_catalog text, event_object_schema text, event_object_table text, action_statement text, \
         action_orientation text, action_timing text",
    ),
    (
        "information_schema",
        "user_defined_types",
        "user_defined_type_catalog text, user_defined_type_schema text, user_defined_type_name text, \
         user_defined_type_category text",
    ),
    (
        "information_schema",
        "view_table_usage",
        "view_catalog text, view_schema text, view_name text, table_catalog text, table_schema text, table_name text",
    ),
];
