//! As many series as a platform foretells in the morning: drawn daily volumes of two years, chosen for and continued by
//! what the service does, on all cores. Prints what that took.

use std::time::Instant;

use anyhow::{Result, ensure};
use chrono::{Datelike, NaiveDate};
use clap::Args;
use tidemark_insight::forecast::Bounds;
use tidemark_insight::forecast::make::make;
use tidemark_insight::forecast::past::{Grain, Key, Series};
use tidemark_model::time::{DAY, Micros};

/// How many days are known: as many as the service looks at.
const NUM_DAYS: i64 = 730;

/// Monday to Sunday.
const WEEKDAYS: [f64; 7] = [1.1, 1.05, 1.0, 1.0, 0.95, 0.2, 0.05];

/// The cities whose calendars the series follow in turn.
const CITIES: [&str; 4] = ["HKG", "SIN", "SYD", "LAX"];

/// What to forecast.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many series
    #[arg(long, default_value_t = 500)]
    series: u32,
    /// What they are drawn by
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Foretells them once, as the job does.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut dice = Dice(options.seed);
    let series: Vec<Series> = (0..options.series).map(|number| drawn(number, &mut dice)).collect();
    let started = Instant::now();
    let foretold = make(series);
    let took = started.elapsed();
    ensure!(foretold.len() == options.series as usize, "only {} series were foretold", foretold.len());
    let each_ms = 1e3 * took.as_secs_f64() / f64::from(options.series.max(1));
    println!("{} daily series of {NUM_DAYS} days: {:.2} s, {each_ms:.2} ms each", options.series, took.as_secs_f64());
    Ok(())
}

/// A volume with its own size, growth, week and month end, missed by some 15 % each day.
fn drawn(number: u32, dice: &mut Dice) -> Series {
    let (size, growth) = (5.0 * 400.0_f64.powf(dice.uniform()), 0.5 * dice.uniform());
    let month_end = 1.0 + dice.uniform();
    let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
    let values = first.iter_days().take(NUM_DAYS as usize).enumerate().map(|(day, date)| {
        let weekday = WEEKDAYS[date.weekday().num_days_from_monday() as usize];
        let is_near_end = (date + chrono::Days::new(3)).month() != date.month();
        let mean = size * (1.0 + growth * day as f64 / NUM_DAYS as f64) * weekday;
        (mean * if is_near_end { month_end } else { 1.0 } * (1.0 + 0.15 * dice.about_normal())).max(0.0).round()
    });
    let key = Key {
        kpi: format!("drawn_{number}"),
        grain: Grain::Day,
        city: Some(CITIES[number as usize % CITIES.len()].to_owned()),
        forwarder: None,
    };
    let first_at: Micros = first.signed_duration_since(NaiveDate::default()).num_days() * DAY;
    Series { key, first_at, values: values.collect(), bounds: Bounds::NON_NEGATIVE, is_volume: true }
}

/// A linear congruential generator (Knuth's MMIX): the same seed draws the same series everywhere.
struct Dice(u64);

impl Dice {
    /// Between 0 and 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Mean 0 and deviation 1: the sum of twelve uniform numbers less six.
    fn about_normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}
