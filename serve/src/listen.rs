//! Binding a door to its address. Off loopback nothing is bound: access control arrives later.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;

/// Which door is bound; it names the setting that an error points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// HTTP.
    Http,
    /// PostgreSQL's wire protocol.
    Postgres,
}

impl Door {
    /// The key in `tidemark.toml` that sets the address.
    #[must_use]
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Http => "http.listen",
            Self::Postgres => "postgres.listen",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// An address that a door cannot listen on.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Other machines could reach the address.
    #[error(
        "could not open the {} door on {address}: it is not a loopback address, and there is no access control yet; \
         set {} to 127.0.0.1:{}",
        door.name(), door.setting(), address.port()
    )]
    NotLoopback {
        /// The door.
        door: Door,
        /// The address.
        address: SocketAddr,
    },
    /// Another process listens there.
    #[error(
        "could not open the {} door on {address}: the address is in use; stop what listens there or set {} to \
         another port",
        door.name(), door.setting()
    )]
    InUse {
        /// The door.
        door: Door,
        /// The address.
        address: SocketAddr,
    },
    /// The system refused for another reason.
    #[error("could not open the {} door on {address}; check the setting {}", door.name(), door.setting())]
    Refused {
        /// The door.
        door: Door,
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

/// Listens on a loopback address; port 0 takes any free port.
///
/// # Errors
/// Where the address is not loopback, in use, or refused by the system; each names the setting to change.
pub async fn bind(door: Door, address: SocketAddr) -> Result<TcpListener, ListenError> {
    if !address.ip().is_loopback() {
        return Err(ListenError::NotLoopback { door, address });
    }
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ListenError::InUse { door, address },
        _ => ListenError::Refused { door, address, source },
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn an_address_off_loopback_is_refused() {
        let error = bind(Door::Http, "0.0.0.0:0".parse().unwrap()).await.unwrap_err().to_string();
        assert!(error.contains("not a loopback") && error.contains("http.listen"), "{error}");
    }

    #[tokio::test]
    async fn a_port_in_use_names_the_address_and_the_setting() {
        let first = bind(Door::Postgres, "127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = first.local_addr().unwrap();
        let error = bind(Door::Postgres, address).await.unwrap_err().to_string();
        assert!(error.contains(&address.to_string()) && error.contains("postgres.listen"), "{error}");
    }
}
