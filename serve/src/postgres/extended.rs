//! Extended queries: prepared statements, parameters, binary results, and rows in portions.

use std::fmt::Debug;
use std::sync::Arc;

use arrow::datatypes::DataType;
use async_trait::async_trait;
use futures::{Sink, SinkExt};
use pgwire::api::portal::{Format, Portal, PortalExecutionState};
use pgwire::api::query::{ExtendedQueryHandler, send_describe_response};
use pgwire::api::results::{DescribePortalResponse, DescribeStatementResponse, FieldInfo, Response};
use pgwire::api::stmt::{QueryParser, StoredStatement};
use pgwire::api::store::{Entry, PortalStore};
use pgwire::api::{ClientInfo, ClientPortalStore, DEFAULT_NAME, PgWireConnectionState, Type};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::PgWireBackendMessage;
use pgwire::messages::extendedquery::{Describe, Execute, TARGET_TYPE_BYTE_PORTAL};
use pgwire::messages::response::EmptyQueryResponse;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::{Description, Parameter, QuerySession};
use tokio::sync::OnceCell;

use super::connection::Connection;
use super::error::failure;
use super::query::{check_transaction, send_done, send_rows};
use super::tag::Tag;
use super::{copy, encode, parameters};

/// A prepared statement; it is described once, however often the client asks.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    text: String,
    tag: Tag,
    description: Arc<OnceCell<Description>>,
}

/// Cuts and checks texts with the connection's session.
#[derive(Debug)]
pub(super) struct StatementParser(Arc<dyn QuerySession>);

/// Stands in before a session exists; no text passes it.
#[derive(Debug)]
struct NoSession;

#[async_trait]
impl QuerySession for NoSession {
    fn statements(&self, _sql: &str) -> Result<Vec<String>, ServiceError> {
        Err(ServiceError::new(ErrorCode::Internal, "the connection has no session yet"))
    }

    async fn describe(&self, statement: &str, _types: &[Option<DataType>]) -> Result<Description, ServiceError> {
        Err(ServiceError::new(ErrorCode::Internal, format!("no session describes \"{statement}\"")))
    }

    async fn run(
        &self,
        statement: &str,
        _parameters: &[Parameter],
    ) -> Result<tidemark_model::port::Answer, ServiceError> {
        Err(ServiceError::new(ErrorCode::Internal, format!("no session runs \"{statement}\"")))
    }
}

#[async_trait]
impl QueryParser for StatementParser {
    type Statement = Prepared;

    async fn parse_sql<C>(&self, _client: &C, sql: &str, _types: &[Option<Type>]) -> PgWireResult<Option<Prepared>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        let mut statements = self.0.statements(sql).map_err(failure)?;
        let Some(text) = statements.pop() else { return Ok(None) };
        if !statements.is_empty() {
            let message = "cannot insert multiple commands into a prepared statement";
            return Err(failure(ServiceError::new(ErrorCode::InvalidSql, message)));
        }
        Ok(Some(Prepared { tag: Tag::of(&text), text, description: Arc::default() }))
    }

    // Both need the session and are answered by `do_describe_statement` and `do_describe_portal`.
    fn get_parameter_types(&self, _statement: &Prepared) -> PgWireResult<Vec<Type>> {
        Ok(Vec::new())
    }

    fn get_result_schema(&self, _statement: &Prepared, _format: Option<&Format>) -> PgWireResult<Vec<FieldInfo>> {
        Ok(Vec::new())
    }
}

impl Connection {
    async fn describe<'a>(&self, stored: &'a StoredStatement<Prepared>) -> PgWireResult<Option<&'a Description>> {
        let statement = &stored.statement;
        if !statement.tag.answers_rows() {
            return Ok(None);
        }
        let types = parameters::types(&stored.parameter_types);
        let described = statement.description.get_or_try_init(|| self.describe_text(&statement.text, &types)).await;
        described.map(Some).map_err(failure)
    }

    /// The types of the parameters on the wire: as the client said, else as the statement needs them.
    async fn types(&self, stored: &StoredStatement<Prepared>) -> PgWireResult<Vec<Type>> {
        let given = &stored.parameter_types;
        if given.iter().all(Option::is_some) && !given.is_empty() {
            return Ok(given.iter().flatten().cloned().collect());
        }
        let described = self.describe(stored).await?;
        let needed = described.map(|description| description.parameters.as_slice()).unwrap_or_default();
        let kind = |index: usize| {
            let given = given.get(index).cloned().flatten();
            given.or_else(|| needed.get(index).map(encode::kind)).unwrap_or(Type::TEXT)
        };
        Ok((0..needed.len().max(given.len())).map(kind).collect())
    }

    async fn execute<C>(&self, client: &mut C, portal: &Portal<Prepared>, max_rows: usize) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let Prepared { text, tag, .. } = &portal.statement.statement;
        let state = portal.state();
        let mut state = state.lock().await;
        if matches!(*state, PortalExecutionState::Initial) {
            check_transaction(client, *tag)?;
            let answer = self
                .run(text, &parameters::values(portal, &self.types(&portal.statement).await?)?)
                .await
                .map_err(failure)?;
            if *tag == Tag::Copy {
                *state = PortalExecutionState::Finished;
                return copy::send(client, answer, text).await;
            }
            if !tag.answers_rows() {
                *state = PortalExecutionState::Finished;
                send_done(client, *tag, text).await?;
                return self.report(client, text).await;
            }
            let fields = encode::fields(&answer.schema, &portal.result_column_format)?;
            *state = PortalExecutionState::Suspended(encode::response(answer, fields));
        }
        let suspended = match &mut *state {
            PortalExecutionState::Suspended(response) => send_rows(client, response, max_rows, *tag).await,
            _ => send_rows(client, &mut no_rows(), 0, *tag).await,
        };
        if !matches!(suspended, Ok(true)) {
            *state = PortalExecutionState::Finished;
        }
        suspended.map(|_| ())
    }
}

fn no_rows() -> pgwire::api::results::QueryResponse {
    pgwire::api::results::QueryResponse::new(Arc::new(Vec::new()), futures::stream::empty())
}

#[async_trait]
impl ExtendedQueryHandler for Connection {
    type Statement = Prepared;
    type QueryParser = StatementParser;

    fn query_parser(&self) -> Arc<StatementParser> {
        let session = self.session().map_or_else(|_| Arc::new(NoSession) as Arc<dyn QuerySession>, Arc::clone);
        Arc::new(StatementParser(session))
    }

    // The library's own way gathers all rows of a portal before it sends the first.
    async fn on_execute<C>(&self, client: &mut C, message: Execute) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        if !matches!(client.state(), PgWireConnectionState::ReadyForQuery) {
            return Err(PgWireError::NotReadyForQuery);
        }
        client.set_state(PgWireConnectionState::QueryInProgress);
        let busy = self.busy();
        let name = message.name.as_deref().unwrap_or(DEFAULT_NAME);
        match client.portal_store().get_portal(name) {
            Some(Entry::Value(portal)) => {
                let max_rows = usize::try_from(message.max_rows).unwrap_or(0);
                self.execute(client, &portal, max_rows).await?;
            }
            Some(Entry::Empty) => {
                client.feed(PgWireBackendMessage::EmptyQueryResponse(EmptyQueryResponse::new())).await?;
            }
            None => return Err(PgWireError::PortalNotFound(name.to_owned())),
        }
        drop(busy);
        client.set_state(PgWireConnectionState::ReadyForQuery);
        Ok(())
    }

    // A cursor is described as a portal is, by its name.
    async fn on_describe<C>(&self, client: &mut C, message: Describe) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let name = message.name.as_deref().unwrap_or(DEFAULT_NAME);
        let is_portal =
            message.target_type != TARGET_TYPE_BYTE_PORTAL || client.portal_store().get_portal(name).is_some();
        if is_portal {
            return self._on_describe(client, message).await;
        }
        let fetch = format!("FETCH 0 FROM \"{}\"", name.replace('"', "\"\""));
        let description = self.describe_text(&fetch, &[]).await.map_err(failure)?;
        let fields = encode::fields(&description.columns, &Format::UnifiedText)?;
        send_describe_response(client, &DescribePortalResponse::new(fields)).await
    }

    async fn do_describe_statement<C>(
        &self,
        _client: &mut C,
        target: &StoredStatement<Prepared>,
    ) -> PgWireResult<DescribeStatementResponse>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let Some(description) = self.describe(target).await? else {
            return Ok(DescribeStatementResponse::new(Vec::new(), Vec::new()));
        };
        let fields = encode::fields(&description.columns, &Format::UnifiedText)?;
        Ok(DescribeStatementResponse::new(self.types(target).await?, fields))
    }

    async fn do_describe_portal<C>(
        &self,
        _client: &mut C,
        target: &Portal<Prepared>,
    ) -> PgWireResult<DescribePortalResponse>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let fields = match self.describe(&target.statement).await? {
            Some(description) => encode::fields(&description.columns, &target.result_column_format)?,
            None => Vec::new(),
        };
        Ok(DescribePortalResponse::new(fields))
    }

    // `on_execute` answers everything itself.
    async fn do_query<C>(&self, _client: &mut C, _portal: &Portal<Prepared>, _max_rows: usize) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        Err(PgWireError::NotReadyForQuery)
    }
}
