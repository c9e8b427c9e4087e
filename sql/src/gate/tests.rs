//! The gate against drivers' statements, attacks and noise.

#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;

use super::*;

fn kinds(text: &str) -> Vec<Kind> {
    check(text).unwrap_or_else(|error| panic!("{text:.100}: {error}")).into_iter().map(|one| one.kind).collect()
}

fn texts(text: &str) -> Vec<String> {
    check(text).unwrap().into_iter().map(|one| one.text).collect()
}

fn set(name: &str, value: Option<&str>) -> Kind {
    Kind::Set { name: name.to_owned(), value: value.map(str::to_owned) }
}

/// Runs on a thread with the stack of a worker thread, so that an overflow would be seen.
fn refusal(text: String) -> GateError {
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || check(&text).err())
        .unwrap()
        .join()
        .unwrap()
        .unwrap_or_else(|| panic!("it passed"))
}

#[test]
fn queries_of_every_form_pass() {
    for text in [
        "SELECT 1",
        "select city, count(*) from sessions where city in ('HKG', 'SIN') group by 1 order by 2 desc limit 10",
        "WITH a AS (SELECT 1 AS x) SELECT * FROM a",
        "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT * FROM t",
        "VALUES (1, 'a'), (2, 'b')",
        "(SELECT 1) UNION ALL (SELECT 2)",
        "SELECT $1::int + $2",
        "SELECT a.b, x->>'k' FROM t AS a WHERE NOT a.b IS NULL AND a.c BETWEEN 1 AND 2",
        "SELECT CASE WHEN x > 1 THEN 'a' ELSE 'b' END FROM t",
        "SELECT time_bucket('5 minutes', time) AS t, avg(confidence) FILTER (WHERE status = 'ok') FROM invoices GROUP BY 1",
        "SELECT pg_catalog.version()",
        "SELECT n.nspname FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relname OPERATOR(pg_catalog.~) '^(kpis)$' COLLATE pg_catalog.default",
    ] {
        assert_eq!(kinds(text), [Kind::Query], "{text}");
    }
}

#[test]
fn explain_and_show_pass() {
    assert_eq!(kinds("EXPLAIN SELECT 1"), [Kind::Explain]);
    assert_eq!(kinds("EXPLAIN ANALYZE VERBOSE SELECT 1"), [Kind::Explain]);
    assert_eq!(kinds("DESCRIBE kpis"), [Kind::Explain]);
    assert_eq!(kinds("SHOW TimeZone"), [Kind::Show { name: "timezone".to_owned() }]);
    assert_eq!(kinds("SHOW TABLES"), [Kind::Show { name: "tables".to_owned() }]);
    assert_eq!(kinds("SHOW transaction isolation level").len(), 1);
}

#[test]
fn settings_of_drivers_pass() {
    assert_eq!(kinds("SET extra_float_digits = 3"), [set("extra_float_digits", Some("3"))]);
    assert_eq!(kinds("SET application_name TO 'psql'"), [set("application_name", Some("psql"))]);
    assert_eq!(kinds("SET TIME ZONE 'Asia/Hong_Kong'"), [set("timezone", Some("Asia/Hong_Kong"))]);
    assert_eq!(kinds("SET SESSION TimeZone TO 'UTC'"), [set("timezone", Some("UTC"))]);
    assert_eq!(kinds("SET datestyle TO ISO, MDY"), [set("datestyle", Some("ISO, MDY"))]);
    assert_eq!(kinds("SET NAMES 'utf8'"), [set("client_encoding", Some("utf8"))]);
    assert_eq!(kinds("SET statement_timeout TO DEFAULT"), [set("statement_timeout", None)]);
    assert_eq!(kinds("RESET statement_timeout"), [set("statement_timeout", None)]);
    assert_eq!(kinds("SET freshness = 'committed'"), [set("freshness", Some("committed"))]);
    assert_eq!(kinds("RESET ALL"), [set("all", None)]);
    assert_eq!(kinds("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; SET ROLE NONE"), [Kind::Moot, Kind::Moot]);
    let level = set("transaction_isolation", Some("serializable"));
    assert_eq!(kinds("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY"), [level]);
    assert_eq!(kinds("SET TIME ZONE LOCAL"), [set("timezone", None)]);
}

#[test]
fn settings_of_the_engine_are_refused() {
    for text in ["SET datafusion.execution.target_partitions = 64", "SET work_mem = '1GB'", "SET ROLE admin"] {
        let error = check(text).unwrap_err();
        assert!(matches!(error, GateError::SettingNotServed { .. }), "{text}: {error}");
    }
    assert!(matches!(check("SET client_encoding TO 'LATIN1'"), Err(GateError::SettingValue { .. })));
    assert!(matches!(check("SET freshness = 'stale'"), Err(GateError::SettingValue { .. })));
}

#[test]
fn a_statement_says_which_relations_it_names() {
    let reads = |text: &str| check(text).unwrap().remove(0).reads.into_iter().collect::<Vec<_>>();
    assert_eq!(reads("SELECT 1"), [""; 0]);
    assert_eq!(
        reads("SELECT (SELECT max(a) FROM public.Sessions) FROM \"Own\" JOIN tickets USING (a)"),
        ["Own", "sessions", "tickets"]
    );
    let own = "WITH own AS (SELECT * FROM invoices) SELECT * FROM own UNION ALL SELECT * FROM cities";
    for text in [
        own.to_owned(),
        format!("EXPLAIN {own}"),
        format!("DECLARE c CURSOR FOR {own}"),
        format!("COPY ({own}) TO STDOUT"),
    ] {
        assert_eq!(reads(&text), ["cities", "invoices"], "{text}");
    }
}

#[test]
fn transactions_and_resets_pass() {
    let brackets = "BEGIN; START TRANSACTION READ ONLY; SAVEPOINT a; ROLLBACK TO SAVEPOINT a; RELEASE SAVEPOINT a; \
                    COMMIT; END; ROLLBACK";
    let expected = [
        Transaction::Begin,
        Transaction::Begin,
        Transaction::Savepoint,
        Transaction::RollbackTo,
        Transaction::Release,
        Transaction::Commit,
        Transaction::Commit,
        Transaction::Rollback,
    ];
    assert_eq!(kinds(brackets), expected.map(Kind::Transaction));
    assert_eq!(kinds("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"), [Kind::Transaction(Transaction::Begin)]);
    assert_eq!(kinds("DISCARD ALL; CLOSE ALL; UNLISTEN *"), [Kind::Discard, Kind::Close { name: None }, Kind::Discard]);
    assert_eq!(kinds("DEALLOCATE ALL; DEALLOCATE p1"), [Kind::Deallocate, Kind::Deallocate]);
}

#[test]
fn rows_are_taken_by_cursors_and_copies() {
    let fetch = |count| Kind::Fetch { name: "c".to_owned(), count };
    assert_eq!(
        kinds("FETCH NEXT FROM c; FETCH FORWARD 4 FROM C; FETCH ALL IN c"),
        [fetch(Some(1)), fetch(Some(4)), fetch(None)]
    );
    let declare = Kind::Declare { name: "My c".to_owned(), query: "SELECT a FROM t".to_owned(), holds: true };
    assert_eq!(kinds("DECLARE \"My c\" NO SCROLL CURSOR WITH HOLD FOR SELECT a FROM t"), [declare]);
    assert_eq!(kinds("CLOSE c"), [Kind::Close { name: Some("c".to_owned()) }]);
    let copy = |query: &str| Kind::Copy { query: query.to_owned() };
    assert_eq!(kinds("COPY (SELECT 1) TO STDOUT"), [copy("SELECT 1")]);
    assert_eq!(kinds("COPY t (a, b) TO STDOUT WITH (FORMAT csv, HEADER)"), [copy("SELECT a, b FROM t")]);
    assert_eq!(kinds("COPY t TO STDOUT csv header"), [copy("SELECT * FROM t")]);
}

#[test]
fn whatever_writes_or_reaches_outside_is_refused() {
    for text in [
        "INSERT INTO t VALUES (1)",
        "UPDATE t SET a = 1",
        "DELETE FROM t",
        "TRUNCATE t",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "DROP TABLE t",
        "ALTER TABLE t ADD COLUMN b int",
        "COPY t TO 'x.csv'",
        "COPY t FROM '/etc/passwd'",
        "COPY t FROM STDIN",
        "COPY t FROM PROGRAM 'id'",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "COPY (SELECT 1) TO STDOUT WITH (FORMAT binary)",
        "COPY (SELECT 1) TO STDOUT DELIMITER '|'",
        "COPY (SELECT 1 INTO t) TO STDOUT",
        "COPY (SELECT pg_sleep(10)) TO STDOUT",
        "COPY (DELETE FROM t RETURNING a) TO STDOUT",
        "DECLARE c CURSOR FOR SELECT * FROM t FOR UPDATE",
        "DECLARE c BINARY CURSOR FOR SELECT 1",
        "FETCH BACKWARD 1 FROM c",
        "FETCH ABSOLUTE 1 FROM c",
        "GRANT ALL ON t TO public",
        "CREATE EXTENSION x",
        "CREATE FUNCTION f() RETURNS int AS 'select 1' LANGUAGE sql",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "LISTEN x",
        "VACUUM",
        "KILL 1",
        "CALL f()",
        "EXPLAIN INSERT INTO t VALUES (1)",
        "EXPLAIN ANALYZE DELETE FROM t",
        "WITH x AS (INSERT INTO t VALUES (1) RETURNING a) SELECT * FROM x",
        "WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x",
        "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
        "SELECT 1 INTO t",
        "SELECT * FROM (SELECT 1 INTO t) AS s",
        "SELECT * FROM t FOR UPDATE",
        "SELECT * FROM (SELECT * FROM t FOR SHARE) AS s",
        "SELECT pg_sleep(10)",
        "SELECT * FROM pg_catalog.pg_read_file('/etc/passwd')",
        "SELECT 1; DROP TABLE t",
    ] {
        let error = check(text).err().unwrap_or_else(|| panic!("passed: {text}"));
        assert_ne!(error.code(), tidemark_model::error::ErrorCode::Internal);
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn a_refusal_says_what_and_what_to_do() {
    let error = check("INSERT INTO t VALUES (1)").unwrap_err();
    assert_eq!(error.to_string(), "INSERT INTO is not served: this SQL only reads");
    assert!(error.hint().contains("/v1/events"));
    let error = check("SELECT * FROM t FOR UPDATE").unwrap_err();
    assert!(error.to_string().starts_with("FOR UPDATE"));
    let error = check("SELEC 1").unwrap_err();
    assert!(error.to_string().contains("SELEC"), "{error}");
}

#[test]
fn semicolons_inside_tokens_do_not_cut() {
    assert_eq!(texts("SELECT ';'; SELECT 2;"), ["SELECT ';'", "SELECT 2"]);
    assert_eq!(texts("SELECT 'it''s; ok' AS \"a;b\""), ["SELECT 'it''s; ok' AS \"a;b\""]);
    assert_eq!(texts("SELECT $$a;b$$; SELECT $x$;$x$"), ["SELECT $$a;b$$", "SELECT $x$;$x$"]);
    assert_eq!(texts("SELECT E'a\\';b'"), ["SELECT E'a\\';b'"]);
    assert_eq!(texts("SELECT 1 -- a; b\n; /* c; /* d; */ */ SELECT 2"), ["SELECT 1", "SELECT 2"]);
}

#[test]
fn texts_keep_their_bytes_beside_wide_characters() {
    assert_eq!(texts("  SELECT '香港;🚢' ;\r\n\tSELECT 'é'\n\n"), ["SELECT '香港;🚢'", "SELECT 'é'"]);
    assert_eq!(texts("SELECT 'a\nb;\nc' AS x; SELECT 1"), ["SELECT 'a\nb;\nc' AS x", "SELECT 1"]);
}

#[test]
fn a_text_of_comments_has_no_statement() {
    for text in ["", " ", ";", ";;\n;", "-- nothing", "/* a */;", "\n\t"] {
        assert!(check(text).unwrap().is_empty(), "{text}");
    }
}

#[test]
fn a_second_statement_cannot_hide() {
    for text in ["SELECT 1 END DROP TABLE t", "SELECT 1 SELECT 2", "SELECT 1 /* ; */ DROP TABLE t", "COMMIT DROP t"] {
        assert!(check(text).is_err(), "{text}");
    }
}

#[test]
fn long_chains_are_refused() {
    for (unit, count) in [
        ("1+", 2_000),
        ("1 || ", 2_000),
        ("true AND ", 2_000),
        ("x = 1 OR ", 1_001),
        ("- ", 200),
        ("NOT ", 200),
        ("1 - - ", 600),
    ] {
        let error = refusal(format!("SELECT {}1", unit.repeat(count)));
        assert!(matches!(error, GateError::TooMany { .. } | GateError::TooDeep { .. }), "{unit}: {error}");
    }
    for (unit, count) in [("::int", 2_000), (" IS NULL", 2_000), ("[1]", 2_000), (" COLLATE c", 2_000), (".a", 200)] {
        refusal(format!("SELECT a{}", unit.repeat(count)));
    }
    refusal(format!("SELECT 1{}", " UNION SELECT 1".repeat(300)));
    refusal(format!("SELECT * FROM t{}", " JOIN t USING (a)".repeat(150)));
    refusal(format!("SELECT * FROM t{}", ", t".repeat(5_000)));
    refusal("SELECT 1;".repeat(STATEMENTS_MAX + 1));
    refusal(format!("SELECT '{}'", "x".repeat(SQL_BYTES_MAX)));
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("(", ")"), ("[", "]"), ("CASE WHEN true THEN ", " END"), ("(SELECT ", ")"), ("f(", ")")] {
        for count in [101, 10_000] {
            let error = refusal(format!("SELECT {}1{}", open.repeat(count), close.repeat(count)));
            assert!(matches!(error, GateError::TooDeep { .. }), "{open}: {error}");
        }
    }
    refusal(format!("SELECT {}", "(".repeat(100_000)));
    refusal(format!("SELECT * FROM {}t{}", "(".repeat(101), ")".repeat(101)));
    refusal(format!("SELECT CAST(1 AS {}int{})", "ARRAY<".repeat(900), ">".repeat(900)));
    refusal(format!("SELECT {}1", "/*".repeat(10_000)));
}

#[test]
fn nesting_below_the_limits_is_judged_quickly() {
    let started = std::time::Instant::now();
    for (open, close) in [
        ("(", ")"),
        ("f(", ")"),
        ("(SELECT ", ")"),
        ("CASE WHEN ", " THEN 1 END"),
        ("a[", "]"),
        ("NOT (", ")"),
        ("ARRAY[", "]"),
    ] {
        for count in [24, 48, 99] {
            let _ = check(&format!("SELECT {}1{}", open.repeat(count), close.repeat(count)));
            let _ = check(&format!("SELECT * FROM {}t{}", open.repeat(count), close.repeat(count)));
            let _ = check(&format!("SELECT {}1", open.repeat(count)));
            let _ = check(&format!("SELECT * FROM {}t", open.repeat(count)));
        }
    }
    // A parser that tries two ways at each level would take longer than the age of the universe.
    assert!(started.elapsed() < std::time::Duration::from_secs(30), "{:?}", started.elapsed());
}

#[test]
fn what_lies_just_inside_the_limits_passes() {
    assert_eq!(kinds(&format!("SELECT {}1", "1+".repeat(1_000))), [Kind::Query]);
    assert_eq!(kinds(&format!("SELECT {}1{}", "(".repeat(20), ")".repeat(20))), [Kind::Query]);
    assert_eq!(kinds(&format!("SELECT {}1{}", "f(".repeat(12), ")".repeat(12))), [Kind::Query]);
    let list = (0..20_000).map(|one| one.to_string()).collect::<Vec<_>>().join(",");
    assert_eq!(kinds(&format!("SELECT * FROM t WHERE a IN ({list})")), [Kind::Query]);
}

proptest! {
    #[test]
    fn any_text_is_judged_without_panic(text in "\\PC*") {
        let _ = check(&text);
    }

    #[test]
    fn any_bytes_are_judged_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_words_of_sql_are_judged_without_panic(words in proptest::collection::vec(prop_oneof![
        Just("SELECT"), Just("FROM"), Just("WITH"), Just("AS"), Just("("), Just(")"), Just("["), Just("]"), Just(","),
        Just("1"), Just("a"), Just("'x'"), Just("+"), Just("-"), Just("NOT"), Just("CASE"), Just("WHEN"), Just("THEN"),
        Just("END"), Just("INTERVAL"), Just("SET"), Just("="), Just(";"), Just("UNION"), Just("JOIN"), Just("ON"),
        Just("$1"), Just("$$"), Just("::"), Just("INSERT"), Just("INTO"), Just("VALUES"), Just("*"), Just("."),
        Just("EXPLAIN"), Just("BEGIN"), Just("SHOW"), Just("E'\\"), Just("--"), Just("\n"), Just("香"), Just("ARRAY<"),
    ], 0..60)) {
        if let Ok(statements) = check(&words.join(" ")) {
            for one in statements {
                prop_assert_eq!(check(&one.text).map(|all| all.len()), Ok(1));
            }
        }
    }
}
