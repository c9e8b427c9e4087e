//! Progress bars on standard error; silent where it is no terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over a number of things.
pub(crate) fn progress(what: &str, total: u64) -> ProgressBar {
    styled(total, &format!("{what:>8} {{bar:40}} {{human_pos}}/{{human_len}} {{per_sec}} {{elapsed}} left {{eta}}"))
}

/// A bar over bytes.
pub(crate) fn progress_bytes(what: &str, total: u64) -> ProgressBar {
    styled(total, &format!("{what:>8} {{bar:40}} {{bytes}}/{{total_bytes}} {{bytes_per_sec}} left {{eta}}"))
}

fn styled(total: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}
