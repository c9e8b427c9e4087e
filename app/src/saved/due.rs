//! What is to be done at an instant: runs to make, receivers to tell, runs to give up. Pure.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use tidemark_reports::saved::definition::Definition;
use tidemark_reports::saved::run::{Next, RunId, State};
use tidemark_reports::saved::schedule::Timetable;

use super::definitions::Kept;
use super::history::{Runs, Step};

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Task {
    /// Make this run.
    Make { definition: Definition, run: RunId, due_at: DateTime<Utc> },
    /// Tell the receivers that have not taken it.
    Tell { definition: Definition, step: Step },
    /// Say that it failed: whoever makes it dies of it.
    GiveUp { step: Step },
}

/// All that is to be done at an instant, runs in the order in which they were due.
pub(super) fn tasks(known: &[Kept], history: &Runs, now: DateTime<Utc>) -> Vec<Task> {
    let mut tasks: Vec<(DateTime<Utc>, Task)> = Vec::new();
    for kept in known {
        // What was due before it was saved, or last made, is no matter of this definition.
        let after = history.last_due(&kept.definition.name).map_or(kept.saved_at, |last| last.max(kept.saved_at));
        // Cities that share a clock share a run.
        let timetables = Timetable::all_of(&kept.definition);
        let due: BTreeSet<_> = timetables.iter().flat_map(|timetable| timetable.due(after, now)).collect();
        for due_at in due {
            let run = RunId::due(&kept.definition.name, due_at);
            tasks.push((due_at, Task::Make { definition: kept.definition.clone(), run, due_at }));
        }
    }
    for step in history.lasts() {
        let definition = known.iter().map(|kept| &kept.definition).find(|definition| definition.name == step.name);
        let task = match (step.state, history.next(&step.run_id, now), definition) {
            (State::Claimed, Next::Claim, Some(definition)) => again(definition, step),
            (State::Waiting, _, Some(definition)) if step.next_at.is_none_or(|at| at <= now) => again(definition, step),
            (State::Claimed, Next::GiveUp, _) => Some(Task::GiveUp { step: step.clone() }),
            (State::Made, _, Some(definition)) if step.next_at.is_none_or(|at| at <= now) => {
                Some(Task::Tell { definition: definition.clone(), step: step.clone() })
            }
            _ => None,
        };
        tasks.extend(task.map(|task| (step.due_at, task)));
    }
    tasks.sort_by_key(|(due_at, _)| *due_at);
    tasks.into_iter().map(|(_, task)| task).collect()
}

/// A run whose maker died, or that had nothing to show yet, under the id that it has.
fn again(definition: &Definition, step: &Step) -> Option<Task> {
    let ids = [RunId::due(&step.name, step.due_at), RunId::by_hand(&step.name, step.due_at)];
    let run = ids.into_iter().find(|id| id.as_str() == step.run_id)?;
    Some(Task::Make { definition: definition.clone(), run, due_at: step.due_at })
}

#[cfg(test)]
mod tests {
    use tidemark_reports::saved::definition::from_toml;

    use super::*;

    /// Each morning at 08:30 in Sydney, where clocks go forward on 4 October 2026 at 02:00 and back on 5 April 2026.
    const DAILY: &str = r#"
name = "daily"
owner = "ann"
source = "invoices"
zone = "Australia/Sydney"
columns = [{ column = "invoice_id" }]
title = { en = "Daily" }
schedule = { every = "day", at = "08:30" }
destinations = [{ kind = "folder", folder = "daily" }]
"#;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn kept(saved_at: &str) -> Vec<Kept> {
        vec![Kept { definition: from_toml(DAILY).unwrap(), saved_at: at(saved_at) }]
    }

    fn made(tasks: &[Task]) -> Vec<String> {
        let due = |task: &Task| match task {
            Task::Make { due_at, .. } => due_at.to_rfc3339(),
            other => format!("{other:?}"),
        };
        tasks.iter().map(due).collect()
    }

    fn step(due_at: &str, state: State) -> Step {
        let due_at = at(due_at);
        Step {
            state,
            ..Step::claimed(&kept("2026-01-01T00:00:00Z")[0].definition, &RunId::due("daily", due_at), due_at)
        }
    }

    #[test]
    fn a_report_is_due_by_its_zones_clock_once() {
        let known = kept("2026-10-02T23:00:00Z");
        // 08:30 is 22:30 UTC of the day before in winter, 21:30 in summer.
        assert!(made(&tasks(&known, &Runs::default(), at("2026-10-03T21:29:59Z"))).is_empty());
        let due = tasks(&known, &Runs::default(), at("2026-10-03T21:30:00Z"));
        assert_eq!(made(&due), ["2026-10-03T21:30:00+00:00"]);
        let mut history = Runs::default();
        history.push(at("2026-10-03T21:30:01Z"), step("2026-10-03T21:30:00Z", State::Delivered));
        assert!(made(&tasks(&known, &history, at("2026-10-04T21:29:59Z"))).is_empty());
        assert_eq!(made(&tasks(&known, &history, at("2026-10-04T21:30:00Z"))), ["2026-10-04T21:30:00+00:00"]);
    }

    #[test]
    fn what_was_due_before_it_was_saved_is_not_made_and_of_what_was_missed_one_is() {
        let known = kept("2026-06-10T12:00:00Z");
        assert!(made(&tasks(&known, &Runs::default(), at("2026-06-10T13:00:00Z"))).is_empty());
        let late = tasks(&known, &Runs::default(), at("2026-06-15T12:00:00Z"));
        assert_eq!(made(&late), ["2026-06-14T22:30:00+00:00"]);
    }

    #[test]
    fn a_run_whose_maker_died_is_made_again_under_its_id_and_at_last_given_up() {
        let (known, due) = (kept("2026-06-01T00:00:00Z"), "2026-06-14T22:30:00Z");
        let mut history = Runs::default();
        history.push(at("2026-06-14T22:30:01Z"), step(due, State::Claimed));
        assert!(tasks(&known, &history, at("2026-06-14T22:50:00Z")).is_empty());
        assert_eq!(made(&tasks(&known, &history, at("2026-06-14T23:01:00Z"))), ["2026-06-14T22:30:00+00:00"]);
        history.push(at("2026-06-14T23:01:00Z"), step(due, State::Claimed));
        history.push(at("2026-06-14T23:32:00Z"), step(due, State::Claimed));
        let given_up = tasks(&known, &history, at("2026-06-15T00:03:00Z"));
        assert!(matches!(&given_up[..], [Task::GiveUp { .. }]), "{given_up:?}");
    }

    #[test]
    fn a_run_that_had_nothing_to_show_looks_again() {
        let known = kept("2026-06-01T00:00:00Z");
        let mut history = Runs::default();
        let waits = Step { next_at: Some(at("2026-06-14T23:30:00Z")), ..step("2026-06-14T22:30:00Z", State::Waiting) };
        history.push(at("2026-06-14T22:30:05Z"), waits);
        assert!(tasks(&known, &history, at("2026-06-14T23:29:59Z")).is_empty());
        assert_eq!(made(&tasks(&known, &history, at("2026-06-14T23:30:00Z"))), ["2026-06-14T22:30:00+00:00"]);
    }

    #[test]
    fn each_city_is_due_by_its_own_clock_and_what_was_missed_of_each_is_made_up() {
        let document =
            DAILY.replace("source = \"invoices\"", "report = \"trend\"\ncities = [\"SHA\", \"CAN\", \"SYD\"]");
        let document = document.replace("columns = [{ column = \"invoice_id\" }]", "");
        let document = document.replace("every = \"day\"", "every = \"month\", day = \"first-working-day\"");
        let definition = from_toml(&document).unwrap();
        let known = vec![Kept { definition, saved_at: at("2026-09-15T00:00:00Z") }];
        // Sydney worked on 1 October, China from the eighth on.
        let due = tasks(&known, &Runs::default(), at("2026-10-12T00:00:00Z"));
        assert_eq!(made(&due), ["2026-09-30T22:30:00+00:00", "2026-10-08T00:30:00+00:00"]);
    }

    #[test]
    fn receivers_are_told_when_it_is_time() {
        let known = kept("2026-06-01T00:00:00Z");
        let mut history = Runs::default();
        let waits = Step { next_at: Some(at("2026-06-14T22:35:00Z")), ..step("2026-06-14T22:30:00Z", State::Made) };
        history.push(at("2026-06-14T22:30:05Z"), waits);
        assert!(tasks(&known, &history, at("2026-06-14T22:34:59Z")).is_empty());
        let told = tasks(&known, &history, at("2026-06-14T22:35:00Z"));
        assert!(matches!(&told[..], [Task::Tell { .. }]), "{told:?}");
    }
}
