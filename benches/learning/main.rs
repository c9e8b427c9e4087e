//! Proves the learning loop by hand-run programs: `table` (items until a drop is found, false alarms), `year` (2,000
//! rules watched for a year through the whole loop), `histories` (random histories on standard input, for `model.py`).

mod draw;
mod histories;
mod table;
mod year;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default: u64| arguments.get(index).map_or(Ok(default), |text| text.parse());
    match arguments.first().map(String::as_str) {
        Some("table") => table::print(number(1, 1)?, number(2, 1_000)?),
        Some("harmless") => table::print_harmless(number(1, 1)?, number(2, 10_000)?),
        Some("year") => year::print(number(1, 1)?, number(2, 2_000)?, number(3, 5_000_000)?),
        Some("histories") => histories::answer()?,
        _ => anyhow::bail!(
            "usage: learning table [SEED] [RUNS] | harmless [SEED] [RUNS] | year [SEED] [PROMOTIONS] [READINGS] | histories"
        ),
    }
    Ok(())
}
