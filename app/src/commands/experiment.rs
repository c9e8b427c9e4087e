//! `tidemark experiment`: how variants compare.

use anyhow::Result;

use super::listing::Listing;
use crate::cli::Experiment;

/// Writes how experiments stand.
pub(crate) async fn run(arguments: Experiment) -> Result<()> {
    let Experiment { experiment, source, output } = arguments;
    let listing = Listing {
        glance: "experiment, metric, variant, control_units, variant_units, round(control_value, 4) AS control,\
                     round(variant_value, 4) AS variant_value, round(lower, 4) AS lower, round(upper, 4) AS upper, standing, verdict",
        relation: "experiments",
        filters: &[("experiment", experiment.as_deref())],
        order: "experiment, metric, variant",
        limit: None,
        nothing: "no experiment was looked at; a running service with the role jobs looks at those that usage events name",
    };
    listing.write(&source, &output).await
}
