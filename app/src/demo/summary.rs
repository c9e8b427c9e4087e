//! What the demo tells people: what landed, where to ask, what to try.

use std::net::SocketAddr;
use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};
use tidemark_ingest::pipeline::Pipeline;

/// Prints a table of what is in the lake.
pub(crate) fn print_landed(pipeline: &Pipeline, elapsed: Duration) {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["table", "rows", "files", "MiB", "version"]);
    for writer in pipeline.writers.all() {
        let (name, view) = (writer.table().spec().name, writer.table().view());
        let rows = view.state.num_rows().map_or_else(String::new, grouped);
        let size = format!("{:.1}", view.state.size_bytes() as f64 / f64::from(1 << 20));
        table.add_row([
            name.to_owned(),
            rows,
            view.state.files.len().to_string(),
            size,
            view.state.version.to_string(),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    println!("{table}");
    println!("landed in {:.1} s", elapsed.as_secs_f64());
}

/// Prints where to ask, first where people do.
pub(crate) fn print_addresses(http: SocketAddr, postgres: SocketAddr) {
    println!("Console     http://{http}   (open it in a browser: KPIs, SQL, forecasts, reports, status)");
    println!("HTTP        http://{http}   (POST /v1/sql, POST /v1/events, /metrics, /readyz)");
    println!("PostgreSQL  psql -h {} -p {} tidemark", postgres.ip(), postgres.port());
}

/// Prints what to try: the console, then queries.
pub(crate) fn print_trials(dir: &str, http: SocketAddr) {
    println!(
        "\nTry:\n  \
         open http://{http} in a browser: the console shows the KPIs, and has a SQL editor with examples\n  \
         tidemark sql --dir {dir} \"select city, count(*) from invoice_events where type = 'invoice.completed' group by 1 order by 2 desc\"\n  \
         tidemark sql --server http://{http} \"select max(time), count(*) from usage_events where time > now() - interval '1 hour'\"\n  \
         tidemark sql --dir {dir} \"select date_trunc('month', time) as month, currency, sum(cost) from usage_events group by 1, 2 order by 1, 2\"\n\n\
         Live events are arriving. Ctrl-C stops and keeps everything."
    );
}

/// `6,012,345`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
