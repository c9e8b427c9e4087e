//! A platform for tests: it answers each question by what the question asks for, and remembers them all.

use std::future::Future;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use arrow::array::RecordBatch;
use async_trait::async_trait;
use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;

/// Answers, each with words that its question holds.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    known: Vec<(&'static str, RecordBatch)>,
    asked: Mutex<Vec<String>>,
}

impl Answers {
    /// Answers a question that holds these words; of several answers that fit, the first one.
    pub(crate) fn with(mut self, words: &'static str, answer: RecordBatch) -> Self {
        self.known.push((words, answer));
        self
    }

    /// The questions that hold these words.
    pub(crate) fn asked(&self, words: &str) -> Vec<String> {
        self.asked.lock().unwrap().iter().filter(|sql| sql.contains(words)).cloned().collect()
    }
}

#[async_trait]
impl PinnedQueries for Answers {
    async fn rows(&self, sql: &str) -> Result<Vec<RecordBatch>, ServiceError> {
        self.asked.lock().unwrap().push(sql.to_owned());
        let known = self.known.iter().find(|(words, _)| sql.contains(words));
        Ok(known.map(|(_, rows)| rows.clone()).into_iter().collect())
    }
}

/// The outcome of what never waits.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("answers do not wait"),
    }
}
