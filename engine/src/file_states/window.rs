//! The times, or other numbers, that a question is about, and how a file lies to them by its bounds in the log.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, Literal};
use datafusion::physical_expr::{PhysicalExpr, conjunction, split_conjunction};
use tidemark_lake::log::LiveFile;

/// Inclusive bounds of columns that are never null, by their names in the table.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Window(BTreeMap<String, (i64, i64)>);

/// What the log says of a file.
pub(super) fn live(file: &PartitionedFile) -> Option<&Arc<LiveFile>> {
    file.extension::<Arc<LiveFile>>()
}

impl Window {
    /// Narrows it to where a condition holds as well; says no where the condition is none of a bound. `columns` are the
    /// names in the table of the condition's columns.
    pub(super) fn narrow(&mut self, condition: &Arc<dyn PhysicalExpr>, columns: &[Option<String>]) -> bool {
        let Some((column, least, most)) = bound(condition, columns) else { return false };
        let (from, to) = self.0.entry(column).or_insert((i64::MIN, i64::MAX));
        (*from, *to) = (least.max(*from), most.min(*to));
        true
    }

    /// The same without an upper end. Time goes on: what is kept of it holds for later windows, too.
    pub(super) fn open(&self) -> Self {
        Self(self.0.iter().map(|(column, (from, _))| (column.clone(), (*from, i64::MAX))).collect())
    }

    /// Whether all rows of a file lie within.
    pub(super) fn holds(&self, file: &PartitionedFile) -> bool {
        self.shares(file).is_some_and(|mut shares| shares.all(|(of, within)| of == within))
    }

    /// About how many rows of a file lie within, if they are spread evenly; `None` where the log does not say.
    pub(super) fn num_rows(&self, file: &PartitionedFile) -> Option<u64> {
        let width = |(from, to): (i64, i64)| (i128::from(to) - i128::from(from)).max(0) + 1;
        let num_rows = i128::from(live(file)?.num_rows?);
        let share = |num_rows, (of, within)| num_rows * width(within) / width(of);
        u64::try_from(self.shares(file)?.fold(num_rows, share)).ok()
    }

    /// Whether whatever this window takes of a file another one takes, too.
    pub(super) fn is_in(&self, other: &Self, file: &PartitionedFile) -> bool {
        let Some(shares) = other.shares(file) else { return false };
        let columns = other.0.keys().zip(shares);
        columns.into_iter().all(|(column, (of, theirs))| {
            let (from, to) = self.0.get(column).map_or(of, |own| common(*own, of));
            from > to || theirs.0 <= from && to <= theirs.1
        })
    }

    /// For each column the bounds of a file, and what of them lies within; `None` where the log does not know some.
    fn shares(&self, file: &PartitionedFile) -> Option<impl Iterator<Item = ((i64, i64), (i64, i64))>> {
        let file = live(file)?;
        let share = |(column, window): (&String, &(i64, i64))| {
            let of = file.bounds.get(column)?.as_int()?;
            Some((of, common(of, *window)))
        };
        Some(self.0.iter().map(share).collect::<Option<Vec<_>>>()?.into_iter())
    }
}

/// The conditions of a filter but those that are upper ends of a window; of a filter that is nothing else, none.
pub(super) fn open(filter: &Arc<dyn PhysicalExpr>, columns: &[Option<String>]) -> Arc<dyn PhysicalExpr> {
    let is_upper =
        |condition: &&Arc<dyn PhysicalExpr>| bound(condition, columns).is_some_and(|(_, least, _)| least == i64::MIN);
    conjunction(split_conjunction(filter).into_iter().filter(|condition| !is_upper(condition)).cloned())
}

fn common(one: (i64, i64), other: (i64, i64)) -> (i64, i64) {
    (one.0.max(other.0), one.1.min(other.1))
}

/// A column between two numbers.
fn bound(condition: &Arc<dyn PhysicalExpr>, columns: &[Option<String>]) -> Option<(String, i64, i64)> {
    let comparison = condition.downcast_ref::<BinaryExpr>()?;
    let column = columns.get(comparison.left().downcast_ref::<Column>()?.index())?.clone()?;
    let limit = match comparison.right().downcast_ref::<Literal>()?.value() {
        ScalarValue::TimestampMicrosecond(Some(limit), _) | ScalarValue::Int64(Some(limit)) => *limit,
        _ => return None,
    };
    let (least, most) = match comparison.op() {
        Operator::Gt => (limit.checked_add(1)?, i64::MAX),
        Operator::GtEq => (limit, i64::MAX),
        Operator::Lt => (i64::MIN, limit.checked_sub(1)?),
        Operator::LtEq => (i64::MIN, limit),
        _ => return None,
    };
    Some((column, least, most))
}
