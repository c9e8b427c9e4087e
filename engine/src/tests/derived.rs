//! Relations that others work out see what their statement pinned, and are told which months it wants.

#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use arrow::array::{AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use async_trait::async_trait;
use tidemark_lake::Append;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::{DerivedRelation, MonthFilter, PinnedQueries};

use super::support::{ask, batches, config, filled, library, segment, session};
use crate::{Engine, OwnRelations};

/// Two months, each with the number of events that the statement sees.
#[derive(Debug, Default)]
struct Counted {
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl DerivedRelation for Counted {
    fn name(&self) -> &'static str {
        "counted"
    }

    fn meaning(&self) -> &'static str {
        "A month and how many events there are."
    }

    fn schema(&self) -> SchemaRef {
        let count = Field::new("num_events", DataType::Int64, false);
        Arc::new(Schema::new(vec![Field::new("month", DataType::Utf8, false), count]))
    }

    async fn rows(
        &self,
        queries: &dyn PinnedQueries,
        is_wanted: &MonthFilter<'_>,
    ) -> Result<RecordBatch, ServiceError> {
        let found = queries.rows("SELECT count(*) FROM invoice_events").await?;
        let count = found[0].column(0).as_primitive::<Int64Type>().value(0);
        let months: Vec<&str> = ["2026-03", "2026-04"].into_iter().filter(|month| is_wanted(month)).collect();
        self.asked.lock().unwrap().push(months.join(" "));
        if months.is_empty() {
            return Err(ServiceError::new(ErrorCode::InvalidValue, "no month is wanted"));
        }
        let counts = Int64Array::from(vec![count; months.len()]);
        Ok(RecordBatch::try_new(self.schema(), vec![Arc::new(StringArray::from(months)), Arc::new(counts)]).unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_derived_relation_works_out_the_months_that_a_statement_wants() {
    let lake = filled().await;
    let counted = Arc::new(Counted::default());
    let own = OwnRelations { derived: vec![Arc::clone(&counted) as _], ..OwnRelations::default() };
    let engine = Engine::new(vec![Arc::clone(&lake.table)], own, library(), config()).await.unwrap();
    let session = session(&engine).await;
    assert_eq!(ask(&session, "SELECT * FROM counted WHERE month = '2026-04'").await, "2026-04 3");
    lake.writer.append(Append { segments: vec![segment(3, &["SIN"])], stream: None }).await.unwrap();
    assert_eq!(ask(&session, "SELECT num_events FROM counted c WHERE c.month > '2026-03' AND 1 = 1").await, "4");
    assert_eq!(
        ask(&session, "SELECT * FROM counted WHERE num_events = 4 ORDER BY month").await,
        "2026-03 4; 2026-04 4"
    );
    assert_eq!(*counted.asked.lock().unwrap(), ["2026-04", "2026-04", "2026-03 2026-04"]);
    let none = batches(&session, "SELECT * FROM counted WHERE month = '2027-01'").await.unwrap_err();
    assert_eq!((none.code, none.message.as_str()), (ErrorCode::InvalidValue, "no month is wanted"));
    assert_eq!(
        ask(&session, "SELECT count(*) FROM information_schema.columns WHERE table_name = 'counted'").await,
        "2"
    );
}
