//! A relation of cells: it finds out which KPIs a query wants, and asks each of their sources once.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{AsArray, BooleanArray, RecordBatch, StringArray};
use arrow::compute::{and_kleene, filter_record_batch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, DataFusionError, Result, plan_datafusion_err};
use datafusion::datasource::TableType;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use tidemark_model::kpi::Grain;
use tidemark_sql::KpiQuery;

use super::cells::{Cells, schema};
use super::wide::{Wide, queries};
use crate::catalog::Pinned;
use crate::origin::Origin;

/// The relations of cells: name, span, whether by forwarder.
pub(crate) const RELATIONS: [(&str, Grain, bool); 4] = [
    ("kpi_hourly", Grain::Hour, false),
    ("kpi_daily", Grain::Day, false),
    ("kpi_monthly", Grain::Month, false),
    ("kpi_daily_by_forwarder", Grain::Day, true),
];

/// What one row of them is.
pub(crate) const CELLS_MEANING: &str =
    "A KPI in a span of a city's own calendar: numerator, denominator, value, target and status, live.";

/// One of the relations, within one statement: its sources are what the statement pinned.
#[derive(Debug)]
pub(crate) struct KpiScan {
    pinned: Pinned,
    relation: &'static str,
    grain: Grain,
    by_forwarder: bool,
}

impl KpiScan {
    /// The relation of this name; `None` where there is none.
    pub(crate) fn named(name: &str, pinned: &Pinned) -> Option<Self> {
        let (relation, grain, by_forwarder) = RELATIONS.into_iter().find(|(relation, ..)| *relation == name)?;
        Some(Self { pinned: pinned.clone(), relation, grain, by_forwarder })
    }

    fn kpis(&self) -> impl Iterator<Item = &KpiQuery> {
        kpis(&self.pinned, self.grain, self.by_forwarder)
    }

    /// The KPIs that the filters let through, as far as they speak of the KPI alone.
    fn wanted(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<&KpiQuery>> {
        let kpis: Vec<&KpiQuery> = self.kpis().collect();
        let column = Arc::new(Schema::new(vec![Field::new("kpi", DataType::Utf8, false)]));
        let ids = StringArray::from_iter_values(kpis.iter().map(|query| &query.kpi.id));
        let ids = RecordBatch::try_new(Arc::clone(&column), vec![Arc::new(ids)])?;
        let passed = Passing::of(state, filters, &column)?.rows(&ids)?;
        Ok(kpis
            .into_iter()
            .zip(passed.iter())
            .filter_map(|(kpi, passed)| (passed == Some(true)).then_some(kpi))
            .collect())
    }

    /// The cells, and the moment that all of them hold for where all are kept.
    async fn cells(&self, wanted: &[&KpiQuery], passing: &Passing) -> Result<(RecordBatch, Option<Instant>)> {
        let has_targets = wanted.iter().any(|query| query.kpi.targets.is_some());
        let go_lives = if has_targets { self.pinned.store().go_lives(&self.pinned).await? } else { Arc::default() };
        let ids: HashSet<&str> = wanted.iter().map(|query| query.kpi.id.as_str()).collect();
        let mut cells = Cells::new(self.grain, self.by_forwarder, &go_lives);
        let mut oldest = Some(self.pinned.at());
        // A source's KPIs are kept together, so all of them are asked for where one is wanted.
        for wide in queries(self.kpis(), self.grain, self.by_forwarder) {
            if wide.kpis.iter().any(|query| ids.contains(query.kpi.id.as_str())) {
                let (found, as_of) = self.pinned.store().rows(&self.pinned, &wide).await?;
                oldest = oldest.zip(as_of).map(|(one, other)| one.min(other));
                for rows in found {
                    let rows = filter_record_batch(&rows, &passing.rows(&rows.project(&passing.columns)?)?)?;
                    cells.extend(&wide.kpis, &ids, &rows)?;
                }
            }
        }
        Ok((cells.finish()?, oldest))
    }

    /// What a plan says of cells.
    fn words(&self, wanted: &[&KpiQuery], as_of: Option<Instant>) -> String {
        let ids = wanted.iter().map(|query| query.kpi.id.as_str()).collect::<Vec<_>>().join(", ");
        let age = as_of.map(|as_of| self.pinned.at().saturating_duration_since(as_of));
        let age = age.map_or("found anew".to_owned(), |age| format!("kept, {} ms old", age.as_millis()));
        format!("{} of {ids}: {age}", self.relation)
    }
}

/// The KPIs that a relation of cells has. One over a table that this lake lacks has no cells.
fn kpis(pinned: &Pinned, grain: Grain, by_forwarder: bool) -> impl Iterator<Item = &KpiQuery> {
    let kept = move |query: &&KpiQuery| {
        let has = query.kpi.grains.contains(&grain) && (query.kpi.by_forwarder || !by_forwarder);
        has && !pinned.lacks(&query.source.relations)
    };
    pinned.library().kpis.iter().filter(kept).filter(|query| pinned.has(&query.source.relations))
}

/// All sources of all relations of cells that are kept.
pub(super) fn sources(pinned: &Pinned) -> Vec<(&'static str, Wide<'_>)> {
    let of_relation = |(relation, grain, by_forwarder)| {
        let wides = queries(kpis(pinned, grain, by_forwarder), grain, by_forwarder);
        wides.into_iter().filter(|wide| !wide.source.is_volatile).map(move |wide| (relation, wide))
    };
    RELATIONS.into_iter().flat_map(of_relation).collect()
}

/// Brings cells up to date that somebody asked for lately, the most urgent first, until the time is over; the rest waits
/// for the next call. Those that fail are told, and left to whoever asks next.
pub(crate) async fn freshen(pinned: &Pinned, time: Duration) -> Result<()> {
    let (store, started) = (pinned.store(), Instant::now());
    store.freshen_go_lives(pinned).await?;
    let due = |(relation, wide)| Some((store.urgency(pinned, &wide)?, relation, wide));
    let mut due: Vec<_> = sources(pinned).into_iter().filter_map(due).collect();
    due.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
    for (_, relation, wide) in due {
        if let Err(error) = store.freshen(pinned, &wide).await {
            tracing::warn!("{relation} of {} is not kept fresh: {error}", wide.ids());
        }
        if started.elapsed() > time {
            break;
        }
    }
    Ok(())
}

/// The filters of a query that speak of some columns alone.
pub(crate) struct Passing {
    filters: Vec<Arc<dyn PhysicalExpr>>,
    /// Where those columns are.
    columns: Vec<usize>,
}

impl Passing {
    /// Those of the filters that speak of these columns.
    pub(crate) fn of(state: &dyn Session, filters: &[Expr], columns: &SchemaRef) -> Result<Self> {
        let known = |filter: &&Expr| {
            let used = filter.column_refs();
            !used.is_empty() && used.iter().all(|column| columns.index_of(&column.name).is_ok())
        };
        let schema = DFSchema::try_from(Arc::clone(columns))?;
        let physical = |filter| state.create_physical_expr(unqualified(filter)?, &schema);
        let filters = filters.iter().filter(known).map(physical).collect::<Result<_>>()?;
        Ok(Self { filters, columns: (0..columns.fields().len()).collect() })
    }

    /// Which rows of those columns pass.
    pub(crate) fn rows(&self, rows: &RecordBatch) -> Result<BooleanArray> {
        let mut passed = BooleanArray::from(vec![true; rows.num_rows()]);
        for filter in &self.filters {
            let more = filter.evaluate(rows)?.into_array(rows.num_rows())?;
            passed = and_kleene(&passed, more.as_boolean())?;
        }
        Ok(passed)
    }
}

/// Plans every KPI's query; answers the first that cannot be planned, and why.
pub(crate) async fn check(pinned: &Pinned) -> std::result::Result<(), (String, DataFusionError)> {
    for query in pinned.library().kpis.iter().filter(|query| !pinned.lacks(&query.source.relations)) {
        // Its own cells would wait for themselves.
        if let Some((cells, ..)) = RELATIONS.iter().find(|(cells, ..)| query.source.relations.contains(*cells)) {
            return Err((query.kpi.id.clone(), plan_datafusion_err!("a KPI reads views and tables, not {cells}")));
        }
        // Nobody knows which events change a relation that others work out.
        if let Some(name) = query.source.relations.iter().find(|name| pinned.derived(name).is_some()) {
            return Err((query.kpi.id.clone(), plan_datafusion_err!("a KPI reads views and tables, not {name}")));
        }
        let is_known = |name: &String| pinned.library().view(name).is_some();
        if !pinned.has(&query.source.relations) && query.source.relations.iter().all(is_known) {
            continue;
        }
        let grain = query.kpi.grains.first().copied().unwrap_or(Grain::Day);
        for wide in queries([query].into_iter(), grain, query.kpi.by_forwarder) {
            let plan = async { pinned.state()?.create_logical_plan(&wide.sql(None)).await };
            plan.await.map_err(|error| (query.kpi.id.clone(), error))?;
        }
    }
    Ok(())
}

/// A filter's columns without the name of the relation.
fn unqualified(filter: &Expr) -> Result<Expr> {
    use datafusion::common::Column;
    use datafusion::common::tree_node::{Transformed, TreeNode};

    let plain = |expr| match expr {
        Expr::Column(column) => Ok(Transformed::yes(Expr::Column(Column::from_name(column.name)))),
        other => Ok(Transformed::no(other)),
    };
    Ok(filter.clone().transform(plain)?.data)
}

#[async_trait]
impl TableProvider for KpiScan {
    fn schema(&self) -> SchemaRef {
        schema(self.grain, self.by_forwarder)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        // Columns of the rows that cells are made of, as the relation names them.
        let places = Schema::new(
            self.schema().fields().iter().take(2 + usize::from(self.by_forwarder)).cloned().collect::<Vec<_>>(),
        );
        let passing = Passing::of(state, filters, &Arc::new(places))?;
        let wanted = self.wanted(state, filters)?;
        let (cells, as_of) = self.cells(&wanted, &passing).await?;
        let rows = MemorySourceConfig::try_new_exec(&[vec![cells]], self.schema(), projection.cloned())?;
        Ok(Origin::cells(self.words(&wanted, as_of), as_of, rows))
    }
}
