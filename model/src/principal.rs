//! On whose behalf something is asked.

/// The header of HTTP that names who asks, until there is access control.
pub const PRINCIPAL_HEADER: &str = "tidemark-principal";

/// Who asks. Every session is made for one; what it may see will be compiled from it when access control arrives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal {
    name: String,
}

impl Principal {
    /// The operator of this machine: who starts the binary or connects over loopback.
    #[must_use]
    pub fn local() -> Self {
        Self { name: "local".to_owned() }
    }

    /// A principal by its name.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }

    /// The name, as audit and `current_user` show it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
