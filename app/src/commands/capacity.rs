//! `tidemark capacity`: what will not suffice, and when.

use anyhow::Result;

use super::listing::Listing;
use crate::cli::Capacity;

/// A city's limits that suffice are many, and say nothing.
const NOTABLE: &str = "(SELECT * FROM capacity WHERE status <> 'fine' OR city IS NULL) notable";

/// Writes the newest advice.
pub(crate) async fn run(arguments: Capacity) -> Result<()> {
    let Capacity { resource, city, all, source, output } = arguments;
    let listing = Listing {
        glance: "resource, city, category, round(figure, 1) AS figure, round(available, 1) AS available, unit,\
                     to_char(at, 'YYYY-MM-DD') AS at, status, reason",
        relation: if all || city.is_some() { "capacity" } else { NOTABLE },
        filters: &[("resource", resource.as_deref()), ("city", city.as_deref())],
        order: "resource, city, category",
        limit: None,
        nothing: "there is no such advice; it comes with forecasts: `tidemark forecast --refresh`",
    };
    listing.write(&source, &output).await
}
