//! `tidemark anomalies`: what is unusual, and what people say of it.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Result, bail};
use tidemark_lake::Store;
use tidemark_model::insight::ANOMALY_MARKS;
use tidemark_model::port::{AnomalyMarks, Marked, SubmittedMark};
use tidemark_model::principal::Principal;
use tidemark_model::time::micros;

use super::listing::Listing;
use super::sql::{explain, open_engine};
use crate::cli::{Anomalies, AnomaliesList, AnomaliesMark};
use crate::marks::Marks;
use crate::numbered_tables::NumberedTables;

/// Runs a command on anomalies.
pub(crate) async fn run(command: Anomalies) -> Result<()> {
    match command {
        Anomalies::List(arguments) => list(arguments).await,
        Anomalies::Mark(arguments) => mark(arguments).await,
    }
}

async fn list(arguments: AnomaliesList) -> Result<()> {
    let AnomaliesList { series, city, state, limit, source, output } = arguments;
    let listing = Listing {
        glance: "to_char(at, 'YYYY-MM-DD HH24:MI') AS at, series, city, kind, severity, state, round(observed, 2) AS observed,\
                     round(expected, 2) AS expected, explanation, anomaly_id",
        relation: "anomalies",
        filters: &[("series", series.as_deref()), ("city", city.as_deref()), ("state", state.as_deref())],
        order: "at DESC, anomaly_id",
        limit: Some(limit),
        nothing: "nothing unusual is known there; a running service with the role jobs looks for it",
    };
    listing.write(&source, &output).await
}

async fn mark(arguments: AnomaliesMark) -> Result<()> {
    let AnomaliesMark { anomaly_id, mark, until, why, principal, place } = arguments;
    let engine = Arc::new(open_engine(&place.dir).await?);
    let store = Store::open(&place.dir, &HashMap::new())?;
    store.probe().await?;
    let table = Arc::new(NumberedTables::result(&store, &ANOMALY_MARKS).await?);
    let submitted = SubmittedMark { anomaly_id: anomaly_id.clone(), mark, muted_until: until.map(micros), why };
    let marks = Marks::new(engine, table);
    match marks.mark(submitted, &Principal::named(principal.as_str())).await.map_err(explain)? {
        Marked::Taken { state } => println!("{anomaly_id} is {state}"),
        Marked::Refused(why) => bail!("{why}"),
        Marked::Unknown => bail!("there is no anomaly \"{anomaly_id}\": `tidemark anomalies list` shows them"),
    }
    Ok(())
}
