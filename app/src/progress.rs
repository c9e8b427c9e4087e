//! Progress bars on standard error; silent where it is no terminal.

use std::fmt::Write;

use indicatif::{HumanCount, ProgressBar, ProgressState, ProgressStyle};

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
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}
