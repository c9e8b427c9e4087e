//! The forms that single values must have, whichever file they stand in.

use tidemark_model::amount::AmountError;
use tidemark_model::kpi::Figure;
use tidemark_model::limits::CITY_CHARS_MAX;

/// Longest name of a pool, category, service, model, meter or version, in characters.
const NAME_CHARS_MAX: usize = 64;

/// Reads an amount, which may be negative.
pub(super) fn amount(text: &str) -> Result<Figure, String> {
    text.parse().map_err(|error: AmountError| error.to_string())
}

/// Reads an amount that may not be negative.
pub(super) fn not_negative(text: &str) -> Result<Figure, String> {
    match amount(text)? {
        Figure(negative) if negative < 0 => Err("must not be negative".to_owned()),
        figure => Ok(figure),
    }
}

/// Reads an amount above zero.
pub(super) fn positive(text: &str) -> Result<Figure, String> {
    match amount(text)? {
        Figure(above) if above > 0 => Ok(Figure(above)),
        _ => Err("must be more than 0".to_owned()),
    }
}

/// Reads a name: free text on one line.
pub(super) fn name(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("must not be empty".to_owned());
    }
    if text.chars().count() > NAME_CHARS_MAX || text.chars().any(char::is_control) {
        return Err(format!("must be at most {NAME_CHARS_MAX} characters on one line"));
    }
    Ok(text.to_owned())
}

/// Reads a name that may be left out.
pub(super) fn optional_name(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() { Ok(None) } else { name(text).map(Some) }
}

/// Reads an ISO 4217 currency code. Which ones there are is decided by the rates.
pub(super) fn currency(text: &str) -> Result<String, String> {
    let is_code = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
    if is_code { Ok(text.to_owned()) } else { Err("not a currency code, such as HKD".to_owned()) }
}

/// Reads a city's code. One that the group does not have is taken, as in events.
pub(super) fn city(text: &str) -> Result<String, String> {
    let is_code = (1..=CITY_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if is_code { Ok(text.to_owned()) } else { Err("not a city code, such as HKG".to_owned()) }
}
