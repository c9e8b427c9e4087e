//! What the catalogs say, and rows in portions. Expected values are those of a PostgreSQL server.

use futures::TryStreamExt;
use tidemark_model::error::ErrorCode;

use super::support::{ask, batches, engine, filled, session};

#[tokio::test]
async fn types_are_named_as_postgresql_names_them() {
    let session = session(&engine(&filled().await).await).await;
    for (sql, answer) in [
        ("SELECT 'numeric(10,2)'::regtype", "numeric"),
        ("SELECT 'character varying(5)[]'::regtype", "character varying[]"),
        ("SELECT 'timestamp(3) with time zone'::regtype", "timestamp with time zone"),
        ("SELECT 'int4'::regtype::oid", "23"),
        ("SELECT format_type(1700, 2490381)", "numeric(38,9)"),
        ("SELECT format_type(1184, 3)", "timestamp(3) with time zone"),
        ("SELECT format_type(1009, -1)", "text[]"),
        ("SELECT format_type(99999, -1)", "???"),
        ("SELECT to_regtype('nothing') IS NULL", "true"),
        ("SELECT typinput = 'pg_catalog.array_in'::regproc FROM pg_type WHERE typname = '_text'", "true"),
    ] {
        assert_eq!(ask(&session, sql).await, answer, "{sql}");
    }
}

#[tokio::test]
async fn relations_have_their_kinds_and_columns() {
    let session = session(&engine(&filled().await).await).await;
    for (sql, answer) in [
        ("SELECT 'invoice_events'::regclass", "invoice_events"),
        ("SELECT 'public.invoice_events'::regclass = 'invoice_events'::regclass", "true"),
        ("SELECT 'pg_class'::regclass::oid", "1259"),
        ("SELECT 'information_schema.tables'::regclass", "information_schema.tables"),
        ("SELECT relkind FROM pg_class WHERE oid = 'invoice_events'::regclass", "r"),
        ("SELECT relkind FROM pg_class WHERE relname = 'kpi_daily'", "v"),
        (
            "SELECT data_type, numeric_precision, numeric_scale FROM information_schema.columns WHERE table_name = \
             'kpi_daily' AND column_name = 'value'",
            "numeric 38 9",
        ),
        (
            "SELECT data_type, udt_name FROM information_schema.columns WHERE table_name = 'invoice_events' AND \
             column_name = 'time'",
            "timestamp with time zone timestamptz",
        ),
        ("SELECT count(*) FROM pg_constraint", "0"),
        ("SELECT rolname = current_user FROM pg_roles WHERE rolcanlogin", "true"),
        ("SELECT setting FROM pg_settings WHERE name = 'TimeZone'", "UTC"),
    ] {
        assert_eq!(ask(&session, sql).await, answer, "{sql}");
    }
    let error = batches(&session, "SELECT 'nothing'::regclass").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::UnknownRelation);
}

#[tokio::test]
async fn a_query_as_a_value_has_one_row_or_none() {
    let session = session(&engine(&filled().await).await).await;
    let keys = "(VALUES (1, 'a'), (2, 'b')) k(id, name)";
    let sql =
        format!("SELECT v.id, (SELECT name FROM {keys} WHERE k.id = v.id) FROM (VALUES (1), (3)) v(id) ORDER BY 1");
    assert_eq!(ask(&session, &sql).await, "1 a; 3");
    assert_eq!(ask(&session, &format!("SELECT (SELECT name FROM {keys} WHERE id > 2) IS NULL")).await, "true");
    let error = batches(&session, &format!("SELECT (SELECT name FROM {keys})")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ManyRows);
}

#[tokio::test]
async fn a_cursor_gives_its_rows_in_portions() {
    let session = session(&engine(&filled().await).await).await;
    let num_rows =
        async |sql: &str| batches(&session, sql).await.map(|rows| rows.iter().map(|b| b.num_rows()).sum::<usize>());
    session.run("DECLARE c CURSOR FOR SELECT n FROM generate_series(1, 20000) AS n", &[]).await.unwrap();
    assert_eq!(session.describe("FETCH 0 FROM c", &[]).await.unwrap().columns.field(0).name(), "n");
    assert_eq!(num_rows("FETCH 3 FROM c").await.unwrap(), 3);
    assert_eq!(ask(&session, "FETCH FORWARD 2 FROM c").await, "4; 5");
    assert_eq!(num_rows("FETCH ALL FROM c").await.unwrap(), 19_995);
    assert_eq!(num_rows("FETCH 1 FROM c").await.unwrap(), 0);
    session.run("DECLARE held CURSOR WITH HOLD FOR SELECT 1", &[]).await.unwrap();
    session.run("COMMIT", &[]).await.unwrap();
    assert_eq!(num_rows("FETCH 1 FROM c").await.unwrap_err().code, ErrorCode::UnknownCursor);
    assert_eq!(num_rows("FETCH 1 FROM held").await.unwrap(), 1);
    session.run("CLOSE held", &[]).await.unwrap();
    assert_eq!(num_rows("FETCH 1 FROM held").await.unwrap_err().code, ErrorCode::UnknownCursor);
}

#[tokio::test]
async fn a_session_has_so_many_cursors() {
    let session = session(&engine(&filled().await).await).await;
    let mut refused = None;
    for number in 0..100 {
        let declare = format!("DECLARE c{number} CURSOR FOR SELECT * FROM generate_series(1, 100000000)");
        if let Err(error) = session.run(&declare, &[]).await {
            refused = Some(error.code);
            break;
        }
    }
    assert_eq!(refused, Some(ErrorCode::ResourcesExhausted));
    session.run("CLOSE ALL", &[]).await.unwrap();
    let answer = session.run("COPY (SELECT 1 AS a) TO STDOUT", &[]).await.unwrap();
    assert_eq!(answer.rows.try_collect::<Vec<_>>().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_dialect_knows_every_aggregate() {
    let pinned = engine(&filled().await).await;
    let session = session(&pinned).await;
    let sql =
        "SELECT DISTINCT routine_name FROM information_schema.routines WHERE function_type = 'AGGREGATE' ORDER BY 1";
    let names = ask(&session, sql).await;
    assert!(names.contains("approx_distinct"), "{names}");
    let unknown: Vec<&str> = names.split("; ").filter(|name| !tidemark_sql::dialect::changes_rows(name)).collect();
    assert_eq!(unknown, Vec::<&str>::new());
}
