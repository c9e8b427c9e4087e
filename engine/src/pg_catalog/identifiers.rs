//! Names as they stand in SQL: quoted where they must be, folded where they are not.

/// A name as it must be written.
pub(super) fn quoted(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '$');
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// The parts of a name, quoted or folded; nothing where it is malformed.
pub(super) fn parts(text: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    loop {
        let (part, after) = match rest.strip_prefix('"') {
            Some(inside) => quoted_part(inside)?,
            None => {
                let end = rest.find(['.', '"', ' ']).unwrap_or(rest.len());
                let (part, after) = rest.split_at_checked(end)?;
                (part.to_lowercase(), after)
            }
        };
        if part.is_empty() {
            return None;
        }
        parts.push(part);
        let after = after.trim_start();
        match after.strip_prefix('.') {
            Some(next) => rest = next.trim_start(),
            None => return after.is_empty().then_some(parts),
        }
    }
}

fn quoted_part(inside: &str) -> Option<(String, &str)> {
    let mut part = String::new();
    let mut rest = inside;
    loop {
        let (before, after) = rest.split_once('"')?;
        part.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                part.push('"');
                rest = more;
            }
            None => return Some((part, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_where_it_must_be() {
        for (name, written) in [("city", "city"), ("_a1$", "_a1$"), ("1st", "\"1st\""), ("a\"B", "\"a\"\"B\"")] {
            assert_eq!(quoted(name), written);
        }
    }

    #[test]
    fn parts_are_folded_or_kept() {
        let of = |text: &str| parts(text).map(|parts| parts.join("|"));
        assert_eq!(of("Public.Cities").as_deref(), Some("public|cities"));
        assert_eq!(of(" \"My \"\"T\" . x ").as_deref(), Some("My \"T|x"));
        for malformed in ["", "a.", ".a", "\"a", "a b"] {
            assert_eq!(of(malformed), None, "{malformed}");
        }
    }
}
