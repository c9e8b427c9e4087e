//! Clocks, medians, tables.

use std::time::Duration;

use anyhow::{Context, Result};
use comfy_table::{CellAlignment, Table, presets};

/// CPU time that this thread has used. Source: proc(5), `schedstat`: nanoseconds on the CPU.
pub(crate) fn thread_cpu() -> Result<Duration> {
    let text =
        std::fs::read_to_string("/proc/thread-self/schedstat").context("could not read the thread's CPU time")?;
    let nanos = text.split_whitespace().next().context("schedstat is empty")?.parse()?;
    Ok(Duration::from_nanos(nanos))
}

/// CPU time that this process has used, all threads. Source: proc(5), `stat`, in clock ticks of 10 ms.
pub(crate) fn process_cpu() -> Result<Duration> {
    let text = std::fs::read_to_string("/proc/self/stat").context("could not read the process's CPU time")?;
    // The name in parentheses may hold spaces; utime and stime are the 14th and 15th field.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: u64 =
        fields.get(11).context("no utime")?.parse::<u64>()? + fields.get(12).context("no stime")?.parse::<u64>()?;
    Ok(Duration::from_millis(ticks * 10))
}

/// The value below which this share (0 to 1) of the durations lie.
pub(crate) fn quantile(durations: &mut [Duration], share: f64) -> Duration {
    durations.sort_unstable();
    let place = (share * (durations.len().saturating_sub(1)) as f64).round() as usize;
    durations.get(place).copied().unwrap_or_default()
}

/// Milliseconds with two digits.
pub(crate) fn ms(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64() * 1e3)
}

/// Prints a table; numbers stand at the right.
pub(crate) fn print(header: &[&str], rows: Vec<Vec<String>>) {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(header.to_vec());
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    println!("{table}");
}
