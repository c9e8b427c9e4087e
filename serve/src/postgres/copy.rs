//! `COPY ... TO STDOUT`: the rows of an answer as text or CSV. Source: PostgreSQL 16, "COPY", File Formats.

use bytes::{Buf, Bytes, BytesMut};
use futures::{Sink, SinkExt, StreamExt};
use pgwire::api::portal::Format;
use pgwire::api::results::FieldInfo;
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::PgWireBackendMessage;
use pgwire::messages::copy::{CopyData, CopyDone, CopyOutResponse};
use pgwire::messages::response::CommandComplete;
use tidemark_model::port::Answer;

use super::encode;
use super::tag::words;

/// How the rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Style {
    is_csv: bool,
    has_header: bool,
}

/// Sends an answer's rows as the data of a copy.
pub(super) async fn send<C>(client: &mut C, answer: Answer, statement: &str) -> PgWireResult<()>
where
    C: Sink<PgWireBackendMessage> + Unpin,
    PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
{
    let style = Style::of(statement);
    let fields = encode::fields(&answer.schema, &Format::UnifiedText)?;
    let num_columns = i16::try_from(fields.len()).unwrap_or(i16::MAX);
    let start = CopyOutResponse::new(0, num_columns, vec![0; fields.len()]);
    client.feed(PgWireBackendMessage::CopyOutResponse(start)).await?;
    if style.has_header {
        let names = fields.iter().map(|field: &FieldInfo| Some(field.name().as_bytes().to_vec()));
        client.feed(line(&names.collect::<Vec<_>>(), style)).await?;
    }
    let mut num_rows = 0_usize;
    let mut response = encode::response(answer, fields);
    while let Some(row) = response.data_rows().next().await {
        client.feed(line(&cells(row?.data), style)).await?;
        num_rows += 1;
    }
    client.feed(PgWireBackendMessage::CopyDone(CopyDone::new())).await?;
    let done = CommandComplete::new(format!("COPY {num_rows}"));
    client.feed(PgWireBackendMessage::CommandComplete(done)).await?;
    Ok(())
}

impl Style {
    /// The style that the words behind `STDOUT` ask for; the gate has passed no others.
    fn of(statement: &str) -> Self {
        let options: Vec<String> = words(statement).collect();
        let after = options.iter().rposition(|word| word == "STDOUT").map_or(0, |at| at + 1);
        let options = options.get(after..).unwrap_or_default();
        let has = |wanted: &str| options.iter().any(|word| word == wanted);
        let is_off =
            options.windows(2).any(|pair| pair[0] == "HEADER" && ["FALSE", "OFF", "0"].contains(&pair[1].as_str()));
        Self { is_csv: has("CSV"), has_header: has("HEADER") && !is_off }
    }
}

/// The cells of a row: each its length, -1 for NULL, and its bytes.
fn cells(mut row: BytesMut) -> Vec<Option<Vec<u8>>> {
    let mut cells = Vec::new();
    while row.remaining() >= 4 {
        let length = usize::try_from(row.get_i32()).ok();
        cells.push(length.map(|length| row.split_to(length.min(row.len())).to_vec()));
    }
    cells
}

fn line(cells: &[Option<Vec<u8>>], style: Style) -> PgWireBackendMessage {
    let mut line = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            line.push(if style.is_csv { b',' } else { b'\t' });
        }
        match cell {
            None if style.is_csv => {}
            None => line.extend_from_slice(b"\\N"),
            Some(cell) if style.is_csv => quoted(cell, cells.len() == 1, &mut line),
            Some(cell) => escaped(cell, &mut line),
        }
    }
    line.push(b'\n');
    PgWireBackendMessage::CopyData(CopyData::new(Bytes::from(line)))
}

fn escaped(cell: &[u8], line: &mut Vec<u8>) {
    for byte in cell {
        match byte {
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            b'\t' => line.extend_from_slice(b"\\t"),
            8 => line.extend_from_slice(b"\\b"),
            11 => line.extend_from_slice(b"\\v"),
            12 => line.extend_from_slice(b"\\f"),
            other => line.push(*other),
        }
    }
}

/// An empty text is quoted, since nothing is NULL; `\.` alone would end the data.
fn quoted(cell: &[u8], is_alone: bool, line: &mut Vec<u8>) {
    let needs_quotes = cell.is_empty()
        || cell.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
        || (is_alone && cell == b"\\.");
    if !needs_quotes {
        line.extend_from_slice(cell);
        return;
    }
    line.push(b'"');
    for byte in cell {
        if *byte == b'"' {
            line.push(b'"');
        }
        line.push(*byte);
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    fn written(cells: &[Option<&str>], is_csv: bool) -> String {
        let cells: Vec<_> = cells.iter().map(|cell| cell.map(|cell| cell.as_bytes().to_vec())).collect();
        let PgWireBackendMessage::CopyData(data) = line(&cells, Style { is_csv, has_header: false }) else { panic!() };
        String::from_utf8(data.data.to_vec()).unwrap()
    }

    #[test]
    fn lines_are_postgresqls() {
        let cells = [Some("a\tb\\"), None, Some(""), Some("x,\"y\"")];
        assert_eq!(written(&cells, false), "a\\tb\\\\\t\\N\t\tx,\"y\"\n");
        assert_eq!(written(&cells, true), "a\tb\\,,\"\",\"x,\"\"y\"\"\"\n");
    }

    #[test]
    fn options_stand_behind_the_target() {
        let style = |text: &str| Style::of(text);
        assert_eq!(style("COPY (SELECT 'csv' AS header) TO STDOUT"), Style { is_csv: false, has_header: false });
        assert_eq!(style("copy (select 1) to stdout csv header"), Style { is_csv: true, has_header: true });
        assert_eq!(
            style("COPY t TO STDOUT WITH (FORMAT csv, HEADER false)"),
            Style { is_csv: true, has_header: false }
        );
    }
}
