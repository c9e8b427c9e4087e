//! The embedded broker of the demo: Kafka's protocol in this process, its log in memory.
//!
//! What is in memory is gone with the process, so each start of the demo is a new log with topics of new names; the
//! lake keeps what has landed. See `docs/decisions/0004-embedded-broker.md`.

use anyhow::{Context, Result};
use tokio::task::JoinHandle;

/// A broker that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct EmbeddedBroker {
    address: String,
    task: JoinHandle<()>,
}

impl EmbeddedBroker {
    /// Starts a broker on a free port of loopback and waits until it answers.
    #[cfg(feature = "embedded-broker")]
    pub(crate) async fn start() -> Result<Self> {
        use tansu_broker::broker::Broker;
        use tansu_broker::coordinator::group::administrator::Controller;
        use tansu_storage::StorageContainer;
        use url::Url;
        use uuid::Uuid;

        let port = free_port().context("could not find a free port for the embedded broker")?;
        let address = format!("127.0.0.1:{port}");
        let listener = Url::parse(&format!("tcp://{address}"))?;
        let mut broker = Broker::<Controller<StorageContainer>, StorageContainer>::builder()
            .node_id(1)
            .cluster_id("tidemark")
            .incarnation_id(Uuid::new_v4())
            .advertised_listener(listener.clone())
            .storage(Url::parse("memory://demo/")?)
            .listener(listener)
            .silent(true)
            .build()
            .await
            .context("could not set up the embedded broker")?;
        let task = tokio::spawn(async move {
            if let Err(error) = broker.serve(tokio::time::Instant::now()).await {
                tracing::error!("the embedded broker ended: {error}");
            }
        });
        wait_until_open(&address).await?;
        Ok(Self { address, task })
    }

    /// Says that this build has no broker.
    #[cfg(not(feature = "embedded-broker"))]
    pub(crate) async fn start() -> Result<Self> {
        anyhow::bail!("this build has no embedded broker: build with the feature embedded-broker, or use run and Kafka")
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for EmbeddedBroker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The broker cannot be asked which port it got, so one is chosen before.
#[cfg(feature = "embedded-broker")]
fn free_port() -> std::io::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

#[cfg(feature = "embedded-broker")]
async fn wait_until_open(address: &str) -> Result<()> {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while tokio::net::TcpStream::connect(address).await.is_err() {
        anyhow::ensure!(std::time::Instant::now() < until, "the embedded broker did not open {address} in 10 s");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    Ok(())
}
