//! A relation of cells: it finds out which KPIs a query wants, and asks each of their sources once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, DataFusionError, Result, plan_datafusion_err};
use datafusion::datasource::TableType;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use tidemark_model::kpi::Grain;
use tidemark_sql::KpiQuery;

use super::cells::{Cells, schema};
use super::wide::queries;
use crate::catalog::Pinned;

/// The relations of cells: name, span, whether by forwarder.
pub(crate) const RELATIONS: [(&str, Grain, bool); 4] = [
    ("kpi_hourly", Grain::Hour, false),
    ("kpi_daily", Grain::Day, false),
    ("kpi_monthly", Grain::Month, false),
    ("kpi_daily_by_forwarder", Grain::Day, true),
];

/// One of the relations, within one statement: its sources are what the statement pinned.
#[derive(Debug)]
pub(crate) struct KpiScan {
    pinned: Pinned,
    grain: Grain,
    by_forwarder: bool,
}

impl KpiScan {
    pub(crate) const fn new(pinned: Pinned, grain: Grain, by_forwarder: bool) -> Self {
        Self { pinned, grain, by_forwarder }
    }

    fn kpis(&self) -> impl Iterator<Item = &KpiQuery> {
        let kept = |query: &&KpiQuery| {
            query.kpi.grains.contains(&self.grain) && (query.kpi.by_forwarder || !self.by_forwarder)
        };
        self.pinned.library().kpis.iter().filter(kept)
    }

    /// The KPIs that the filters let through, as far as they speak of the KPI alone.
    fn wanted(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<&KpiQuery>> {
        let kpis: Vec<&KpiQuery> = self.kpis().collect();
        let column = Arc::new(Schema::new(vec![Field::new("kpi", DataType::Utf8, false)]));
        let ids = StringArray::from_iter_values(kpis.iter().map(|query| &query.kpi.id));
        let ids = RecordBatch::try_new(Arc::clone(&column), vec![Arc::new(ids)])?;
        let mut wanted = vec![true; kpis.len()];
        for filter in filters.iter().filter(|filter| filter.column_refs().iter().all(|column| column.name == "kpi")) {
            let filter = state.create_physical_expr(unqualified(filter)?, &DFSchema::try_from(Arc::clone(&column))?)?;
            let passed = filter.evaluate(&ids)?.into_array(kpis.len())?;
            for (wanted, passed) in wanted.iter_mut().zip(passed.as_boolean()) {
                *wanted &= passed == Some(true);
            }
        }
        Ok(kpis.into_iter().zip(wanted).filter_map(|(kpi, wanted)| wanted.then_some(kpi)).collect())
    }

    async fn cells(&self, wanted: &[&KpiQuery]) -> Result<RecordBatch> {
        let has_targets = wanted.iter().any(|query| query.kpi.targets.is_some());
        let go_lives = if has_targets { self.pinned.store().go_lives(&self.pinned).await? } else { HashMap::new() };
        let ids: HashSet<&str> = wanted.iter().map(|query| query.kpi.id.as_str()).collect();
        let mut cells = Cells::new(self.grain, self.by_forwarder, &go_lives);
        // A source's KPIs are kept together, so all of them are asked for where one is wanted.
        for wide in queries(self.kpis(), self.grain, self.by_forwarder) {
            if wide.kpis.iter().any(|query| ids.contains(query.kpi.id.as_str())) {
                for rows in self.pinned.store().rows(&self.pinned, &wide, self.grain, self.by_forwarder).await? {
                    cells.extend(&wide.kpis, &ids, &rows)?;
                }
            }
        }
        cells.finish()
    }
}

/// Plans every KPI's query; answers the first that cannot be planned, and why.
pub(crate) async fn check(pinned: &Pinned) -> std::result::Result<(), (String, DataFusionError)> {
    for query in &pinned.library().kpis {
        // Its own cells would wait for themselves.
        if let Some((cells, ..)) = RELATIONS.iter().find(|(cells, ..)| query.source.relations.contains(*cells)) {
            return Err((query.kpi.id.clone(), plan_datafusion_err!("a KPI reads views and tables, not {cells}")));
        }
        let grain = query.kpi.grains.first().copied().unwrap_or(Grain::Day);
        for wide in queries([query].into_iter(), grain, query.kpi.by_forwarder) {
            let plan = async { pinned.state()?.create_logical_plan(&wide.sql).await };
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
        let cells = self.cells(&self.wanted(state, filters)?).await?;
        Ok(MemorySourceConfig::try_new_exec(&[vec![cells]], self.schema(), projection.cloned())?)
    }
}
