//! `tidemark dlq`: records that were refused.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use arrow::array::{AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use tidemark_lake::Store;
use tidemark_model::port::{DeadLetterReplay, Replayed};
use tidemark_model::stream::Stream;

use super::Asker;
use super::sql::{explain, open_engine};
use crate::cli::{Dlq, Place};
use crate::output;
use crate::progress::waiting;
use crate::replays::{Replays, condition};

/// Lists, shows or replays dead letters.
pub(crate) async fn run(command: Dlq) -> Result<()> {
    let (source, output, query) = match command {
        Dlq::List { source, output } => (
            source,
            output,
            "SELECT stream, stage, reason, count(*) AS records, max(_ingested_at) AS newest \
             FROM dead_letters GROUP BY stream, stage, reason ORDER BY stream, records DESC, reason"
                .to_owned(),
        ),
        Dlq::Show { reason, stream, limit, source, output } => {
            let query = format!(
                "SELECT stream, topic, partition, \"offset\", reason, detail, payload FROM dead_letters{} \
                 ORDER BY _ingested_at DESC LIMIT {limit}",
                condition(stream, reason.as_deref())
            );
            let (_, rows) = Asker::open(&source).await?.ask(&query).await?;
            let rows = rows.iter().map(readable).collect::<Result<Vec<_>>>()?;
            return output::write(&output, &shown_schema(), &rows);
        }
        Dlq::Replay { reason, stream, place } => return replay(reason.as_deref(), stream, place).await,
    };
    let (schema, rows) = Asker::open(&source).await?.ask(&query).await?;
    output::write(&output, &schema, &rows)
}

/// Bytes of a payload that are shown; the relation `dead_letters` has it whole.
const SHOWN_BYTES: usize = 200;

fn shown_schema() -> SchemaRef {
    let text = |name| Field::new(name, DataType::Utf8, true);
    let number = |name, data_type| Field::new(name, data_type, true);
    Arc::new(Schema::new(vec![
        text("stream"),
        text("topic"),
        number("partition", DataType::Int32),
        number("offset", DataType::Int64),
        text("reason"),
        text("detail"),
        text("payload"),
    ]))
}

/// Payloads are whatever was sent, so they are shown as text as far as they are text.
fn readable(rows: &RecordBatch) -> Result<RecordBatch> {
    let last = rows.num_columns() - 1;
    let shown = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN_BYTES)]).into_owned();
    let payloads = rows.column(last).as_binary::<i32>();
    let payloads: StringArray = payloads.iter().map(|payload| payload.map(shown)).collect();
    let mut columns = rows.columns().to_vec();
    columns[last] = Arc::new(payloads);
    Ok(RecordBatch::try_new(shown_schema(), columns)?)
}

async fn replay(reason: Option<&str>, stream: Option<Stream>, place: Place) -> Result<()> {
    let replays = Replays::new(Arc::new(open_engine(&place.dir).await?), Store::open(&place.dir, &HashMap::new())?);
    let replayed = waiting("dead letters are tried again", replays.replay(stream, reason)).await;
    for replayed in replayed.map_err(explain)? {
        let Replayed { stream, num_tried, num_refused, num_added, num_known } = replayed;
        println!(
            "{stream}: {num_tried} dead letters tried, {num_refused} still refused, {num_added} rows added, \
             {num_known} there already"
        );
    }
    Ok(())
}
