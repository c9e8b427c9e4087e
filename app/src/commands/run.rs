//! `tidemark run`: the service.

use anyhow::Result;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::Run;
use crate::config::Config;
use crate::service::Service;

/// Runs until SIGINT or SIGTERM, then drains.
pub(crate) async fn run(arguments: Run) -> Result<()> {
    let config = Config::read(arguments.config.config.as_deref())?;
    let service = Service::start(&config, &arguments.roles).await?;
    let text = |address: Option<std::net::SocketAddr>| address.map(|address| address.to_string());
    if arguments.announce {
        println!("{}", serde_json::json!({"http": text(service.http), "postgres": text(service.postgres)}));
    }
    if let (Some(http), Some(postgres)) = (service.http, service.postgres) {
        eprintln!("HTTP at http://{http}, PostgreSQL at {postgres} (database tidemark)");
    }
    until_asked_to_stop().await?;
    eprintln!("stopping: committing what has been taken in");
    service.stop().await;
    Ok(())
}

/// Waits for SIGINT or SIGTERM.
pub(crate) async fn until_asked_to_stop() -> Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
