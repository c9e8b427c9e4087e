//! `tidemark capacity`: what will not suffice, and when.

use anyhow::Result;

use super::listing::Listing;
use crate::cli::Capacity;

/// Writes the newest advice.
pub(crate) async fn run(arguments: Capacity) -> Result<()> {
    let Capacity { resource, city, source, output } = arguments;
    let listing = Listing {
        columns: "*",
        relation: "capacity",
        filters: &[("resource", resource.as_deref()), ("city", city.as_deref())],
        order: "resource, city, category",
        limit: None,
        nothing: "there is no such advice; it comes with forecasts: `tidemark forecast --refresh`",
    };
    listing.write(&source, &output).await
}
