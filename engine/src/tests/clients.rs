//! Statements that clients send by themselves.

use super::support::{ask, batches, engine, filled, session};

/// What psql 15 sends for `\dt`.
const DT: &str = r#"SELECT n.nspname as "Schema",
  c.relname as "Name",
  CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 't' THEN 'TOAST table' WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table' WHEN 'I' THEN 'partitioned index' END as "Type",
  pg_catalog.pg_get_userbyid(c.relowner) as "Owner"
FROM pg_catalog.pg_class c
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
WHERE c.relkind IN ('r','p','')
      AND n.nspname <> 'pg_catalog'
      AND n.nspname !~ '^pg_toast'
      AND n.nspname <> 'information_schema'
  AND pg_catalog.pg_table_is_visible(c.oid)
ORDER BY 1,2"#;

/// What psql 15 sends first for `\d invoice_events`.
const D_OID: &str = r"SELECT c.oid,
  n.nspname,
  c.relname
FROM pg_catalog.pg_class c
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname OPERATOR(pg_catalog.~) '^(invoice_events)$' COLLATE pg_catalog.default
  AND pg_catalog.pg_table_is_visible(c.oid)
ORDER BY 2, 3";

/// What it sends then, with the object id for `{oid}`.
const D_PARTS: [&str; 7] = [
    r"SELECT c.relchecks, c.relkind, c.relhasindex, c.relhasrules, c.relhastriggers, c.relrowsecurity, c.relforcerowsecurity, false AS relhasoids, c.relispartition, '', c.reltablespace, CASE WHEN c.reloftype = 0 THEN '' ELSE c.reloftype::pg_catalog.regtype::pg_catalog.text END, c.relpersistence, c.relreplident, am.amname
FROM pg_catalog.pg_class c
 LEFT JOIN pg_catalog.pg_class tc ON (c.reltoastrelid = tc.oid)
LEFT JOIN pg_catalog.pg_am am ON (c.relam = am.oid)
WHERE c.oid = '{oid}'",
    r"SELECT a.attname,
  pg_catalog.format_type(a.atttypid, a.atttypmod),
  (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true)
   FROM pg_catalog.pg_attrdef d
   WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef),
  a.attnotnull,
  (SELECT c.collname FROM pg_catalog.pg_collation c, pg_catalog.pg_type t
   WHERE c.oid = a.attcollation AND t.oid = a.atttypid AND a.attcollation <> t.typcollation) AS attcollation,
  a.attidentity,
  a.attgenerated
FROM pg_catalog.pg_attribute a
WHERE a.attrelid = '{oid}' AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum",
    r"SELECT pol.polname, pol.polpermissive,
  CASE WHEN pol.polroles = '{0}' THEN NULL ELSE pg_catalog.array_to_string(array(select rolname from pg_catalog.pg_roles where oid = any (pol.polroles) order by 1),',') END,
  pg_catalog.pg_get_expr(pol.polqual, pol.polrelid),
  pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid),
  CASE pol.polcmd
    WHEN 'r' THEN 'SELECT'
    WHEN 'a' THEN 'INSERT'
    WHEN 'w' THEN 'UPDATE'
    WHEN 'd' THEN 'DELETE'
    END AS cmd
FROM pg_catalog.pg_policy pol
WHERE pol.polrelid = '{oid}' ORDER BY 1",
    r"SELECT oid, stxrelid::pg_catalog.regclass, stxnamespace::pg_catalog.regnamespace::pg_catalog.text AS nsp, stxname,
pg_catalog.pg_get_statisticsobjdef_columns(oid) AS columns,
  'd' = any(stxkind) AS ndist_enabled,
  'f' = any(stxkind) AS deps_enabled,
  'm' = any(stxkind) AS mcv_enabled,
stxstattarget
FROM pg_catalog.pg_statistic_ext
WHERE stxrelid = '{oid}'
ORDER BY nsp, stxname",
    r"SELECT pubname
     , NULL
     , NULL
FROM pg_catalog.pg_publication p
     JOIN pg_catalog.pg_publication_namespace pn ON p.oid = pn.pnpubid
     JOIN pg_catalog.pg_class pc ON pc.relnamespace = pn.pnnspid
WHERE pc.oid ='{oid}' and pg_catalog.pg_relation_is_publishable('{oid}')
UNION
SELECT pubname
     , pg_get_expr(pr.prqual, c.oid)
     , (CASE WHEN pr.prattrs IS NOT NULL THEN
         (SELECT string_agg(attname, ', ')
           FROM pg_catalog.generate_series(0, pg_catalog.array_upper(pr.prattrs::pg_catalog.int2[], 1)) s,
                pg_catalog.pg_attribute
          WHERE attrelid = pr.prrelid AND attnum = prattrs[s])
        ELSE NULL END) FROM pg_catalog.pg_publication p
     JOIN pg_catalog.pg_publication_rel pr ON p.oid = pr.prpubid
     JOIN pg_catalog.pg_class c ON c.oid = pr.prrelid
WHERE pr.prrelid = '{oid}'
UNION
SELECT pubname
     , NULL
     , NULL
FROM pg_catalog.pg_publication p
WHERE p.puballtables AND pg_catalog.pg_relation_is_publishable('{oid}')
ORDER BY 1",
    r"SELECT c.oid::pg_catalog.regclass
FROM pg_catalog.pg_class c, pg_catalog.pg_inherits i
WHERE c.oid = i.inhparent AND i.inhrelid = '{oid}'
  AND c.relkind != 'p' AND c.relkind != 'I'
ORDER BY inhseqno",
    r"SELECT c.oid::pg_catalog.regclass, c.relkind, inhdetachpending, pg_catalog.pg_get_expr(c.relpartbound, c.oid)
FROM pg_catalog.pg_class c, pg_catalog.pg_inherits i
WHERE c.oid = i.inhrelid AND i.inhparent = '{oid}'
ORDER BY pg_catalog.pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT', c.oid::pg_catalog.regclass::pg_catalog.text",
];

#[tokio::test]
async fn psql_lists_and_describes_tables() {
    let session = session(&engine(&filled().await).await).await;
    let tables = ask(&session, DT).await;
    assert!(tables.contains("public invoice_events table"), "{tables}");
    let found = ask(&session, D_OID).await;
    let (oid, rest) = found.split_once(' ').unwrap();
    assert_eq!(rest, "public invoice_events");
    for part in D_PARTS {
        let sql = part.replace("{oid}", oid);
        let rows = batches(&session, &sql).await.unwrap_or_else(|error| panic!("{sql}\n{error:?}"));
        if sql.contains("format_type") {
            assert!(rows.iter().map(|batch| batch.num_rows()).sum::<usize>() > 20);
        }
    }
    // The id must hold from one statement to the next, and in another session, for drivers keep it.
    assert_eq!(ask(&session, D_OID).await, found);
}

#[tokio::test]
async fn psycopg_and_grafana_find_what_they_ask_for() {
    let session = session(&engine(&filled().await).await).await;
    // A view over a table that is not there, as usage_events here, is not there either.
    let sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name IN \
               ('invoice_events', 'usage_events', 'settled_invoices', 'usage_costs', 'kpi_daily', 'tables') ORDER BY 1";
    assert_eq!(ask(&session, sql).await, "invoice_events; kpi_daily; settled_invoices; tables");
    let sql = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'invoice_events' \
               AND column_name = 'city'";
    assert!(ask(&session, sql).await.starts_with("city"));
    // psycopg 3 looks types up by name.
    let sql = "SELECT typname AS name, oid, typarray AS array_oid, oid::regtype::text AS regtype, typdelim AS delimiter \
               FROM pg_type t WHERE t.oid = to_regtype('hstore') ORDER BY t.oid";
    let _ = batches(&session, sql).await;
    let sql = "SELECT quote_ident(table_name) AS \"table\" FROM information_schema.tables WHERE \
               quote_ident(table_schema) NOT IN ('information_schema', 'pg_catalog') ORDER BY 1";
    assert!(ask(&session, sql).await.contains("invoice_events"));
}

#[tokio::test]
async fn the_tables_table_tells_what_this_statement_sees() {
    let session = session(&engine(&filled().await).await).await;
    let sql = "SELECT table_name, kind, version, num_files, num_rows, tail_rows, watermarks FROM tables WHERE \
               table_name IN ('invoice_events', 'tables', 'settled_invoices') ORDER BY 1";
    assert_eq!(
        ask(&session, sql).await,
        "invoice_events table 1 2 3 0 kafka/invoices/invoices/0: 3; \
               settled_invoices view; tables system"
    );
}

/// A relation of the application that works once.
#[derive(Debug)]
struct Moody(std::sync::atomic::AtomicBool);

impl crate::SystemTable for Moody {
    fn name(&self) -> &'static str {
        "moods"
    }

    fn meaning(&self) -> &'static str {
        "Whatever it likes."
    }

    fn schema(&self) -> arrow::datatypes::SchemaRef {
        let mood = arrow::datatypes::Field::new("mood", arrow::datatypes::DataType::Utf8, false);
        std::sync::Arc::new(arrow::datatypes::Schema::new(vec![mood]))
    }

    fn rows(&self) -> Result<arrow::array::RecordBatch, tidemark_model::error::ServiceError> {
        use tidemark_model::error::{ErrorCode, ServiceError};
        if self.0.swap(true, std::sync::atomic::Ordering::Relaxed) {
            return Err(ServiceError::new(ErrorCode::Unavailable, "not in the mood"));
        }
        let moods = arrow::array::StringArray::from_iter_values(["bright"]);
        Ok(arrow::array::RecordBatch::try_new(self.schema(), vec![std::sync::Arc::new(moods)]).unwrap())
    }
}

#[tokio::test]
async fn a_relation_of_the_application_is_asked_once_a_statement() {
    let lake = filled().await;
    let moody = std::sync::Arc::new(Moody(false.into()));
    let engine = crate::Engine::new(
        vec![lake.table],
        crate::OwnRelations { system: vec![moody], ..crate::OwnRelations::default() },
        super::support::library(),
        super::support::config(),
    )
    .await
    .unwrap();
    let session = session(&engine).await;
    assert_eq!(ask(&session, "SELECT a.mood, b.mood FROM moods a, moods b").await, "bright bright");
    let error = batches(&session, "SELECT * FROM moods").await.unwrap_err();
    assert_eq!(error.message, "not in the mood");
    assert_eq!(error.code, tidemark_model::error::ErrorCode::Unavailable);
}
