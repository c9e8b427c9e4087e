//! On whose behalf something is asked.

/// The header of HTTP that names who asks, until there is access control.
pub const PRINCIPAL_HEADER: &str = "tidemark-principal";

/// Who asks. Every session is made for one; what it may see will be compiled from it when access control arrives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal {
    name: String,
    is_platform: bool,
}

impl Principal {
    /// The operator of this machine: who starts the binary or connects over loopback.
    #[must_use]
    pub fn local() -> Self {
        Self::named("local")
    }

    /// A principal by its name.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_platform: false }
    }

    /// A part of the platform that asks by itself, again and again: nobody looks at what it gets.
    #[must_use]
    pub fn platform(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_platform: true }
    }

    /// The name, as audit and `current_user` show it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a part of the platform.
    #[must_use]
    pub const fn is_platform(&self) -> bool {
        self.is_platform
    }
}
