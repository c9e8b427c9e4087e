//! `tidemark shell`: SQL line by line.

use anyhow::Result;
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use super::Asker;
use crate::cli::{Format, Output, Shell};
use crate::output;

const HELP: &str = "End a statement with ; \\d lists the relations, \\d NAME describes one, \\q leaves.";

/// Reads statements until the end of input.
pub(crate) async fn run(arguments: Shell) -> Result<()> {
    let asker = Asker::open(&arguments.source).await?;
    let mut editor = DefaultEditor::new()?;
    eprintln!("{HELP}");
    let mut statement = String::new();
    loop {
        let prompt = if statement.is_empty() { "tidemark> " } else { "       -> " };
        let read = tokio::task::block_in_place(|| editor.readline(prompt));
        match read {
            Ok(line) => {
                let _ = editor.add_history_entry(&line);
                if statement.is_empty() && line.starts_with('\\') {
                    match meta(line.trim()) {
                        Meta::Leave => return Ok(()),
                        Meta::Ask(query) => answer(&asker, &query).await,
                        Meta::Unknown => eprintln!("{HELP}"),
                    }
                    continue;
                }
                statement.push_str(&line);
                statement.push('\n');
                if line.trim_end().ends_with(';') {
                    answer(&asker, &statement).await;
                    statement.clear();
                }
            }
            Err(ReadlineError::Interrupted) => statement.clear(),
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// What a line that starts with a backslash asks for.
enum Meta {
    Leave,
    Ask(String),
    Unknown,
}

fn meta(line: &str) -> Meta {
    match line.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["\\q"] => Meta::Leave,
        ["\\d" | "\\dt"] => Meta::Ask(
            "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
                .into(),
        ),
        ["\\d", name] => Meta::Ask(super::table::columns_of(name)),
        _ => Meta::Unknown,
    }
}

async fn answer(asker: &Asker, statement: &str) {
    let output = Output { format: Some(Format::Table), output: None };
    let written = async {
        let (schema, rows) = asker.ask(statement).await?;
        output::write(&output, &schema, &rows)
    };
    if let Err(error) = written.await {
        eprintln!("error: {error:#}");
    }
}
