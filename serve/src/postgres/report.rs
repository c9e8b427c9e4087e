//! Reports of settings: a client is told when one changes that it reads results by, as PostgreSQL tells it.

use arrow::array::{Array, AsArray};
use futures::{Sink, SinkExt, TryStreamExt};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::PgWireBackendMessage;
use pgwire::messages::startup::ParameterStatus;

use super::connection::Connection;
use super::error::failure;
use super::tag::words;

/// The settings that are reported and change, under the names they are reported by. Source: PostgreSQL 16, 55.2.7.
const REPORTED: [&str; 5] =
    ["application_name", "DateStyle", "IntervalStyle", "TimeZone", "default_transaction_read_only"];

impl Connection {
    /// Tells of the setting that a statement has changed, if it is one that is reported.
    pub(super) async fn report<C>(&self, client: &mut C, statement: &str) -> PgWireResult<()>
    where
        C: Sink<PgWireBackendMessage> + Unpin,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let Some(name) = changed(statement) else { return Ok(()) };
        let answer = self.session().map_err(failure)?.run(&format!("SHOW {name}"), &[]).await.map_err(failure)?;
        let rows: Vec<_> = answer.rows.try_collect().await.map_err(failure)?;
        let value = rows.first().and_then(|batch| batch.columns().first()?.as_string_opt::<i32>());
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let status = ParameterStatus::new(name.to_owned(), value.value(0).to_owned());
            client.feed(PgWireBackendMessage::ParameterStatus(status)).await?;
        }
        Ok(())
    }
}

/// The reported setting that a `SET` or `RESET` names.
fn changed(statement: &str) -> Option<&'static str> {
    let mut words = words(statement);
    if !["SET", "RESET"].contains(&words.next()?.as_str()) {
        return None;
    }
    let mut words = words.skip_while(|word| word == "SESSION" || word == "LOCAL");
    let name = match words.next()?.as_str() {
        "TIME" => "TIMEZONE".to_owned(),
        other => other.to_owned(),
    };
    REPORTED.into_iter().find(|reported| reported.eq_ignore_ascii_case(&name))
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn a_change_is_told_from_the_words() {
        assert_eq!(changed("SET TIME ZONE 'Asia/Hong_Kong'"), Some("TimeZone"));
        assert_eq!(changed("set session application_name to 'x'"), Some("application_name"));
        assert_eq!(changed("SET statement_timeout = 5"), None);
        assert_eq!(changed("SELECT 'SET TimeZone'"), None);
    }
}
