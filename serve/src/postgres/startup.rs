//! The start of a connection: version, settings that drivers send along, and the session. Over loopback everyone is
//! the operator of this machine; access control arrives later.

use std::collections::HashMap;
use std::fmt::Debug;

use async_trait::async_trait;
use futures::Sink;
use pgwire::api::auth::{
    ServerParameterProvider, StartupHandler, finish_authentication, protocol_negotiation,
    save_startup_parameters_to_metadata,
};
use pgwire::api::{ClientInfo, METADATA_APPLICATION_NAME, PidSecretKeyGenerator};
use pgwire::error::{ErrorInfo, PgWireError, PgWireResult};
use pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage};
use tidemark_model::port::QuerySession;
use tidemark_model::principal::Principal;

use super::connection::Connection;
use super::tag::Tag;

/// The PostgreSQL that clients shall take us for, and who we are.
const SERVER_VERSION: &str = concat!("16.6 (Tidemark ", env!("CARGO_PKG_VERSION"), ")");

#[async_trait]
impl StartupHandler for Connection {
    async fn on_startup<C>(&self, client: &mut C, message: PgWireFrontendMessage) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let PgWireFrontendMessage::Startup(startup) = message else { return Ok(()) };
        protocol_negotiation(client, &startup).await?;
        save_startup_parameters_to_metadata(client, &startup);
        let (pid, key) = self.shared.keys.generate(&*client);
        client.set_pid_and_secret_key(pid, key.clone());
        let (handle, guard) = self.shared.cancels.register(pid, key);

        let session = self.shared.queries.session(&Principal::local()).await.map_err(|error| {
            let mut info = ErrorInfo::new("FATAL".to_owned(), "08004".to_owned(), error.message);
            info.hint = error.hint;
            PgWireError::UserError(Box::new(info))
        })?;
        for (name, value) in settings(client.metadata()) {
            self.apply(session.as_ref(), &name, &value).await;
        }
        self.open(session, handle, guard);
        finish_authentication(client, &Parameters).await
    }
}

impl Connection {
    /// Sets what a driver asked for at start-up; what is not served is left at its default.
    async fn apply(&self, session: &dyn QuerySession, name: &str, value: &str) {
        let statement = format!("SET {name} = '{}'", value.replace('\'', "''"));
        if session.statements(&statement).is_err() || session.run(&statement, &[]).await.is_err() {
            tracing::debug!(name, value, "a setting of the client's start-up is not served");
            return;
        }
        if let Ok(Some(deadline)) = Tag::of(&statement).deadline(&statement) {
            self.set_deadline(deadline);
        }
    }
}

/// The settings among the start-up parameters, and those in `options` as `-c name=value`.
fn settings(metadata: &HashMap<String, String>) -> Vec<(String, String)> {
    const NO_SETTINGS: [&str; 5] = ["user", "database", "options", "replication", "client_encoding"];
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let direct = metadata.iter().filter(|(name, _)| !NO_SETTINGS.contains(&name.as_str()));
    let mut settings: Vec<_> = direct.map(|(name, value)| (name.clone(), value.clone())).collect();
    if let Some(options) = metadata.get("options") {
        let words = options.split_whitespace().map(|word| word.trim_start_matches("-c").trim_start_matches("--"));
        let pairs = words.filter_map(|word| word.split_once('='));
        settings.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    settings.retain(|(name, _)| is_name(name));
    settings.sort();
    settings
}

/// What a client is told of the server.
#[derive(Debug)]
struct Parameters;

impl ServerParameterProvider for Parameters {
    fn server_parameters<C: ClientInfo>(&self, client: &C) -> Option<HashMap<String, String>> {
        let fixed = [
            ("server_version", SERVER_VERSION),
            ("server_encoding", "UTF8"),
            ("client_encoding", "UTF8"),
            ("DateStyle", "ISO, MDY"),
            ("IntervalStyle", "postgres"),
            ("TimeZone", "UTC"),
            ("integer_datetimes", "on"),
            ("standard_conforming_strings", "on"),
            ("default_transaction_read_only", "on"),
            ("in_hot_standby", "off"),
            ("is_superuser", "off"),
            ("session_authorization", "local"),
        ];
        let mut parameters: HashMap<_, _> =
            fixed.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
        if let Some(name) = client.metadata().get(METADATA_APPLICATION_NAME) {
            parameters.insert(METADATA_APPLICATION_NAME.to_owned(), name.clone());
        }
        Some(parameters)
    }
}
