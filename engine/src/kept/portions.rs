//! The events of a table in portions, so that a first reading takes no more memory than one of them needs.

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use tidemark_model::schema::timestamp;

use super::hours;
use crate::catalog::Pinned;

/// The conditions on the time of a table's events that part them, oldest first, into portions of about so many or more
/// that are whole days of UTC; each event is in one.
pub(super) async fn of(plain: &Pinned, table: &str, num_events: usize) -> Result<Vec<String>> {
    let days = "SELECT date_trunc('day', time) AS day, count(*) AS num_events";
    let mut counted = vec![];
    for rows in plain.rows(&format!("{days} FROM {table} GROUP BY 1 ORDER BY 1")).await? {
        let (days, counts) = (cast(rows.column(0), &timestamp())?, cast(rows.column(1), &DataType::Int64)?);
        let days = days.as_primitive::<TimestampMicrosecondType>().values().to_vec();
        counted.extend(days.into_iter().zip(counts.as_primitive::<Int64Type>().values().to_vec()));
    }
    Ok(conditions(&starts(&counted, i64::try_from(num_events).unwrap_or(i64::MAX))))
}

/// The days on which portions after the first begin; days come with their numbers of events.
fn starts(days: &[(i64, i64)], num_events: i64) -> Vec<i64> {
    let (mut starts, mut sum) = (vec![], 0_i64);
    for (day, num) in days {
        if sum >= num_events {
            starts.push(*day);
            sum = 0;
        }
        sum = sum.saturating_add(*num);
    }
    starts
}

fn conditions(starts: &[i64]) -> Vec<String> {
    let from = [None].into_iter().chain(starts.iter().map(|start| Some(format!("time >= {}", hours::literal(*start)))));
    let until = starts.iter().map(|start| Some(format!("time < {}", hours::literal(*start)))).chain([None]);
    let both = |(from, until): (Option<String>, Option<String>)| {
        let ends: Vec<_> = [from, until].into_iter().flatten().collect();
        if ends.is_empty() { "true".to_owned() } else { ends.join(" AND ") }
    };
    from.zip(until).map(both).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 3_600_000_000;

    #[test]
    fn a_portion_ends_with_the_day_on_which_it_is_large_enough() {
        let days = [(0, 5), (DAY, 5), (2 * DAY, 1), (3 * DAY, 30), (4 * DAY, 1)];
        assert_eq!(starts(&days, 10), [2 * DAY, 4 * DAY]);
        assert_eq!(starts(&days, 1000), [0; 0]);
        assert_eq!(starts(&[], 10), [0; 0]);
    }

    #[test]
    fn every_time_is_in_one_portion() {
        assert_eq!(conditions(&[]), ["true"]);
        let [first, second] =
            ["TIMESTAMPTZ '1970-01-03T00:00:00.000000Z'", "TIMESTAMPTZ '1970-01-05T00:00:00.000000Z'"];
        let expected =
            [format!("time < {first}"), format!("time >= {first} AND time < {second}"), format!("time >= {second}")];
        assert_eq!(conditions(&[2 * DAY, 4 * DAY]), expected);
    }
}
