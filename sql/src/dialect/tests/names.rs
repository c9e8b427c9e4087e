//! Names of columns.

use super::rewritten;

/// The select list's only alias.
fn name(item: &str) -> String {
    let text = rewritten(&format!("SELECT {item}"));
    let (_, alias) = text.rsplit_once(" AS \"").unwrap();
    alias.trim_end_matches('"').to_owned()
}

#[test]
fn an_item_is_named_as_postgresql_names_it() {
    let cases = [
        ("sum(1)", "sum"),
        ("pg_catalog.Lower('A')", "lower"),
        ("1 + 1", "?column?"),
        ("-1", "?column?"),
        ("true", "?column?"),
        ("NULL", "?column?"),
        ("$1", "?column?"),
        ("NOT true", "?column?"),
        ("now() IS NULL", "?column?"),
        ("CAST(1 AS int)", "int4"),
        ("'1'::numeric(5, 2)", "numeric"),
        ("1::float", "float8"),
        ("'x'::varchar(3)", "varchar"),
        ("'x'::\"char\"", "char"),
        ("'{}'::int[]", "int4"),
        ("1::pg_catalog.int8", "int8"),
        ("now()::timestamptz", "now"),
        ("'x'::timestamp with time zone", "timestamptz"),
        ("x::text", "x"),
        ("(x + 1)::text", "text"),
        ("s.x::text", "x"),
        ("\"X\"::text", "X"),
        ("X::text", "x"),
        ("CASE WHEN a THEN 1 END", "case"),
        ("CASE WHEN a THEN 1 ELSE b END", "b"),
        ("CASE WHEN a THEN 1 ELSE 2::int8 END", "case"),
        ("(CASE WHEN a THEN 1 END)::text", "text"),
        ("coalesce(1, 2)", "coalesce"),
        ("greatest(1, 2)", "greatest"),
        ("nullif(1, 2)", "nullif"),
        ("extract(hour from at)", "extract"),
        ("EXISTS (SELECT 1)", "exists"),
        ("NOT EXISTS (SELECT 1)", "?column?"),
        ("ARRAY[1]", "array"),
        ("ARRAY(SELECT 1)", "array"),
        ("(SELECT 1)", "?column?"),
        ("(SELECT 1 AS b)", "b"),
        ("(SELECT max(x) FROM t)", "max"),
        ("count(*)", "count"),
        ("row_number() OVER ()", "row_number"),
        ("sum(x) FILTER (WHERE true)", "sum"),
        ("percentile_cont(0.5) WITHIN GROUP (ORDER BY x)", "percentile_cont"),
        ("interval '1 day'", "interval"),
        ("date '2026-01-01'", "date"),
        ("trim(' a ')", "btrim"),
        ("trim(leading 'x' from a)", "ltrim"),
        ("substring('abc' from 1 for 1)", "substring"),
        ("position('a' in 'abc')", "position"),
        ("current_date", "current_date"),
        ("now() AT TIME ZONE 'UTC'", "timezone"),
        ("(1, 2)", "row"),
        ("(ARRAY[1])[1]", "array"),
        ("(x)[1]", "x"),
        ("a LIKE b", "?column?"),
        ("a -> 'b'", "?column?"),
    ];
    for (item, expected) in cases {
        assert_eq!(name(item), expected, "{item}");
    }
}

#[test]
fn columns_aliases_and_wildcards_stay() {
    for sql in
        ["SELECT x FROM t", "SELECT t.x FROM t", "SELECT * FROM t", "SELECT t.* FROM t", "SELECT x + 1 AS y FROM t"]
    {
        assert_eq!(rewritten(sql), sql);
    }
}

#[test]
fn every_level_is_named() {
    assert_eq!(
        rewritten("WITH x AS (SELECT sum(1) FROM t) SELECT max(sum) FROM (SELECT lower(sum) FROM x) s"),
        "WITH x AS (SELECT sum(1) AS \"sum\" FROM t) SELECT max(sum) AS \"max\" FROM (SELECT lower(sum) AS \"lower\" FROM x) s"
    );
    assert_eq!(rewritten("SELECT 1 UNION SELECT max(2)"), "SELECT 1 AS \"?column?\" UNION SELECT max(2) AS \"max\"");
}

#[test]
fn a_name_that_is_there_twice_is_marked() {
    assert_eq!(rewritten("SELECT 1, 2"), "SELECT 1 AS \"?column?\", 2 AS \"?column?~1\"");
    assert_eq!(rewritten("SELECT 1 AS a, 2 AS a"), "SELECT 1 AS a, 2 AS \"a~1\"");
    assert_eq!(rewritten("SELECT id::text, id FROM t"), "SELECT to_text(id) AS \"id~1\", id FROM t");
    assert_eq!(rewritten("SELECT a.id, b.id FROM a, b"), "SELECT a.id, b.id AS \"id~1\" FROM a, b");
}

#[test]
fn a_column_beside_its_wildcard_is_marked() {
    assert_eq!(rewritten("SELECT *, id FROM t ORDER BY id"), "SELECT *, id AS \"id~1\" FROM t ORDER BY id");
    assert_eq!(rewritten("SELECT *, id::text FROM t"), "SELECT *, to_text(id) AS \"id~1\" FROM t");
    assert_eq!(rewritten("SELECT t.*, t.id FROM t"), "SELECT t.*, t.id AS \"id~1\" FROM t");
    assert_eq!(rewritten("SELECT a.*, b.id FROM a, b"), "SELECT a.*, b.id FROM a, b");
    assert_eq!(rewritten("SELECT *, lower(name) AS name FROM t"), "SELECT *, lower(name) AS \"name~1\" FROM t");
    assert_eq!(rewritten("SELECT *, 1 AS y FROM t ORDER BY y"), "SELECT *, 1 AS y FROM t ORDER BY y");
    assert_eq!(
        rewritten("SELECT * FROM (SELECT *, row_number() OVER () FROM t) s WHERE row_number = 1"),
        "SELECT * FROM (SELECT *, row_number() OVER () AS \"row_number\" FROM t) s WHERE row_number = 1"
    );
}

#[test]
fn order_by_an_item_becomes_its_name() {
    assert_eq!(
        rewritten("SELECT city, count(*) FROM t GROUP BY city HAVING count(*) > 1 ORDER BY count(*) DESC, 1"),
        "SELECT city, count(*) AS \"count\" FROM t GROUP BY city HAVING count(*) > 1 ORDER BY \"count\" DESC, 1"
    );
    assert_eq!(
        rewritten("SELECT date_trunc('day', at), count(*) FROM t GROUP BY date_trunc('day', at) ORDER BY count"),
        "SELECT pg_date_trunc('day', at) AS \"date_trunc\", count(*) AS \"count\" FROM t GROUP BY pg_date_trunc('day', at) ORDER BY count"
    );
    assert_eq!(
        rewritten("SELECT at::date, count(*) FROM t GROUP BY at::date ORDER BY at::date"),
        "SELECT clock_date(at) AS \"at\", count(*) AS \"count\" FROM t GROUP BY clock_date(at) ORDER BY \"at\""
    );
    assert_eq!(
        rewritten("SELECT DISTINCT ON (at::date) at::date, id FROM t ORDER BY at::date, id"),
        "SELECT DISTINCT ON (\"at\") clock_date(at) AS \"at\", id FROM t ORDER BY \"at\", id"
    );
}

#[test]
fn an_alias_is_not_seen_inside_expressions_of_order_by() {
    assert_eq!(rewritten("SELECT x::text FROM t ORDER BY x + 1"), "SELECT to_text(x) AS \"x~1\" FROM t ORDER BY x + 1");
    assert_eq!(
        rewritten("SELECT x::text FROM t ORDER BY x, x + 1"),
        "SELECT to_text(x) AS \"x~1\" FROM t ORDER BY \"x~1\", x + 1"
    );
    assert_eq!(rewritten("SELECT x::text FROM t ORDER BY x"), "SELECT to_text(x) AS \"x\" FROM t ORDER BY x");
}
