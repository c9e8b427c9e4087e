//! `tidemark shell`: SQL line by line, with history, completion, colours, and a pager for what does not fit.
//!
//! # Layout
//! * [`editor`]: what happens while a line is typed
//! * [`pager`]: where long answers go
//! * this file: statements and commands

mod editor;
mod pager;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Editor};

use self::editor::Typing;
use super::Asker;
use crate::cli::{Format, Output, Shell};
use crate::output;

const HELP: &str = "\
End a statement with ; and it is asked. Tab completes, arrows go through what was asked before.
  \\d           relations           \\d NAME      columns of one
  \\k           KPIs                \\timing      say how long each took, or no more
  \\x           one column a line, or no more
  \\?           this                \\q           leave (or Ctrl-D)";

/// Entries of the history that are kept.
const HISTORY_MAX: usize = 10_000;

/// The words that Tab completes, beside those of SQL.
const WORDS: &str = "SELECT DISTINCT name FROM (SELECT relation AS name FROM relations UNION ALL \
    SELECT name FROM relation_columns UNION ALL SELECT kpi FROM kpis) w ORDER BY 1";

/// How answers are shown.
#[derive(Debug, Default)]
struct Look {
    timing: bool,
    expanded: bool,
}

/// Reads statements until the end of input.
pub(crate) async fn run(arguments: Shell) -> Result<()> {
    let asker = Asker::open(&arguments.source).await?;
    let mut editor = editor(&asker).await?;
    let history = history_file();
    if let Some(file) = &history {
        // There is none before the first leave.
        let _ = editor.load_history(file);
    }
    if std::io::stdin().is_terminal() {
        eprintln!("{HELP}");
    }
    let outcome = talk(&asker, &mut editor).await;
    if let Some(file) = history
        && let Err(error) = editor.save_history(&file)
    {
        eprintln!("what was asked is not remembered: {}: {error}", file.display());
    }
    outcome
}

async fn editor(asker: &Asker) -> Result<Editor<Typing, FileHistory>> {
    let config = Config::builder().max_history_size(HISTORY_MAX)?.history_ignore_dups(true)?;
    // As in bash: what all have in common is completed, and a second Tab lists them.
    let config = config.completion_type(CompletionType::List).build();
    let mut editor = Editor::with_config(config)?;
    // A server of another release may lack a relation: then Tab completes SQL alone.
    let words = asker.ask(WORDS).await.map(|(_, rows)| output::texts(&rows)).unwrap_or_default();
    editor.set_helper(Some(Typing::new(words)));
    Ok(editor)
}

/// Where what was asked is remembered; nowhere where the environment names no folder for it.
/// Source: XDG Base Directory Specification, `$XDG_STATE_HOME`.
fn history_file() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let state = state.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state")))?;
    let folder = state.join("tidemark");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

async fn talk(asker: &Asker, editor: &mut Editor<Typing, FileHistory>) -> Result<()> {
    let (mut look, mut statement) = (Look::default(), String::new());
    loop {
        let prompt = if statement.is_empty() { "tidemark> " } else { "       -> " };
        match tokio::task::block_in_place(|| editor.readline(prompt)) {
            Ok(line) => {
                if statement.is_empty() && line.trim_start().starts_with('\\') {
                    let _ = editor.add_history_entry(&line);
                    match meta(line.trim()) {
                        Meta::Leave => return Ok(()),
                        Meta::Ask(query) => answer(asker, &query, &look).await,
                        Meta::Timing => look.timing = told("time of answers", !look.timing),
                        Meta::Expanded => look.expanded = told("one column a line", !look.expanded),
                        Meta::Help => eprintln!("{HELP}"),
                    }
                    continue;
                }
                statement.push_str(&line);
                statement.push('\n');
                if line.trim_end().ends_with(';') {
                    let _ = editor.add_history_entry(statement.trim_end());
                    answer(asker, &statement, &look).await;
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
    Timing,
    Expanded,
    Help,
}

fn meta(line: &str) -> Meta {
    match line.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["\\q"] => Meta::Leave,
        ["\\d" | "\\dt"] => Meta::Ask("SELECT * FROM relations ORDER BY relation".into()),
        ["\\d", name] => Meta::Ask(super::table::columns_of(name)),
        ["\\k"] => Meta::Ask("SELECT kpi, title, unit, owner FROM kpis ORDER BY kpi".into()),
        ["\\timing"] => Meta::Timing,
        ["\\x"] => Meta::Expanded,
        _ => Meta::Help,
    }
}

fn told(what: &str, is_on: bool) -> bool {
    eprintln!("{what}: {}", if is_on { "on" } else { "off" });
    is_on
}

async fn answer(asker: &Asker, statement: &str, look: &Look) {
    let started = Instant::now();
    let written = async {
        let (schema, rows) = asker.ask(statement).await?;
        let took = started.elapsed();
        if look.expanded {
            pager::show(&output::expanded(&rows)?)?;
        } else if std::io::stdout().is_terminal() {
            pager::show(&output::table(&schema, &rows)?)?;
        } else {
            output::write(&Output { format: Some(Format::Table), output: None }, &schema, &rows)?;
        }
        Ok::<_, anyhow::Error>(took)
    };
    match written.await {
        Ok(took) if look.timing => eprintln!("{:.1} ms", took.as_secs_f64() * 1e3),
        Ok(_) => {}
        Err(error) => eprintln!("error: {error:#}"),
    }
}
