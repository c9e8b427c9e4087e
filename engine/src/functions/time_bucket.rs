//! `time_bucket(width, time)`: the start of the bucket, as Timescale and Grafana spell it; DataFusion's `date_bin`.

use datafusion::functions::datetime::date_bin;
use datafusion::logical_expr::ScalarUDF;

/// `date_bin` under both names.
pub(crate) fn time_bucket() -> ScalarUDF {
    date_bin().as_ref().clone().with_aliases(["time_bucket"])
}
