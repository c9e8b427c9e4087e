//! Forms of queries.

use super::rewritten;

fn check(cases: &[(&str, &str)]) {
    for (sql, expected) in cases {
        assert_eq!(rewritten(sql), *expected, "{sql}");
    }
}

#[test]
fn fetch_is_a_limit() {
    let cases = [
        ("SELECT a FROM t FETCH FIRST 2 ROWS ONLY", "SELECT a FROM t LIMIT 2"),
        ("SELECT a FROM t FETCH FIRST ROW ONLY", "SELECT a FROM t LIMIT 1"),
        ("SELECT a FROM t OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY", "SELECT a FROM t LIMIT 2 OFFSET 1 ROWS"),
        ("SELECT a FROM t FETCH FIRST 1 ROW WITH TIES", "SELECT a FROM t FETCH FIRST 1 ROWS WITH TIES"),
    ];
    for (sql, expected) in cases {
        assert_eq!(rewritten(sql), expected, "{sql}");
    }
}

#[test]
fn table_is_a_select() {
    assert_eq!(rewritten("SELECT 1 AS a UNION TABLE x"), "SELECT 1 AS a UNION SELECT * FROM x");
}

#[test]
fn exists_as_a_value_is_a_count() {
    assert_eq!(
        rewritten("SELECT EXISTS (SELECT a FROM t)"),
        "SELECT (SELECT count(*) > 0 FROM (SELECT a FROM t LIMIT 1) AS \"found\") AS \"exists\""
    );
    assert_eq!(
        rewritten("SELECT a, NOT EXISTS (SELECT b FROM u WHERE u.b = t.a) FROM t"),
        "SELECT a, (SELECT count(*) = 0 FROM u WHERE u.b = t.a) AS \"?column?\" FROM t"
    );
    assert_eq!(
        rewritten("SELECT a, EXISTS (SELECT max(b) FROM u) FROM t"),
        "SELECT a, (SELECT count(*) > 0 FROM (SELECT max(b) AS \"max\" FROM u) AS \"found\") AS \"exists\" FROM t"
    );
    let condition = "SELECT a FROM t WHERE EXISTS (SELECT b FROM u)";
    assert_eq!(rewritten(condition), condition);
}

#[test]
fn an_array_of_a_query_is_its_aggregate_in_the_same_order() {
    let cases = [
        ("SELECT a FROM t", "array_agg(a) FROM t"),
        ("SELECT a FROM t WHERE t.b = u.b ORDER BY 1 DESC", "array_agg(a ORDER BY a DESC) FROM t WHERE t.b = u.b"),
        (
            "SELECT DISTINCT a FROM t ORDER BY a DESC",
            r#"array_agg("element" ORDER BY "element" DESC) FROM (SELECT DISTINCT a FROM t ORDER BY a DESC) AS "elements" ("element")"#,
        ),
        (
            "SELECT a FROM t ORDER BY 1, b + 1 LIMIT 2",
            r#"array_agg("element" ORDER BY "element", "key1") FROM (SELECT a, b + 1 AS "key1" FROM t ORDER BY 1, b + 1 LIMIT 2) AS "elements" ("element", "key1")"#,
        ),
    ];
    for (sql, expected) in cases {
        assert_eq!(
            rewritten(&format!("SELECT ARRAY({sql}) AS x")),
            format!("SELECT (SELECT {expected}) AS x"),
            "{sql}"
        );
    }
    let left = "SELECT ARRAY(SELECT DISTINCT a FROM t ORDER BY b) AS x";
    assert_eq!(rewritten(left), left);
}

#[test]
fn a_query_as_a_value_has_one_row() {
    check(&[
        (
            "SELECT (SELECT name FROM b WHERE b.id = a.id AND a.ok) AS x FROM a",
            "SELECT CASE WHEN a.ok THEN (SELECT only(name) FROM b WHERE b.id = a.id) END AS x FROM a",
        ),
        ("SELECT (SELECT count(*) FROM b) AS x", "SELECT (SELECT count(*) AS \"count\" FROM b) AS x"),
        ("SELECT 1 AS x WHERE 1 = ANY (SELECT id FROM b)", "SELECT 1 AS x WHERE 1 = ANY(SELECT id FROM b)"),
    ]);
}

#[test]
fn a_function_may_stand_in_from() {
    check(&[
        ("SELECT n FROM generate_series(1, 3) AS n", "SELECT n FROM generate_series(1, 3) AS n (n)"),
        (
            "SELECT s FROM pg_catalog.string_to_array('a,b', ',') s",
            "SELECT s FROM (SELECT string_to_array('a,b', ',') AS \"value\") s (s)",
        ),
        (
            "SELECT d FROM generate_series(a, b, '1 hour') d",
            "SELECT d FROM generate_series(a, b, INTERVAL '1 hour') d (d)",
        ),
    ]);
}
