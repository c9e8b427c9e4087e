//! The PostgreSQL door: protocol 3.0 and 3.2, simple and extended queries, over loopback and without passwords yet.
//!
//! Each connection has handlers and a session of its own; nothing is shared but the table of keys by which another
//! connection may cancel a query.

mod column;
mod connection;
mod copy;
mod encode;
mod error;
mod extended;
mod numeric;
mod parameters;
mod query;
mod report;
mod startup;
mod tag;

use std::io;
use std::sync::Arc;

use pgwire::api::cancel::{CancelHandler, DefaultCancelHandler};
use pgwire::api::query::{ExtendedQueryHandler, SimpleQueryHandler};
use pgwire::api::{ConnectionManager, PgWireServerHandlers, RandomPidSecretKeyGenerator};
use pgwire::tokio::process_socket;
use tidemark_model::port::QueryService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::connection::Connection;
use crate::drain::drained;

/// What all connections share.
#[derive(Debug)]
struct Shared {
    queries: Arc<dyn QueryService>,
    cancels: Arc<ConnectionManager>,
    keys: RandomPidSecretKeyGenerator,
}

/// Serves connections until the shutdown; running answers then have [`crate::drain::DRAIN_MAX`] to finish.
///
/// # Errors
/// Never at present: a connection that cannot be accepted is logged, and the next one is awaited.
pub async fn serve_postgres(
    listener: TcpListener,
    queries: Arc<dyn QueryService>,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let cancels = Arc::new(ConnectionManager::new());
    let shared = Arc::new(Shared { queries, cancels, keys: RandomPidSecretKeyGenerator::default() });
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = shutdown.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    connections.spawn(serve_connection(socket, Arc::clone(&shared), shutdown.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
    Ok(())
}

async fn serve_connection(socket: TcpStream, shared: Arc<Shared>, shutdown: CancellationToken) {
    let connection = Arc::new(Connection::new(shared));
    let (socket, watched) = match twins(socket) {
        Ok(pair) => pair,
        Err(error) => return tracing::debug!(%error, "a connection ended before it began"),
    };
    let served = process_socket(socket, None, Handlers(Arc::clone(&connection)));
    tokio::select! {
        result = served => if let Err(error) = result {
            tracing::debug!(%error, "a connection ended");
        },
        () = connection.watch(&watched) => {}
        () = drained(&shutdown, connection.idle()) => {}
    }
}

/// The socket twice: one for the protocol, one to notice that the client has gone while its query runs.
fn twins(socket: TcpStream) -> io::Result<(TcpStream, TcpStream)> {
    let socket = socket.into_std()?;
    let twin = socket.try_clone()?;
    Ok((TcpStream::from_std(socket)?, TcpStream::from_std(twin)?))
}

#[derive(Debug)]
struct Handlers(Arc<Connection>);

impl PgWireServerHandlers for Handlers {
    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        Arc::clone(&self.0)
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        Arc::clone(&self.0)
    }

    fn startup_handler(&self) -> Arc<impl pgwire::api::auth::StartupHandler> {
        Arc::clone(&self.0)
    }

    fn cancel_handler(&self) -> Arc<impl CancelHandler> {
        Arc::new(DefaultCancelHandler::new(Arc::clone(&self.0.shared.cancels)))
    }
}

#[cfg(test)]
mod tests;
