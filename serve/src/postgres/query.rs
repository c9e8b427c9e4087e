//! Simple queries: a text of one or more statements, each run and answered before the next, as PostgreSQL does.

use std::fmt::Debug;

use async_trait::async_trait;
use futures::{Sink, SinkExt, StreamExt};
use pgwire::api::portal::Format;
use pgwire::api::query::{SimpleQueryHandler, send_ready_for_query};
use pgwire::api::results::{QueryResponse, Response};
use pgwire::api::store::PortalStore;
use pgwire::api::{ClientInfo, ClientPortalStore, PgWireConnectionState};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::PgWireBackendMessage;
use pgwire::messages::extendedquery::PortalSuspended;
use pgwire::messages::response::{CommandComplete, EmptyQueryResponse, TransactionStatus};
use pgwire::messages::simplequery::Query;

use super::connection::Connection;
use super::error::{aborted, failure};
use super::tag::Tag;
use super::{copy, encode};

#[async_trait]
impl SimpleQueryHandler for Connection {
    async fn on_query<C>(&self, client: &mut C, query: Query) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        if !matches!(client.state(), PgWireConnectionState::ReadyForQuery) {
            return Err(PgWireError::NotReadyForQuery);
        }
        client.set_state(PgWireConnectionState::QueryInProgress);
        let busy = self.busy();
        let statements = self.session().and_then(|session| session.statements(&query.query)).map_err(failure)?;
        if statements.is_empty() {
            client.feed(PgWireBackendMessage::EmptyQueryResponse(EmptyQueryResponse::new())).await?;
        }
        for statement in statements {
            self.run_simple(client, &statement).await?;
        }
        drop(busy);
        client.set_state(PgWireConnectionState::ReadyForQuery);
        let status = client.transaction_status();
        send_ready_for_query(client, status).await
    }

    // `on_query` answers everything itself, so that rows are streamed statement by statement.
    async fn do_query<C>(&self, _client: &mut C, _query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        Err(PgWireError::NotReadyForQuery)
    }
}

impl Connection {
    async fn run_simple<C>(&self, client: &mut C, statement: &str) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let tag = Tag::of(statement);
        check_transaction(client, tag)?;
        let answer = self.run(statement, &[]).await.map_err(failure)?;
        if tag == Tag::Copy {
            return copy::send(client, answer, statement).await;
        }
        if !tag.answers_rows() {
            send_done(client, tag, statement).await?;
            return self.report(client, statement).await;
        }
        let fields = encode::fields(&answer.schema, &Format::UnifiedText)?;
        client.feed(PgWireBackendMessage::RowDescription(encode::row_description(&fields))).await?;
        send_rows(client, &mut encode::response(answer, fields), 0, tag).await?;
        Ok(())
    }
}

/// Refuses everything but the end of a transaction that has failed.
pub(super) fn check_transaction<C: ClientInfo>(client: &C, tag: Tag) -> PgWireResult<()> {
    if client.transaction_status() == TransactionStatus::Error && !tag.ends_transaction() {
        return Err(aborted());
    }
    Ok(())
}

/// Sends up to `max_rows` rows, or all for 0, and says whether more may follow.
pub(super) async fn send_rows<C>(
    client: &mut C,
    response: &mut QueryResponse,
    max_rows: usize,
    tag: Tag,
) -> PgWireResult<bool>
where
    C: Sink<PgWireBackendMessage> + Unpin,
    PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
{
    let mut num_rows = 0_usize;
    while max_rows == 0 || num_rows < max_rows {
        let Some(row) = response.data_rows().next().await else {
            let name = match tag {
                Tag::Counted(name) => format!("{name} {num_rows}"),
                other => other.name().to_owned(),
            };
            client.feed(PgWireBackendMessage::CommandComplete(CommandComplete::new(name))).await?;
            return Ok(false);
        };
        client.feed(PgWireBackendMessage::DataRow(row?)).await?;
        num_rows += 1;
    }
    client.feed(PgWireBackendMessage::PortalSuspended(PortalSuspended::new())).await?;
    Ok(true)
}

/// Ends a statement without rows, and keeps the books of transactions and prepared statements.
pub(super) async fn send_done<C>(client: &mut C, tag: Tag, statement: &str) -> PgWireResult<()>
where
    C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin,
    C::PortalStore: PortalStore,
    PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
{
    let before = client.transaction_status();
    let (name, after) = match tag {
        Tag::Begin(name) => (name, before.to_in_transaction_state()),
        Tag::Commit if before == TransactionStatus::Error => ("ROLLBACK", TransactionStatus::Idle),
        Tag::Commit | Tag::Rollback => (tag.name(), TransactionStatus::Idle),
        _ => (tag.name(), before),
    };
    match name {
        "DEALLOCATE" => {
            let prepared = statement.split_whitespace().last().unwrap_or_default().trim_matches('"');
            client.portal_store().rm_statement(prepared);
        }
        "DISCARD ALL" => client.portal_store().clear_portals(),
        _ => {}
    }
    client.set_transaction_status(after);
    client.feed(PgWireBackendMessage::CommandComplete(CommandComplete::new(name.to_owned()))).await?;
    Ok(())
}
