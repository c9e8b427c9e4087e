//! Who may see which cities in reports, from a file, until there is access control.
//!
//! ```toml
//! [principals]
//! ann = "all"
//! bob = ["HKG", "SIN"]
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};
use figment::Figment;
use figment::providers::{Format, Toml};
use serde::Deserialize;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::principal::Principal;
use tidemark_reports::Scope;

/// The principals of a file, or everybody where there is none.
#[derive(Debug, Clone)]
pub(crate) struct Principals(Option<BTreeMap<String, Scope>>);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    principals: BTreeMap<String, Sees>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Sees {
    Everything(All),
    Cities(BTreeSet<String>),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum All {
    All,
}

impl Principals {
    /// Reads the file.
    pub(crate) fn read(file: Option<&Path>) -> Result<Self> {
        let Some(file) = file else { return Ok(Self(None)) };
        let unreadable = || format!("could not read the principals in \"{}\"", file.display());
        let text = std::fs::read_to_string(file).with_context(unreadable)?;
        let File { principals } = Figment::from(Toml::string(&text)).extract().with_context(unreadable)?;
        let scope = |sees| match sees {
            Sees::Everything(All::All) => Scope::Whole,
            Sees::Cities(cities) => Scope::Cities(cities),
        };
        Ok(Self(Some(principals.into_iter().map(|(name, sees)| (name, scope(sees))).collect())))
    }

    /// What a principal may see. Who is not in the file may see nothing.
    pub(crate) fn scope(&self, principal: &Principal) -> Result<Scope, ServiceError> {
        let Some(known) = &self.0 else { return Ok(Scope::Whole) };
        known.get(principal.name()).cloned().ok_or_else(|| {
            let message = format!("the principal \"{}\" may see no report", principal.name());
            ServiceError::new(ErrorCode::NotAllowed, message).with_hint("it is not in the file of principals")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Principals> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("principals.toml");
        std::fs::write(&file, text).unwrap();
        Principals::read(Some(&file))
    }

    #[test]
    fn who_is_not_in_the_file_sees_nothing_and_without_a_file_everybody_sees_all() {
        let known = read("[principals]\nann = \"all\"\nbob = [\"HKG\"]\neve = []\n").unwrap();
        let scope = |name: &str| known.scope(&Principal::named(name));
        assert_eq!(scope("ann").unwrap(), Scope::Whole);
        assert_eq!(scope("bob").unwrap(), Scope::Cities(BTreeSet::from(["HKG".to_owned()])));
        assert_eq!(scope("eve").unwrap(), Scope::Cities(BTreeSet::new()));
        assert_eq!(scope("local").unwrap_err().code, ErrorCode::NotAllowed);
        assert_eq!(Principals(None).scope(&Principal::local()).unwrap(), Scope::Whole);
    }

    #[test]
    fn a_file_that_says_something_else_is_refused() {
        for text in ["", "ann = \"all\"", "[principals]\nann = \"some\"", "[principals]\nann = 1"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
