//! Zones, casts, intervals, words of the session.

use super::expression;

fn check(cases: &[(&str, &str)]) {
    for (sql, expected) in cases {
        assert_eq!(expression(sql), *expected, "{sql}");
    }
}

#[test]
fn at_time_zone_is_a_call() {
    check(&[
        ("at AT TIME ZONE 'UTC'", "timezone('UTC', at)"),
        ("at AT TIME ZONE 'UTC' AT TIME ZONE z", "timezone(z, timezone('UTC', at))"),
        ("(at AT TIME ZONE INTERVAL '8 hours')::date", "clock_date((timezone(INTERVAL '8 hours', at)))"),
        ("a + at AT TIME ZONE 'UTC' IS NOT NULL", "a + timezone('UTC', at) IS NOT NULL"),
    ]);
}

#[test]
fn casts_to_integers_round_what_has_a_fraction() {
    check(&[
        ("2.5::int", "round(2.5)::INT"),
        ("CAST(-2.5 AS bigint)", "CAST(round(-2.5) AS BIGINT)"),
        ("avg(x)::int", "round(avg(x))::INT"),
        ("(a * 100.0 / b)::int", "round((a * 100.0 / b))::INT"),
        ("extract(epoch from at)::int8", "round(pg_extract('epoch', at))::INT8"),
        ("a::numeric::int", "round(a::NUMERIC)::INT"),
        ("extract(hour from at)::int", "round(pg_extract('hour', at))::INT"),
        ("x::int", "x::INT"),
        ("'2'::int", "'2'::INT"),
    ]);
}

#[test]
fn types_are_those_that_datafusion_has() {
    check(&[
        ("'x'::name", "'x'::TEXT"),
        ("'x'::uuid", "'x'::TEXT"),
        ("'x'::character varying", "'x'::VARCHAR"),
        ("1::float", "1::DOUBLE PRECISION"),
        ("1::float(10)", "1::REAL"),
        ("'{1}'::float[]", "ARRAY['1']::DOUBLE PRECISION[]"),
        ("cast('1' as pg_catalog.int4)", "CAST('1' AS INT)"),
        ("1::other.int4", "1::other.int4"),
        ("'abc'::varchar(2)", "left('abc'::VARCHAR, 2)"),
        ("cast(a AS character varying(10))", "left(to_text(a), 10)"),
        ("'abc'::char", "left('abc'::VARCHAR, 1)"),
    ]);
}

#[test]
fn times_get_their_seconds() {
    check(&[
        ("TIMESTAMP '2026-01-31 10:00'", "TIMESTAMP '2026-01-31 10:00:00'"),
        ("TIMESTAMPTZ '2026-01-31T10:00+08'", "TIMESTAMPTZ '2026-01-31T10:00:00+08'"),
        ("'2026-01-31 10:00'::timestamp", "'2026-01-31 10:00:00'::TIMESTAMP"),
        ("TIMESTAMP '2026-01-31 10:00:01'", "TIMESTAMP '2026-01-31 10:00:01'"),
        ("'2026-01-31 10:00'::text", "'2026-01-31 10:00'::TEXT"),
        ("TIMESTAMP '二〇二六-01-31 10:00'", "TIMESTAMP '二〇二六-01-31 10:00'"),
    ]);
}

#[test]
fn intervals_are_counted_out_or_called() {
    check(&[
        ("INTERVAL '5 minutes' * 3", "INTERVAL '15 minutes'"),
        ("90 * INTERVAL '1 second'", "INTERVAL '90 second'"),
        ("-2 * INTERVAL '1 day 2 hours'", "INTERVAL '-2 day -4 hours'"),
        ("INTERVAL '1' DAY * 2", "INTERVAL '2' DAY"),
        ("INTERVAL '1 day' * 1.5", "interval_mul(INTERVAL '1 day', 1.5)"),
        ("n * INTERVAL '1 day'", "interval_mul(INTERVAL '1 day', n)"),
        ("INTERVAL '1 day' * n * 2", "interval_mul(interval_mul(INTERVAL '1 day', n), 2)"),
        ("'01:00'::interval * 2", "interval_mul('0 months 0 days 3600.000000 seconds'::INTERVAL, 2)"),
        ("INTERVAL '01:00' * 2", "interval_mul(INTERVAL '0 months 0 days 3600.000000 seconds', 2)"),
        ("INTERVAL '1 hour' / 2", "interval_div(INTERVAL '1 hour', 2)"),
        ("at + n * INTERVAL '1 day'", "at + interval_mul(INTERVAL '1 day', n)"),
        ("a * b", "a * b"),
    ]);
}

#[test]
fn words_of_the_session_are_calls() {
    check(&[
        ("current_schema", "current_schema()"),
        ("current_schema()", "current_schema()"),
        ("current_role", "current_user()"),
        ("localtimestamp", "clock_time(now())"),
        ("\"current_role\"", "\"current_role\""),
    ]);
}

#[test]
fn references_are_calls() {
    check(&[
        ("'cities'::regclass = c.oid", "regclass('cities') = c.oid"),
        ("c.reltype::pg_catalog.regtype::pg_catalog.text", "regtype_name(regtype(c.reltype))"),
        ("'cities'::regclass", "regclass_name(regclass('cities'))"),
        ("to_regclass('cities')", "regclass_name(to_regclass('cities'))"),
        ("to_regtype('int4') + 0", "to_regtype('int4') + 0"),
    ]);
}

#[test]
fn decorations_are_taken_off() {
    check(&[
        ("pg_catalog.lower(a)", "lower(a)"),
        ("other.lower(a)", "other.lower(a)"),
        ("a OPERATOR(pg_catalog.~) '^x'", "a ~ '^x'"),
        ("a COLLATE pg_catalog.default", "a"),
        ("a COLLATE \"de_DE\"", "a COLLATE \"de_DE\""),
        ("current_catalog", "current_database()"),
        ("a = ANY ('{r,\"l m\",NULL}')", "a = ANY(ARRAY['r', 'l m', NULL])"),
        ("5 = ANY ('{1,5}')", "5 = ANY(ARRAY[1, 5])"),
        ("'{}'::text[]", "ARRAY[]::TEXT[]"),
    ]);
}

#[test]
fn names_of_functions_are_datafusions() {
    check(&[
        ("ceiling(x)", "ceil(x)"),
        ("mod(a, b) + 1", "(a % b) + 1"),
        ("div(7, 2)", "trunc((7 / 2))"),
        ("other.mod(a, b)", "other.mod(a, b)"),
        ("num_nulls(a, b)", "((a IS NULL)::INT + (b IS NULL)::INT)"),
        ("substring(a from '[0-9]+')", "array_element(regexp_match(a, '[0-9]+'), 1)"),
        ("substring(a from 2)", "SUBSTRING(a FROM 2)"),
        ("make_interval(days => n)", "(interval_mul(INTERVAL '1 day', n))"),
        ("make_interval(1, 2)", "(interval_mul(INTERVAL '1 year', 1) + interval_mul(INTERVAL '1 month', 2))"),
        ("~x", "(-1 - x)"),
        ("a && b", "array_has_any(a, b)"),
        ("date_trunc('day', at)", "pg_date_trunc('day', at)"),
    ]);
}

#[test]
fn casts_go_by_the_sessions_clock() {
    check(&[
        ("at::date", "clock_date(at)"),
        ("at::timestamp", "clock_time(at)"),
        ("at::timestamp(3)", "at::TIMESTAMP(3)"),
        ("x::text", "to_text(x)"),
        ("x::varchar(3)", "left(to_text(x), 3)"),
        ("$1::text", "$1::TEXT"),
        ("TRY_CAST(x AS text)", "TRY_CAST(x AS TEXT)"),
        ("'2026/03/05'::date", "'2026-03-05'::DATE"),
        ("('2026-03-05 +00')::date", "('2026-03-05')::DATE"),
        ("DATE '2026-03-05 +00'", "DATE '2026-03-05'"),
        ("'2026-03-05 10:00+08'::timestamp", "'2026-03-05 10:00:00'::TIMESTAMP"),
        ("'epoch'::timestamptz", "'1970-01-01 00:00:00'::TIMESTAMPTZ"),
        ("'now'::timestamptz", "now()"),
        ("DATE 'yesterday'", "clock_date(clock_time(now() - INTERVAL '1 day'))"),
    ]);
}

#[test]
fn numbers_are_written_as_they_were() {
    check(&[
        ("1.50", "'1.50'::NUMERIC(3,2)"),
        ("0.1 + 0.2", "'0.1'::NUMERIC(2,1) + '0.2'::NUMERIC(2,1)"),
        ("'12.30'::numeric", "'12.30'::NUMERIC(4,2)"),
        ("12345678901234567890", "'12345678901234567890'::NUMERIC(20,0)"),
        ("1.5 * x", "1.5 * x"),
        ("10.0 / 4", "10.0 / 4"),
        ("1.50::text", "'1.50'"),
        ("x || 1.50", "x || '1.50'"),
    ]);
}

#[test]
fn columns_are_told_from_fields() {
    check(&[("c.keys[2]", "c.keys[2]"), ("(f(c.keys)).n", "(f(c.keys)).'n'"), ("s.c.keys[p.n]", "s.c.keys[p.n]")]);
}
