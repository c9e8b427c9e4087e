//! The shape of demand: how much of the year's volume falls on each city's local day and hour.
//!
//! Working days, month ends, holidays, growth and go-live together give a weight per city and day; the weights are
//! then scaled so that the whole history has the planned volume.

use chrono::NaiveDate;
use tidemark_model::city::CITIES;

use crate::clock::{DAY, HOUR, civil, weekday};
use crate::plan::Plan;

/// Invoices a year at scale 1: the domain's 450,000 to 500,000.
const INVOICES_PER_YEAR: f64 = 480_000.0;

/// Share of a local day's demand per hour, in thousandths: office hours with a dip at lunch.
const HOURS: [u16; 24] = [2, 1, 1, 1, 1, 3, 8, 28, 74, 108, 116, 102, 52, 72, 106, 108, 94, 62, 28, 14, 8, 6, 3, 2];

/// Demand of Monday to Sunday relative to an average working day.
const WEEKDAYS: [f64; 7] = [1.08, 1.02, 1.0, 0.98, 0.92, 0.16, 0.06];

/// First days of the lunar years around the present. Source: Hong Kong Observatory, Gregorian-lunar calendar.
const LUNAR_NEW_YEARS: [(i32, u32, u32); 5] =
    [(2024, 2, 10), (2025, 1, 29), (2026, 2, 17), (2027, 2, 6), (2028, 1, 26)];

/// Demand of every city over a history.
#[derive(Debug)]
pub(crate) struct Calendar {
    first_day: i64,
    /// Expected invoices by city and local day from `first_day`, one day more than asked for (zones lie ahead).
    invoices: Vec<Vec<f64>>,
    /// First instant of each city in the history, in microseconds.
    live_from: Vec<i64>,
}

impl Calendar {
    /// Computes the demand of a plan and of the days after it (0 or more).
    pub(crate) fn reaching(plan: &Plan, ahead_days: i64) -> Self {
        let first_day = plan.start_micros() / DAY;
        let num_days = plan.num_days();
        let compression = (num_days as f64 / 365.0).min(1.0);
        let live_day = |city: usize| (CITIES[city].go_live_after_days as f64 * compression) as i64;
        let mut invoices: Vec<Vec<f64>> = (0..CITIES.len())
            .map(|city| {
                (0..=num_days + ahead_days)
                    .map(|day| weight(city, first_day + day, day - live_day(city), num_days, day))
                    .collect()
            })
            .collect();
        let total: f64 = invoices.iter().flat_map(|days| &days[..num_days as usize]).sum();
        let wanted = INVOICES_PER_YEAR * plan.scale * num_days as f64 / 365.0;
        let factor = if total > 0.0 { wanted / total } else { 0.0 };
        for expected in invoices.iter_mut().flatten() {
            *expected *= factor;
        }
        let live_from = (0..CITIES.len()).map(|city| (first_day + live_day(city)) * DAY).collect();
        Self { first_day, invoices, live_from }
    }

    /// First instant of a city in the history, in microseconds since 1970.
    pub(crate) fn live_from(&self, city: usize) -> i64 {
        self.live_from[city]
    }

    /// Whether the city works with the platform at an instant.
    pub(crate) fn live(&self, city: usize, at: i64) -> bool {
        self.live_from[city] <= at
    }

    /// Expected invoices in the hour that begins at a city's wall-clock time.
    pub(crate) fn invoices_in_hour(&self, city: usize, local: i64) -> f64 {
        let day = usize::try_from(local.div_euclid(DAY) - self.first_day).ok();
        let of_day = day.and_then(|day| self.invoices[city].get(day)).copied().unwrap_or_default();
        of_day * hour_share(local)
    }

    /// Demand of an hour relative to a city's whole working day, for what does not grow: 0 before the city is live.
    pub(crate) fn activity_in_hour(&self, city: usize, at: i64, local: i64) -> f64 {
        if !self.live(city, at) {
            return 0.0;
        }
        let day = local.div_euclid(DAY);
        hour_share(local) * WEEKDAYS[weekday(day)].max(0.12) * holiday(city, day)
    }

    /// Whether offices are open on a local day.
    pub(crate) fn working_day(city: usize, day: i64) -> bool {
        weekday(day) < 5 && holiday(city, day) > 0.5
    }
}

fn hour_share(local: i64) -> f64 {
    f64::from(HOURS[(local.rem_euclid(DAY) / HOUR) as usize]) / 1_000.0
}

fn weight(city: usize, day: i64, days_live: i64, num_days: i64, index: i64) -> f64 {
    if days_live < 0 {
        return 0.0;
    }
    let first_city = CITIES[city].go_live_after_days == 0;
    let ramp = if first_city || num_days < 60 { 1.0 } else { ((days_live + 3) as f64 / 21.0).min(1.0) };
    let growth = 0.88 + 0.24 * index.min(num_days) as f64 / num_days as f64;
    f64::from(CITIES[city].weight) * ramp * growth * WEEKDAYS[weekday(day)] * month_end(day) * holiday(city, day)
}

/// The last three days of a month and the first are busy.
fn month_end(day: i64) -> f64 {
    let (_, month, of_month) = civil(day);
    if of_month == 1 {
        return 1.25;
    }
    match (1..=3).find(|&ahead| civil(day + ahead).1 != month) {
        Some(1) => 1.75,
        Some(2) => 1.55,
        Some(_) => 1.35,
        None => 1.0,
    }
}

fn holiday(city: usize, day: i64) -> f64 {
    let city = &CITIES[city];
    let greater_china = city.region == "greater-china";
    let (year, month, of_month) = civil(day);
    let new_year = LUNAR_NEW_YEARS.iter().find(|&&(y, _, _)| i64::from(y) == year);
    if let Some(first) = new_year.and_then(|&(y, m, d)| NaiveDate::from_ymd_opt(y, m, d)) {
        let since = day - i64::from(first.to_epoch_days());
        if (-1..6).contains(&since) {
            return match city.code {
                _ if greater_china => 0.15,
                "SGN" => 0.15,
                "SIN" | "SEL" if since < 3 => 0.35,
                _ => 1.0,
            };
        }
    }
    match (month, of_month) {
        (10, 1..=7) if city.currency == "CNY" => 0.15,
        (10, 1) if greater_china => 0.4,
        (10, 2..=7) if greater_china => 0.8,
        (1, 1) | (12, 25) => 0.3,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(days: u32) -> Plan {
        Plan::new(1, days, NaiveDate::from_ymd_opt(2026, 7, 1).unwrap())
    }

    #[test]
    fn a_year_has_the_planned_volume() {
        let calendar = Calendar::reaching(&plan(365), 0);
        let total: f64 = calendar.invoices.iter().flat_map(|days| &days[..365]).sum();
        assert!((total - INVOICES_PER_YEAR).abs() < 1.0);
        assert!(HOURS.iter().sum::<u16>() == 1_000);
    }

    #[test]
    fn every_city_is_live_in_a_short_history() {
        let calendar = Calendar::reaching(&plan(7), 0);
        assert!((0..CITIES.len()).all(|city| calendar.live_from(city) < plan(7).end_micros() - DAY));
    }

    #[test]
    fn the_lunar_new_year_and_the_golden_week_are_quiet_in_greater_china() {
        let day = |y, m, d| i64::from(NaiveDate::from_ymd_opt(y, m, d).unwrap().to_epoch_days());
        assert!(holiday(0, day(2026, 2, 17)) < 0.5);
        assert!(holiday(2, day(2025, 10, 3)) < 0.5);
        assert!(month_end(day(2026, 2, 28)) > month_end(day(2026, 2, 25)));
    }
}
