//! Expected values are what a PostgreSQL server answers.

use super::*;

fn number(value: i128, scale: i32, pattern: &str) -> String {
    format_number(Number::Decimal { value, scale }, &NumberPattern::new(pattern).unwrap())
}

fn float(value: f64, pattern: &str) -> String {
    format_number(Number::Float { value, digits_max: 15 }, &NumberPattern::new(pattern).unwrap())
}

#[test]
fn numbers_are_written_as_their_pattern_says() {
    assert_eq!(number(1_234_567_891, 3, "999,999,999.99"), "   1,234,567.89");
    assert_eq!(number(1_234_567_891, 3, "FM999,999,999.00"), "1,234,567.89");
    assert_eq!(number(1234, 4, "FM990.0%"), "0.1%");
    assert_eq!(number(42, 0, "00000"), " 00042");
    assert_eq!(number(42, 0, "FM00000"), "00042");
    assert_eq!(number(-55, 1, "999.9"), "  -5.5");
    assert_eq!(number(1234, 0, "9G999"), " 1,234");
    assert_eq!(number(125, 1, "FM$999.00"), "$12.50");
    assert_eq!(number(5, 1, "0.99"), " 0.50");
    assert_eq!(number(7, 0, "FM9"), "7");
    assert_eq!(float(12345.678, "FM999999.0"), "12345.7");
    assert_eq!(float(1e6, "9,999,999"), " 1,000,000");
    assert_eq!(number(1, -6, "9,999,999"), " 1,000,000");
}

/// The examples of the manual's table 9.31.
#[test]
fn the_manuals_examples_hold() {
    for (value, scale, pattern, expected) in [
        (-1, 1, "99.99", "  -.10"),
        (-1, 1, "FM9.99", "-.1"),
        (-1, 1, "FM90.99", "-0.1"),
        (1, 1, "0.9", " 0.1"),
        (12, 0, "9990999.9", "    0012.0"),
        (12, 0, "FM9990999.9", "0012."),
        (485, 0, "999", " 485"),
        (-485, 0, "999", "-485"),
        (485, 0, "9 9 9", " 4 8 5"),
        (1485, 0, "9,999", " 1,485"),
        (1485, 1, "9G999", "   149"),
        (1485, 1, "999.999", " 148.500"),
        (1485, 1, "FM999.999", "148.5"),
        (1485, 1, "FM999.990", "148.500"),
        (31_485, 1, "9G999D999", " 3,148.500"),
        (-485, 0, "999S", "485-"),
        (-485, 0, "999MI", "485-"),
        (485, 0, "999MI", "485 "),
        (485, 0, "FM999MI", "485"),
        (485, 0, "FMPL999", "+485"),
        (485, 0, "SG999", "+485"),
        (-485, 0, "SG999", "-485"),
        (-485, 0, "9SG99", "4-85"),
        (-485, 0, "999PR", "<485>"),
        (485, 0, "L999", "  485"),
        (485, 0, "RN", "        CDLXXXV"),
        (485, 0, "FMRN", "CDLXXXV"),
        (52, 1, "FMRN", "V"),
        (482, 0, "999th", " 482nd"),
        (485, 0, "\"Good number:\"999", "Good number: 485"),
        (485_800, 3, "\"Pre:\"999\" Post:\" .999", "Pre: 485 Post: .800"),
        (12, 0, "99V999", " 12000"),
        (124, 1, "99V999", " 12400"),
        (1245, 2, "99V9", " 125"),
        (4_859, 7, "9.99EEEE", " 4.86e-04"),
    ] {
        assert_eq!(number(value, scale, pattern), expected, "{value}e-{scale} as {pattern}");
    }
}

#[test]
fn a_number_too_long_for_its_pattern_becomes_hashes() {
    assert_eq!(number(1234, 0, "999"), " ###");
    assert_eq!(number(-12_345, 1, "99.9"), "-##.#");
    assert_eq!(number(4000, 0, "FMRN"), "###############");
}

#[test]
fn decimals_are_exact_to_the_last_digit() {
    let nines = 99_999_999_999_999_999_999_999_999_999_999_999_999_i128;
    assert_eq!(
        number(nines, 2, "FM999999999999999999999999999999999999.99"),
        "999999999999999999999999999999999999.99"
    );
    assert_eq!(number(2675, 3, "FM9.99"), "2.68");
    assert_eq!(number(-4, 3, "FM9.99"), "0.");
    assert_eq!(number(i128::MIN, 38, "FM9.9"), "-1.7");
    assert_eq!(number(9_995, 0, "9.99EEEE"), " 1.00e+04");
}

#[test]
fn contradictory_patterns_are_refused() {
    for pattern in ["9.9.9", "9.9V9", "S9S", "9PR9", "S9PR", "9EEEE9"] {
        assert!(NumberPattern::new(pattern).is_err(), "{pattern}");
    }
}
