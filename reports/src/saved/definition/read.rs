//! A definition from its file or from a request, and back. What cannot be read says where.

use serde::de::DeserializeOwned;

use super::Definition;

/// Most bytes of a definition; the largest that a check lets through, a thousand values in each filter, is below.
pub const BYTES_MAX: usize = 1 << 20;

/// Why a text is no definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unreadable {
    /// The member, as in `filters[0].operator`; empty where it is the whole.
    pub place: String,
    /// What is wrong with it.
    pub message: String,
}

/// Reads a file of TOML.
///
/// # Errors
/// Where it is no TOML, or a member is unknown, missing or of another shape.
pub fn from_toml(text: &str) -> Result<Definition, Unreadable> {
    bounded(text.len())?;
    // Its own messages say the line, and show it.
    let value = toml::from_str::<toml::Value>(text).map_err(|error| whole(&error.to_string()))?;
    with_place(value)
}

/// Reads JSON.
///
/// # Errors
/// As [`from_toml`].
pub fn from_json(text: &[u8]) -> Result<Definition, Unreadable> {
    bounded(text.len())?;
    let value = serde_json::from_slice::<serde_json::Value>(text).map_err(|error| whole(&error.to_string()))?;
    with_place(value)
}

/// Writes a file of TOML, which reads back as the same definition.
///
/// # Errors
/// None for a definition that was read: all its values have a form in TOML.
pub fn to_toml(definition: &Definition) -> Result<String, Unreadable> {
    toml::to_string(definition).map_err(|error| whole(&error.to_string()))
}

fn with_place<'de, D>(value: D) -> Result<Definition, Unreadable>
where
    D: serde::Deserializer<'de>,
    D::Error: std::fmt::Display,
    Definition: DeserializeOwned,
{
    serde_path_to_error::deserialize(value).map_err(|error| {
        let place = error.path().to_string();
        let message = error.inner().to_string().trim().to_owned();
        Unreadable { place: if place == "." { String::new() } else { place }, message }
    })
}

fn bounded(num_bytes: usize) -> Result<(), Unreadable> {
    let fits = num_bytes <= BYTES_MAX;
    if fits { Ok(()) } else { Err(whole(&format!("a definition has at most {BYTES_MAX} bytes, this has {num_bytes}"))) }
}

fn whole(message: &str) -> Unreadable {
    Unreadable { place: String::new(), message: message.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saved::examples::{CHARGES, FAILURES, FAILURES_JSON, LETTERS, STATEMENTS};

    #[test]
    fn the_same_report_as_toml_and_as_json_is_the_same() {
        assert_eq!(from_toml(FAILURES).unwrap(), from_json(FAILURES_JSON.as_bytes()).unwrap());
    }

    #[test]
    fn what_is_written_reads_back_as_the_same() {
        for text in [FAILURES, CHARGES, LETTERS, STATEMENTS] {
            let definition = from_toml(text).unwrap();
            assert_eq!(from_toml(&to_toml(&definition).unwrap()).unwrap(), definition);
            let json = serde_json::to_vec(&definition).unwrap();
            assert_eq!(from_json(&json).unwrap(), definition);
        }
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let place_of = |from: &str, to: &str| {
            assert!(FAILURES.contains(from), "{from}");
            from_toml(&FAILURES.replace(from, to)).unwrap_err().place
        };
        assert_eq!(place_of("operator = \"in_period\"", "operator = \"during\""), "filters[0].operator");
        assert_eq!(place_of("function = \"ratio\"", "function = 1"), "aggregations[2].function");
        assert_eq!(place_of("at = \"08:30\"", "at = 8"), "schedule.at");
        assert_eq!(place_of("value = \"failed\"", "value = []"), "aggregations[1].filters[0].value");
        assert_eq!(place_of("zone = \"HKG\"", "time_zone = \"HKG\""), "time_zone");
        let unknown = from_toml(&FAILURES.replace("kind = \"line\"", "kind = \"pie\"")).unwrap_err();
        assert!(unknown.message.contains("expected one of `table`, `line`, `bar`"), "{unknown}");
        assert!(from_toml("name = ").unwrap_err().message.contains("line 1"));
    }
}
