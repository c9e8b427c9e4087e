//! The relation `kpis`: the catalogue as it is defined.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Decimal128Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::kpi::{FIGURE_PRECISION, FIGURE_SCALE, Figure, Grain, Kpi};
use tidemark_sql::Library;

use crate::system::SystemTable;

/// One row a KPI, by topic and id.
#[derive(Debug)]
pub(crate) struct Catalogue {
    library: Arc<Library>,
}

/// A column's name, and what it holds of a KPI.
type Column<T> = (&'static str, fn(&Kpi) -> T);

const TEXTS: [Column<String>; 15] = [
    ("kpi", |kpi| kpi.id.clone()),
    ("topic", |kpi| kpi.topic.clone()),
    ("title", |kpi| kpi.titles[0].clone()),
    ("title_zh_hant", |kpi| kpi.titles[1].clone()),
    ("title_zh_hans", |kpi| kpi.titles[2].clone()),
    ("meaning", |kpi| kpi.meanings[0].clone()),
    ("meaning_zh_hant", |kpi| kpi.meanings[1].clone()),
    ("meaning_zh_hans", |kpi| kpi.meanings[2].clone()),
    ("formula", |kpi| kpi.formula.clone()),
    ("unit", |kpi| kpi.unit.name().to_owned()),
    ("direction", |kpi| kpi.direction.name().to_owned()),
    ("owner", |kpi| kpi.owner.clone()),
    ("grains", |kpi| words(&kpi.grains)),
    ("forecast", |kpi| words(&kpi.forecast)),
    ("watch", |kpi| words(&kpi.watch)),
];

const FIGURES: [Column<Option<Figure>>; 5] = [
    ("target_3m", |kpi| kpi.targets.map(|targets| targets[0])),
    ("target_6m", |kpi| kpi.targets.map(|targets| targets[1])),
    ("target_12m", |kpi| kpi.targets.map(|targets| targets[2])),
    ("warn", |kpi| kpi.warn),
    ("act", |kpi| kpi.act),
];

const FLAGS: [Column<bool>; 2] = [("by_forwarder", |kpi| kpi.by_forwarder), ("additive", |kpi| kpi.additive)];

fn words(grains: &[Grain]) -> String {
    grains.iter().map(|grain| grain.name()).collect::<Vec<_>>().join(" ")
}

impl Catalogue {
    pub(crate) const fn new(library: Arc<Library>) -> Self {
        Self { library }
    }

    fn kpis(&self) -> impl Iterator<Item = &Kpi> {
        self.library.kpis.iter().map(|query| &query.kpi)
    }

    fn figures(&self, of: fn(&Kpi) -> Option<Figure>) -> Result<ArrayRef, ServiceError> {
        let figures = self.kpis().map(|kpi| of(kpi).map(|figure| figure.0)).collect::<Decimal128Array>();
        Ok(Arc::new(figures.with_precision_and_scale(FIGURE_PRECISION, FIGURE_SCALE).map_err(internal)?))
    }
}

impl SystemTable for Catalogue {
    fn name(&self) -> &'static str {
        "kpis"
    }

    fn meaning(&self) -> &'static str {
        "The KPI catalogue: what each figure means, who owns it, its targets and thresholds."
    }

    fn schema(&self) -> SchemaRef {
        let texts = TEXTS.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, false));
        let figure = DataType::Decimal128(FIGURE_PRECISION, FIGURE_SCALE);
        let figures = FIGURES.iter().map(|(name, _)| Field::new(*name, figure.clone(), true));
        let flags = FLAGS.iter().map(|(name, _)| Field::new(*name, DataType::Boolean, false));
        Arc::new(Schema::new(texts.chain(figures).chain(flags).collect::<Vec<_>>()))
    }

    fn rows(&self) -> Result<RecordBatch, ServiceError> {
        let text = |of: fn(&Kpi) -> String| Arc::new(StringArray::from_iter_values(self.kpis().map(of))) as ArrayRef;
        let flag = |of: fn(&Kpi) -> bool| Arc::new(self.kpis().map(|kpi| Some(of(kpi))).collect::<BooleanArray>());
        let mut columns: Vec<ArrayRef> = TEXTS.iter().map(|(_, of)| text(*of)).collect();
        for (_, of) in FIGURES {
            columns.push(self.figures(of)?);
        }
        columns.extend(FLAGS.iter().map(|(_, of)| flag(*of) as ArrayRef));
        RecordBatch::try_new(self.schema(), columns).map_err(internal)
    }
}

fn internal(error: arrow::error::ArrowError) -> ServiceError {
    ServiceError::new(ErrorCode::Internal, format!("could not list the KPIs: {error}"))
}
