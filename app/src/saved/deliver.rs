//! Where files go: every run's into `runs/`, for the history; then into the folders of its definition; and webhooks are
//! told, signed, until they take it or have been told often enough.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use tidemark_lake::{LakeError, Store};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_reports::saved::definition::{Definition, Destination, DestinationKind};
use tidemark_reports::saved::retry::{Answer, Verdict, Why, verdict};
use tidemark_reports::saved::run::{RunId, State};
use tidemark_reports::saved::webhook::{Secret, message_id};

use super::history::Step;
use super::make::Made;

/// Where every run's files are, below the store's folder.
const RUNS: &str = "runs";
/// What receivers are told, beside the files.
const MESSAGE: &str = "message.json";
/// How long a receiver may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Brings files to where they belong.
#[derive(Debug)]
pub(super) struct Delivery {
    store: Store,
    secrets: Option<PathBuf>,
    client: reqwest::Client,
}

impl Delivery {
    /// Over a store for files and a folder with secrets.
    pub(super) fn new(store: Store, secrets: Option<PathBuf>) -> Self {
        // What is signed goes where the definition says, or nowhere.
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(ANSWER_WITHIN);
        Self { store, secrets, client: client.build().unwrap_or_default() }
    }

    /// Puts a run's files into the store and its folders; answers which destinations have it now.
    ///
    /// # Errors
    /// Where the store does not take them. Doing it again puts the same files.
    pub(super) async fn put(
        &self,
        definition: &Definition,
        run: &RunId,
        made: &Made,
    ) -> Result<Vec<usize>, ServiceError> {
        self.put_into(RUNS, run, made).await?;
        self.put_file(&format!("{RUNS}/{run}/{MESSAGE}"), made.message.clone()).await?;
        let mut delivered = Vec::new();
        for (place, destination) in definition.destinations.iter().enumerate() {
            if destination.kind == DestinationKind::Folder {
                self.put_into(destination.folder.as_deref().unwrap_or_default(), run, made).await?;
                delivered.push(place);
            }
        }
        Ok(delivered)
    }

    async fn put_into(&self, folder: &str, run: &RunId, made: &Made) -> Result<(), ServiceError> {
        for file in &made.files {
            self.put_file(&format!("{folder}/{run}/{}", file.name), file.bytes.clone()).await?;
        }
        Ok(())
    }

    async fn put_file(&self, path: &str, bytes: Vec<u8>) -> Result<(), ServiceError> {
        self.store.put_file(path, bytes).await.map_err(|error| unavailable(&error))
    }

    /// A file of a run.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub(super) async fn file(&self, run_id: &str, file: &str) -> Result<Option<Bytes>, ServiceError> {
        self.store.get_file(&format!("{RUNS}/{run_id}/{file}")).await.map_err(|error| unavailable(&error))
    }

    /// Tells the receivers that have not taken a run; answers how it stands then.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub(super) async fn tell(
        &self,
        definition: &Definition,
        step: Step,
        now: DateTime<Utc>,
    ) -> Result<Step, ServiceError> {
        let Some(body) = self.file(&step.run_id, MESSAGE).await? else {
            let reason = Some("what receivers are to be told is not in the store any more".to_owned());
            return Ok(Step { state: State::Undelivered, next_at: None, reason, ..step });
        };
        let mut told = Step { num_tries: step.num_tries + 1, next_at: None, reason: None, ..step };
        for (place, destination) in definition.destinations.iter().enumerate() {
            if told.delivered.contains(&place) || destination.kind != DestinationKind::Webhook {
                continue;
            }
            let (answer, said) = self.post(destination, (&told.run_id, place), &body, now).await;
            match verdict(answer, told.num_tries, now) {
                Verdict::Delivered => told.delivered.push(place),
                Verdict::Again(at) => {
                    told.next_at = Some(told.next_at.map_or(at, |other| other.min(at)));
                    told.reason = Some(said);
                }
                Verdict::GiveUp(Why::Gone) => told.reason = Some(format!("{said}; it is not told again")),
                Verdict::GiveUp(Why::Tries) => told.reason = Some(format!("{said}; it was told often enough")),
            }
        }
        told.state = match (told.next_at, told.delivered.len() >= definition.destinations.len()) {
            (_, true) => State::Delivered,
            (Some(_), false) => State::Made,
            (None, false) => State::Undelivered,
        };
        Ok(told)
    }

    /// One try; what came of it, and what people are told of it.
    async fn post(
        &self,
        destination: &Destination,
        (run_id, place): (&str, usize),
        body: &Bytes,
        now: DateTime<Utc>,
    ) -> (Answer, String) {
        let url = destination.url.as_deref().unwrap_or_default();
        let headers = self.secret(destination).and_then(|secret| {
            secret.sign(&message_id(run_id, place), now.timestamp(), body).map_err(|error| error.to_string())
        });
        let headers = match headers {
            Ok(headers) => headers,
            Err(why) => return (Answer::Nothing, why),
        };
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", headers.id)
            .header("webhook-timestamp", headers.timestamp)
            .header("webhook-signature", headers.signature)
            .body(body.clone());
        match request.send().await {
            Ok(response) => {
                let retry_after =
                    response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
                let status = response.status();
                (Answer::Status(status.as_u16(), retry_after), format!("the receiver answered {status}"))
            }
            Err(error) => (Answer::Nothing, format!("the receiver did not answer: {}", error.without_url())),
        }
    }

    fn secret(&self, destination: &Destination) -> Result<Secret, String> {
        let text = match (&destination.secret_env, &destination.secret_file, &self.secrets) {
            (Some(variable), ..) => {
                std::env::var(variable).map_err(|_| format!("the environment has no {variable} with the secret"))?
            }
            (None, Some(file), Some(folder)) => std::fs::read_to_string(folder.join(file))
                .map_err(|error| format!("the secret in \"{file}\" could not be read: {error}"))?,
            _ => return Err("there is no folder of secrets: name one in [reports] secrets".to_owned()),
        };
        Secret::read(&text).map_err(|error| error.to_string())
    }
}

fn unavailable(error: &LakeError) -> ServiceError {
    ServiceError::new(ErrorCode::Unavailable, format!("files of reports: {}", error.chain()))
}
