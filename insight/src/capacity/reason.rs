//! Why an advice is given, in a sentence that somebody understands who knows the business and no statistics.

use std::fmt;

use tidemark_model::kpi::Figure;

use super::budget::MonthEnd;
use super::peak::{Exceeded, Peak};
use super::run_out::{Reservoir, RunOut, When};
use super::workers::{Scaling, Staffing, Step};

/// `The busiest hour, most likely at 2026-03-31 16:00, has 612 or less in 95 of 100 cases ...`.
pub(super) fn of_peak(peak: &Peak, exceeded: &Exceeded, busiest_so_far: f64) -> String {
    format!(
        "The busiest hour, most likely at {}, has {:.0} or less in 95 of 100 cases and {:.0} in half of them; the busiest \
         so far had {busiest_so_far:.0}. More than {} is reached in {} of them.",
        When::At(peak.busiest_at),
        peak.p95,
        peak.p50,
        exceeded.limit,
        percent(exceeded.probability),
    )
}

/// `Add 3: the busiest hour has 612 invoices or less in 95 of 100 cases ...`.
pub(super) fn of_workers(step: &Step, staffing: Staffing, peak: &Peak) -> String {
    let change = match staffing.scaling {
        Scaling::Add(missing) => format!("Add {missing}"),
        Scaling::Keep => format!("Keep {}", step.num_workers),
        Scaling::Release(spare) => format!("Release {spare}"),
    };
    let now = staffing.wait_ms.map_or_else(
        || "work would pile up".to_owned(),
        |wait_ms| {
            let (busy, wait_s) = (percent(staffing.utilisation), wait_ms / 1_000.0);
            format!("they would be busy for {busy}, and an invoice would wait {wait_s:.1} s on average")
        },
    );
    format!(
        "{change}: the busiest hour has {:.0} invoices or less in 95 of 100 cases, {:.0} of them for {}, each {:.1} s. \
         {} workers keep it below {} of their time and {:.1} s of waiting; with {} {now}.",
        peak.p95,
        peak.p95 * step.share,
        step.name,
        step.service.mean_ms / 1_000.0,
        staffing.num_needed,
        percent(step.target.utilisation_max),
        step.target.wait_max_ms / 1_000.0,
        step.num_workers,
    )
}

/// `50 of 100 is used. It is full around 2026-03-31 00:00 ...`.
pub(super) fn of_run_out(reservoir: Reservoir<'_>, run_out: RunOut, later: Option<[When; 3]>) -> String {
    let [median, p95] = run_out.level_at_end;
    format!(
        "{:.0} of {:.0} is used. It is full {}. At the end of the forecast {median:.0} will be used, and {p95:.0} or less \
         in 95 of 100 cases.{}",
        reservoir.level,
        reservoir.limit,
        moment([run_out.earliest, run_out.median, run_out.latest], run_out.probability),
        later.map(at_this_pace).unwrap_or_default(),
    )
}

/// ` At this pace it is full around 2027-05-03 and hardly before 2027-04-20.`
fn at_this_pace([earliest, median, _]: [When; 3]) -> String {
    match (earliest, median) {
        (When::At(earliest), When::At(median)) => format!(
            " At this pace it is full around {} and hardly before {}.",
            median.format("%Y-%m-%d"),
            earliest.format("%Y-%m-%d")
        ),
        _ => String::new(),
    }
}

/// `2000 of 3500 is spent. The month will have cost 4600 at its end ...`.
pub(super) fn of_budget(end: &MonthEnd) -> String {
    let [low, high] = end.interval80.map(cents);
    format!(
        "{} of {} is spent. The month will have cost {} at its end, and between {low} and {high} in 80 of 100 cases; the \
         budget is exceeded with a probability of {}. It is used up {}.",
        cents(end.spent),
        cents(end.budget),
        cents(end.median),
        percent(end.probability_over),
        moment(end.used_up, end.probability_used_up),
    )
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => write!(f, "{}", at.format("%Y-%m-%d %H:%M")),
            Self::NotWithinHorizon => write!(f, "no time within the forecast"),
        }
    }
}

/// When something happens, of which the earliest, the median and the latest moment are known: `around <median>, hardly
/// before <earliest> and hardly after <latest>`.
fn moment([earliest, median, latest]: [When; 3], probability: f64) -> String {
    let chance = percent(probability);
    match (earliest, median, latest) {
        (_, When::At(_), When::At(_)) => format!("around {median}, hardly before {earliest} and hardly after {latest}"),
        (_, When::At(_), _) => {
            format!("around {median}, if at all ({chance} within the forecast), and hardly before {earliest}")
        }
        (When::At(_), _, _) => format!("within the forecast with a probability of {chance}, hardly before {earliest}"),
        _ if probability > 0.0 => format!("within the forecast with a probability of {chance}"),
        _ => "at no time within the forecast".to_owned(),
    }
}

/// Rounded to two digits after the point, for a sentence.
fn cents(amount: Figure) -> Figure {
    let cent = 10_000_000;
    Figure(amount.0.saturating_add(amount.0.signum() * cent / 2) / cent * cent)
}

/// A share from 0 to 1 as a whole percentage, which is never said to be certain or impossible unless it is.
fn percent(share: f64) -> String {
    let rounded = (100.0 * share).round();
    if share > 0.0 && rounded < 1.0 {
        "less than 1 %".to_owned()
    } else if share < 1.0 && rounded >= 100.0 {
        "more than 99 %".to_owned()
    } else {
        format!("{rounded} %")
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::days;
    use super::*;

    #[test]
    fn a_moment_says_only_what_is_known() {
        let [first, second, third] = [0, 1, 2].map(|day| When::At(days(3)[day]));
        let never = When::NotWithinHorizon;
        let all = moment([first, second, third], 1.0);
        assert_eq!(all, "around 2026-03-02 00:00, hardly before 2026-03-01 00:00 and hardly after 2026-03-03 00:00");
        let most = moment([first, second, never], 0.9);
        assert_eq!(
            most,
            "around 2026-03-02 00:00, if at all (90 % within the forecast), and hardly before 2026-03-01 00:00"
        );
        let some = moment([first, never, never], 0.3);
        assert_eq!(some, "within the forecast with a probability of 30 %, hardly before 2026-03-01 00:00");
        assert_eq!(moment([never; 3], 0.001), "within the forecast with a probability of less than 1 %");
        assert_eq!(moment([never; 3], 0.0), "at no time within the forecast");
    }

    #[test]
    fn amounts_are_said_to_the_cent() {
        let said = |text: &str| cents(text.parse().unwrap()).to_string();
        assert_eq!([said("1.005"), said("-1.004999"), said("-0.006")], ["1.01", "-1", "-0.01"]);
        assert_eq!(cents(Figure(i128::MAX)).0 / 10_000_000, i128::MAX / 10_000_000);
    }

    #[test]
    fn only_what_is_certain_is_said_to_be() {
        let said = [0.0, 0.001, 0.125, 0.996, 1.0].map(percent);
        assert_eq!(said, ["0 %", "less than 1 %", "13 %", "more than 99 %", "100 %"]);
    }
}
