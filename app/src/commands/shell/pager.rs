//! Long answers go through a pager, as psql's do: `$PAGER`, or `less`; what fits on the screen is printed.

use std::io::{IsTerminal, Write};
use std::process::{Command, Stdio};

use anyhow::Result;
use rustix::termios::tcgetwinsize;

/// The pager where the environment names none; `-S` lets wide tables be moved sideways.
const LESS: &str = "less -SRFX";

/// Shows a text.
///
/// # Errors
/// Where it can be written nowhere.
pub(super) fn show(text: &str) -> Result<()> {
    if !std::io::stdout().is_terminal() || fits(text) || !paged(text) {
        writeln!(std::io::stdout(), "{text}")?;
    }
    Ok(())
}

/// Whether a text is seen whole without one; a terminal that does not say its size shows everything.
fn fits(text: &str) -> bool {
    let Ok(screen) = tcgetwinsize(std::io::stdout()) else { return true };
    let (rows, columns) = (usize::from(screen.ws_row), usize::from(screen.ws_col));
    text.lines().count() < rows && text.lines().all(|line| line.chars().count() <= columns)
}

/// Whether a pager took it.
fn paged(text: &str) -> bool {
    let pager = std::env::var("PAGER").ok().filter(|pager| !pager.trim().is_empty()).unwrap_or_else(|| LESS.to_owned());
    let mut words = pager.split_whitespace();
    let Some(program) = words.next() else { return false };
    let Ok(mut child) = Command::new(program).args(words).stdin(Stdio::piped()).spawn() else { return false };
    if let Some(mut input) = child.stdin.take() {
        // Who leaves the pager early has seen enough.
        let _ = input.write_all(text.as_bytes());
    }
    child.wait().is_ok()
}
