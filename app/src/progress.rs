//! Progress on standard error: bars, and what is waited for; silent where it is no terminal.

use std::fmt::Write;
use std::pin::pin;
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressState, ProgressStyle};

/// Time between two looks of what moves.
const TICK: Duration = Duration::from_millis(200);

/// What takes no longer than this is over before anybody wonders.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar over a number of things.
pub(crate) fn progress(what: &str, total: u64) -> ProgressBar {
    styled(total, &format!("{what:>8} {{bar:40}} {{human_pos}}/{{human_len}} {{rate}} {{elapsed}}, left {{eta}}"))
}

/// A bar over bytes.
pub(crate) fn progress_bytes(what: &str, total: u64) -> ProgressBar {
    styled(total, &format!("{what:>8} {{bar:40}} {{bytes}}/{{total_bytes}} {{bytes_per_sec}}, left {{eta}}"))
}

fn styled(total: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template(template) {
        let rate = |state: &ProgressState, to: &mut dyn Write| {
            let _ = write!(to, "{}/s", HumanCount(state.per_sec() as u64));
        };
        bar.set_style(style.with_key("rate", rate).progress_chars("█▉▊▋▌▍▎▏ "));
    }
    bar.enable_steady_tick(TICK);
    bar
}

/// Does work of which nobody knows how long it takes. Where that is longer than a second it says what is waited for and
/// since when, and takes it back at the end.
pub(crate) async fn waiting<T>(what: &str, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    if let Ok(done) = tokio::time::timeout(PATIENCE, &mut work).await {
        return done;
    }
    let spinner = ProgressBar::new_spinner().with_message(what.to_owned()).with_elapsed(PATIENCE);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}, {elapsed}") {
        spinner.set_style(style);
    }
    spinner.enable_steady_tick(TICK);
    let done = work.await;
    spinner.finish_and_clear();
    done
}
