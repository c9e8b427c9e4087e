//! The first local day of each city, from which its targets count.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type};
use datafusion::common::Result;

use crate::catalog::Pinned;
use crate::kept::positions::{self, Positions};

/// Days since 1970 by city.
pub(super) type Days = Arc<HashMap<String, i32>>;

/// What is known of them, as of some events. What arrives later can only make a day earlier.
#[derive(Debug, Default)]
pub(super) struct GoLives {
    latest: RwLock<Option<(Instant, Days)>>,
    seen: tokio::sync::Mutex<Positions>,
}

impl GoLives {
    /// The days as a statement's pinned tables have them, or as of this earlier moment.
    pub(super) async fn days(&self, pinned: &Pinned, moment: Option<Instant>) -> Result<Days> {
        if let Some(days) = self.as_of(moment) {
            return Ok(days);
        }
        let mut seen = self.seen.lock().await;
        if let Some(days) = self.as_of(Some(pinned.at())) {
            return Ok(days);
        }
        let positions = pinned.positions(&pinned.tables_of(&BTreeSet::from(["city_go_lives".to_owned()])));
        let arrived = pinned.arrived(&seen, &positions).await?;
        let mut days = self.as_of(None).unwrap_or_default();
        if !arrived.is_empty() {
            let only_new = arrived.into_iter().map(|(table, arrived)| (table, arrived.events)).collect();
            add(Arc::make_mut(&mut days), &pinned.with(only_new)).await?;
        }
        positions::merge(&mut seen, positions);
        *self.latest.write().unwrap_or_else(PoisonError::into_inner) = Some((pinned.at(), Arc::clone(&days)));
        Ok(days)
    }

    fn as_of(&self, moment: Option<Instant>) -> Option<Days> {
        let latest = self.latest.read().unwrap_or_else(PoisonError::into_inner);
        latest.as_ref().filter(|(at, _)| moment.is_none_or(|moment| *at >= moment)).map(|(_, days)| Arc::clone(days))
    }
}

async fn add(days: &mut HashMap<String, i32>, new: &Pinned) -> Result<()> {
    for rows in new.rows("SELECT city, go_live FROM city_go_lives").await? {
        let cities = cast(rows.column(0), &DataType::Utf8)?;
        let firsts = rows.column(1).as_primitive::<Date32Type>();
        for (city, first) in cities.as_string::<i32>().iter().zip(firsts) {
            if let (Some(city), Some(first)) = (city, first) {
                days.entry(city.to_owned()).and_modify(|known| *known = first.min(*known)).or_insert(first);
            }
        }
    }
    Ok(())
}
