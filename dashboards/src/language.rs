//! The languages of boards, and texts in all of them.

/// A language that boards are made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    TraditionalChinese,
    SimplifiedChinese,
}

impl Language {
    /// In the order of a [`Text`].
    pub(crate) const ALL: [Self; 3] = [Self::English, Self::TraditionalChinese, Self::SimplifiedChinese];

    /// As BCP 47 has it, in lower case: it is part of paths and of the boards' ids.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::TraditionalChinese => "zh-hant",
            Self::SimplifiedChinese => "zh-hans",
        }
    }

    /// What Grafana's folder of its boards is called.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::English => "Tidemark",
            Self::TraditionalChinese => "Tidemark 繁體中文",
            Self::SimplifiedChinese => "Tidemark 简体中文",
        }
    }

    /// The column of the relation `cities` that names them in it.
    pub(crate) const fn city_name(self) -> &'static str {
        match self {
            Self::English => "name",
            Self::TraditionalChinese => "name_zh_hant",
            Self::SimplifiedChinese => "name_zh_hans",
        }
    }

    /// The column of the relation `kpis` that has their titles in it.
    pub(crate) const fn kpi_title(self) -> &'static str {
        match self {
            Self::English => "title",
            Self::TraditionalChinese => "title_zh_hant",
            Self::SimplifiedChinese => "title_zh_hans",
        }
    }

    /// This language's words of three.
    pub(crate) fn of<T: AsRef<str>>(self, words: &[T; 3]) -> &str {
        words[self as usize].as_ref()
    }
}

/// Words written here, in English, Traditional and Simplified Chinese.
pub(crate) type Words = [&'static str; 3];

/// Words that are put together, in the same order.
pub(crate) type Text = [String; 3];

/// Written words as a text.
pub(crate) fn text(words: Words) -> Text {
    words.map(str::to_owned)
}

/// Puts a text together, language by language.
pub(crate) fn compose(make: impl Fn(Language) -> String) -> Text {
    Language::ALL.map(make)
}
