//! The addresses at which this process answers.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use tidemark_model::port::QueryService;
use tidemark_serve::{Door, Services};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::cli::Role;
use crate::config::Config;

/// Listeners that are bound and not answered yet: an address in use must be known before anything else starts.
#[derive(Debug)]
pub(crate) struct Doors {
    http: tokio::net::TcpListener,
    /// Where HTTP will be answered.
    pub(crate) http_address: SocketAddr,
    postgres: tokio::net::TcpListener,
    /// Where PostgreSQL's protocol will be answered.
    pub(crate) postgres_address: SocketAddr,
}

impl Doors {
    /// Binds the addresses, where the roles answer.
    ///
    /// # Errors
    /// Where one is none, or is taken.
    pub(crate) async fn bind(config: &Config, roles: &[Role]) -> Result<Option<Self>> {
        if !roles.contains(&Role::Query) {
            return Ok(None);
        }
        let http = bind(Door::Http, &config.http.listen).await?;
        let postgres = bind(Door::Postgres, &config.postgres.listen).await?;
        let (http_address, postgres_address) = (http.local_addr()?, postgres.local_addr()?);
        Ok(Some(Self { http, http_address, postgres, postgres_address }))
    }

    /// Answers, until stopped.
    pub(crate) fn open(
        self,
        services: Services,
        queries: Arc<dyn QueryService>,
        (tasks, stop): (&mut JoinSet<()>, &CancellationToken),
    ) {
        let stop = stop.clone();
        let (listener, stop_postgres) = (self.postgres, stop.clone());
        tasks.spawn(async move {
            if let Err(error) = tidemark_serve::serve_postgres(listener, queries, stop_postgres).await {
                tracing::error!("the PostgreSQL door ended: {error}");
            }
        });
        tasks.spawn(async move {
            if let Err(error) = tidemark_serve::serve_http(self.http, services, stop).await {
                tracing::error!("the HTTP door ended: {error}");
            }
        });
    }
}

/// Binds a door's address as the configuration gives it.
pub(crate) async fn bind(door: Door, address: &str) -> Result<tokio::net::TcpListener> {
    let setting = door.setting();
    let address = address.parse().with_context(|| {
        format!("{setting} = \"{address}\" is no address: give an IP address and a port, such as 127.0.0.1:8080")
    })?;
    Ok(tidemark_serve::bind(door, address).await?)
}
