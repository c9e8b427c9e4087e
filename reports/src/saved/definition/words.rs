//! Words that an owner gives in some of the three languages.

use serde::{Deserialize, Serialize};
use tidemark_model::report::Language;

/// A text in one language at least.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// In English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// In Traditional Chinese.
    #[serde(default, rename = "zh-Hant", skip_serializing_if = "Option::is_none")]
    pub zh_hant: Option<String>,
    /// In Simplified Chinese.
    #[serde(default, rename = "zh-Hans", skip_serializing_if = "Option::is_none")]
    pub zh_hans: Option<String>,
}

impl Words {
    /// The text in a language, or in the first that there is, in the order of [`Language::ALL`].
    #[must_use]
    pub fn of(&self, language: Language) -> Option<&str> {
        let wished = self.given().find(|(given, _)| *given == language);
        wished.or_else(|| self.given().next()).map(|(_, text)| text)
    }

    /// Each text with its language.
    pub fn given(&self) -> impl Iterator<Item = (Language, &str)> {
        let texts = [&self.en, &self.zh_hant, &self.zh_hans];
        Language::ALL.into_iter().zip(texts).filter_map(|(language, text)| Some((language, text.as_deref()?)))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.given().next().is_none()
    }
}

/// A language as its tag.
pub(super) mod tag {
    use serde::{Deserialize, Deserializer, Serializer};
    use tidemark_model::report::Language;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    pub(crate) fn serialize<S: Serializer>(language: &Language, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(language.tag())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Language, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_is_missing_is_read_from_the_first_that_is_there() {
        let words = Words { zh_hans: Some("费用".to_owned()), zh_hant: Some("費用".to_owned()), en: None };
        assert_eq!(words.of(Language::SimplifiedChinese), Some("费用"));
        assert_eq!(words.of(Language::English), Some("費用"));
        assert_eq!(Words::default().of(Language::English), None);
    }
}
