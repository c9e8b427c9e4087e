//! `LIKE`, `ILIKE` and `SIMILAR TO`.

use super::expression;

#[test]
fn like_loses_its_escape() {
    let cases = [
        ("a LIKE 'a#_b' ESCAPE '#'", r"a LIKE 'a\_b'"),
        ("a NOT ILIKE '50!%' ESCAPE '!'", r"a NOT ILIKE '50\%'"),
        ("a LIKE 'a##b' ESCAPE '#'", "a LIKE 'a#b'"),
        (r"a LIKE 'a\b#%' ESCAPE '#'", r"a LIKE 'a\\b\%'"),
        (r"a LIKE 'H%' ESCAPE '\'", "a LIKE 'H%'"),
        (r"a LIKE 'a\_' ESCAPE ''", r"a LIKE 'a\\_'"),
        (r"a LIKE 'a\b'", "a LIKE 'ab'"),
        (r"a LIKE 'a\_b'", r"a LIKE 'a\_b'"),
        ("a LIKE 'a#' ESCAPE '#'", "a LIKE 'a#' ESCAPE '#'"),
        ("a LIKE b ESCAPE '#'", "a LIKE like_pattern(b, '#')"),
        ("a LIKE 'b%'", "a LIKE 'b%'"),
    ];
    for (sql, expected) in cases {
        assert_eq!(expression(sql), expected, "{sql}");
    }
}

#[test]
fn like_any_of_literals_is_a_disjunction() {
    let cases = [
        ("a LIKE ANY (ARRAY['a%', 'b%'])", "(a LIKE 'a%' OR a LIKE 'b%')"),
        ("a ILIKE ANY ('{A%, NULL}'::text[])", "(a ILIKE 'A%' OR a ILIKE NULL)"),
        ("a NOT LIKE ANY (ARRAY['x'])", "(a NOT LIKE 'x')"),
        ("a LIKE ANY ('{}')", "false"),
        ("a LIKE ANY (b)", "a LIKE ANY (b)"),
        ("random()::text LIKE ANY (ARRAY['a', 'b'])", "to_text(random()) LIKE ANY (ARRAY['a', 'b'])"),
    ];
    for (sql, expected) in cases {
        assert_eq!(expression(sql), expected, "{sql}");
    }
}

#[test]
fn similar_to_is_a_regular_expression_over_the_whole() {
    let cases = [
        ("a SIMILAR TO '(a|b)%'", "a ~ '^(?s:(?:a|b).*)$'"),
        ("a NOT SIMILAR TO 'a.c_'", r"a !~ '^(?s:a\.c.)$'"),
        ("a SIMILAR TO '[^a-z%]+#%' ESCAPE '#'", r"a ~ '^(?s:[^a-z%]+\%)$'"),
        (r"a SIMILAR TO '\d'", r"a SIMILAR TO '\d'"),
        ("a SIMILAR TO b", "a SIMILAR TO b"),
    ];
    for (sql, expected) in cases {
        assert_eq!(expression(sql), expected, "{sql}");
    }
}
