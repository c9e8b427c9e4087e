//! KPIs as relations: `kpis` is the catalogue; `kpi_hourly`, `kpi_daily`, `kpi_monthly` and
//! `kpi_daily_by_forwarder` are their cells.
//!
//! A cell is a numerator and a denominator of one KPI in one span, city and perhaps forwarder. Cells are asked for
//! by source: KPIs over one source are answered in one pass, and only those that a query wants.
//!
//! # Layout (a query's way)
//! * [`scan`]: the relation; which KPIs does the query want?
//! * [`wide`]: one query a source, with two columns a KPI
//! * [`store`]: rows of wide queries, kept between queries, and how old they may be
//! * [`slot`]: rows of one of them, brought up to date by what changed, in the [`spans`] that it lies in
//! * [`go_lives`]: the day from which a city's targets count
//! * [`cells`]: wide rows to cells: value, target, status, exact
//! * [`audit`]: are kept rows what all events say?
//! * [`catalogue`]: the relation `kpis`

mod audit;
mod catalogue;
mod cells;
mod go_lives;
mod scan;
mod slot;
mod spans;
mod store;
mod wide;

pub(crate) use audit::kept_cells;
pub(crate) use catalogue::Catalogue;
pub(crate) use scan::{CELLS_MEANING, KpiScan, Passing, RELATIONS, check, freshen};
pub(crate) use store::Store;
