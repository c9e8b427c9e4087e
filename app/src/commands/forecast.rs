//! `tidemark forecast`: what is foretold, and foretelling anew.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use tidemark_lake::Store;
use tidemark_model::insight::{CAPACITY_ADVICE, FORECASTS};

use super::listing::Listing;
use super::sql::open_engine;
use crate::cli::Forecast;
use crate::config::Config;
use crate::jobs::Forecasts;
use crate::numbered_tables::NumberedTables;
use crate::progress::waiting;

/// Writes the newest forecasts, after making new ones where that is asked for.
pub(crate) async fn run(arguments: Forecast) -> Result<()> {
    let Forecast { series, city, grain, refresh, config, source, output } = arguments;
    if refresh {
        let store = Store::open(&source.place.dir, &HashMap::new())?;
        store.probe().await?;
        let engine = Arc::new(open_engine(&source.place.dir).await?);
        let table = Arc::new(NumberedTables::result(&store, &FORECASTS).await?);
        let advice = Arc::new(NumberedTables::result(&store, &CAPACITY_ADVICE).await?);
        let limits = Config::read(config.config.as_deref())?.capacity_limits();
        let made = Forecasts::new(engine, table, advice, limits);
        let num_series = waiting("forecasts are made", made.make()).await?;
        eprintln!("{num_series} series are foretold");
    }
    let listing = Listing {
        glance: "series, grain, city, forwarder, to_char(horizon_at, 'YYYY-MM-DD HH24:MI') AS at, round(mean, 2) AS mean,\
                     round(lower80, 2) AS lower80, round(upper80, 2) AS upper80, model, round(100 * mape_backtest, 1) AS mape",
        relation: "latest_forecasts",
        filters: &[("series", series.as_deref()), ("city", city.as_deref()), ("grain", grain.as_deref())],
        order: "series, grain, city, forwarder, horizon_at",
        limit: None,
        nothing: "nothing is foretold there: make forecasts with `tidemark forecast --refresh`",
    };
    listing.write(&source, &output).await
}
