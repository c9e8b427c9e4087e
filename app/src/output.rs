//! Rows in the form that was asked for: a table on a terminal, clean data in a pipe.

use std::fs::File;
use std::io::{IsTerminal, Write};

use anyhow::{Context, Result};
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use crate::cli::{Format, Output};

/// Rows of a table on a terminal at most: past that nobody reads on.
const TABLE_ROWS_MAX: usize = 10_000;

/// Writes rows as asked.
pub(crate) fn write(output: &Output, schema: &SchemaRef, rows: &[RecordBatch]) -> Result<()> {
    let format = format_of(output);
    match &output.output {
        Some(path) => {
            let file = File::create(path).with_context(|| format!("could not write \"{}\"", path.display()))?;
            write_as(format, schema, rows, std::io::BufWriter::new(file))
        }
        None => match write_as(format, schema, rows, std::io::BufWriter::new(std::io::stdout())) {
            Err(error) if is_closed_pipe(&error) => Ok(()),
            outcome => outcome,
        },
    }
}

/// The form that was asked for, or that suits where rows go: a table on a terminal, CSV elsewhere.
pub(crate) fn format_of(output: &Output) -> Format {
    let on_terminal = output.output.is_none() && std::io::stdout().is_terminal();
    output.format.unwrap_or(if on_terminal { Format::Table } else { Format::Csv })
}

/// `tidemark sql ... | head` closes the pipe early; that is no failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>();
        io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe) || cause.to_string().contains("Broken pipe")
    })
}

fn write_as(format: Format, schema: &SchemaRef, rows: &[RecordBatch], mut to: impl Write + Send) -> Result<()> {
    match format {
        Format::Table => writeln!(to, "{}", table(schema, rows)?)?,
        Format::Csv => {
            let mut writer = arrow::csv::WriterBuilder::new().with_header(true).build(&mut to);
            writer.write(&RecordBatch::new_empty(flat_schema(schema)))?;
            for batch in rows {
                writer.write(&flat(batch)?)?;
            }
        }
        Format::Json => {
            let mut writer = arrow::json::ArrayWriter::new(&mut to);
            rows.iter().try_for_each(|batch| writer.write(batch))?;
            writer.finish()?;
            drop(writer);
            writeln!(to)?;
        }
        Format::Jsonl => {
            let mut writer = arrow::json::LineDelimitedWriter::new(&mut to);
            rows.iter().try_for_each(|batch| writer.write(batch))?;
            writer.finish()?;
        }
        Format::Parquet => {
            let mut writer = tidemark_lake::encode::plain_writer(&mut to, schema)?;
            rows.iter().try_for_each(|batch| writer.write(batch))?;
            writer.close()?;
        }
        Format::Arrow => {
            let mut writer = arrow::ipc::writer::StreamWriter::try_new(&mut to, schema)?;
            rows.iter().try_for_each(|batch| writer.write(batch))?;
            writer.finish()?;
        }
    }
    Ok(to.flush()?)
}

/// The first column's texts.
pub(crate) fn texts(rows: &[RecordBatch]) -> Vec<String> {
    let firsts = rows.iter().filter_map(|batch| Some((columns(batch).ok()?.into_iter().next()?, batch.num_rows())));
    firsts.flat_map(|(column, rows)| (0..rows).map(move |row| column.value(row).to_string())).collect()
}

/// Each row as lines, a column each: for rows that are wider than a screen.
pub(crate) fn expanded(rows: &[RecordBatch]) -> Result<String> {
    let (mut out, mut number) = (String::new(), 0);
    for batch in rows {
        let schema = batch.schema();
        let width = schema.fields().iter().map(|field| field.name().len()).max().unwrap_or_default();
        let columns = columns(batch)?;
        for row in 0..batch.num_rows().min(TABLE_ROWS_MAX - number) {
            number += 1;
            out.push_str(&format!("── row {number} ──\n"));
            for (field, column) in schema.fields().iter().zip(&columns) {
                out.push_str(&format!("{:width$} │ {}\n", field.name(), column.value(row)));
            }
        }
    }
    out.push_str(&count(rows, number));
    Ok(out)
}

/// The rows as an aligned table, numbers to the right.
pub(crate) fn table(schema: &SchemaRef, rows: &[RecordBatch]) -> Result<String> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    // A terminal that does not know its size says 0 columns: then rows are as wide as they are.
    if table.width() != Some(0) {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    table.set_header(schema.fields().iter().map(|field| field.name().as_str()));
    let mut shown = 0;
    for batch in rows {
        let columns = columns(batch)?;
        for row in 0..batch.num_rows().min(TABLE_ROWS_MAX - shown) {
            table.add_row(columns.iter().map(|column| column.value(row).to_string()));
            shown += 1;
        }
    }
    for (place, field) in schema.fields().iter().enumerate() {
        if let (true, Some(column)) = (field.data_type().is_numeric(), table.column_mut(place)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    Ok(format!("{table}\n{}", count(rows, shown)))
}

/// How many rows there are, and how many of them are shown.
fn count(rows: &[RecordBatch], shown: usize) -> String {
    let total: usize = rows.iter().map(RecordBatch::num_rows).sum();
    let noun = if total == 1 { "row" } else { "rows" };
    let rest = if total > shown { format!(", the first {shown} shown") } else { String::new() };
    format!("({total} {noun}{rest})")
}

/// The columns as people read them.
fn columns(batch: &RecordBatch) -> Result<Vec<ArrayFormatter<'_>>> {
    const OPTIONS: FormatOptions<'static> = FormatOptions::new().with_null("");
    Ok(batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &OPTIONS)).collect::<Result<_, _>>()?)
}

/// CSV has no lists: nested columns become JSON text.
fn flat(batch: &RecordBatch) -> Result<RecordBatch> {
    if !batch.schema().fields().iter().any(|field| field.data_type().is_nested()) {
        return Ok(batch.clone());
    }
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        if !field.data_type().is_nested() {
            return Ok(std::sync::Arc::clone(column));
        }
        let one = RecordBatch::try_from_iter([("v", std::sync::Arc::clone(column))])?;
        let mut json = arrow::json::LineDelimitedWriter::new(Vec::new());
        let texts = (0..one.num_rows()).map(|row| -> Result<Option<String>> {
            if column.is_null(row) {
                return Ok(None);
            }
            json.write(&one.slice(row, 1))?;
            let line = String::from_utf8_lossy(json.get_ref()).trim_end().to_owned();
            json.get_mut().clear();
            Ok(Some(line.strip_prefix("{\"v\":").and_then(|l| l.strip_suffix('}')).unwrap_or(&line).to_owned()))
        });
        let texts = texts.collect::<Result<Vec<_>>>()?;
        Ok(std::sync::Arc::new(arrow::array::StringArray::from(texts)) as arrow::array::ArrayRef)
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    Ok(RecordBatch::try_new(flat_schema(&schema), columns)?)
}

fn flat_schema(schema: &SchemaRef) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        if field.data_type().is_nested() {
            std::sync::Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8))
        } else {
            std::sync::Arc::clone(field)
        }
    });
    std::sync::Arc::new(arrow::datatypes::Schema::new(fields.collect::<Vec<_>>()))
}
