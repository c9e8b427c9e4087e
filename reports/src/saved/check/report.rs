//! A definition that renders a report of the platform: which one, and for which cities.

use tidemark_model::city;

use super::{Problem, head};
use crate::fill;
use crate::saved::definition::{Definition, Format, Visual};
use crate::saved::problem::Misfit;
use crate::scope::Scope;

pub(super) fn check(definition: &Definition, kind: &str, scope: &Scope, problems: &mut Vec<Problem>) {
    head::check(definition, problems);
    if !fill::kinds().any(|known| known == kind) {
        let message = format!("there is no report \"{}\"", kind.escape_debug());
        problems.push(Misfit::unknown("report", message, kind, fill::kinds()).at(""));
    }
    if asks_itself(definition) {
        let message = "a report of the platform says itself what is asked and shown";
        problems.push(Problem::new("report", message, "leave out source and what goes with it, or leave out report"));
    }
    if definition.formats.contains(&Format::Png) {
        problems.push(Problem::new("formats", "a report of the platform is no picture", "leave png out"));
    }
    for (place, code) in definition.cities.iter().enumerate() {
        let found = city(code, &definition.cities[..place], scope);
        problems.extend(found.err().map(|misfit| misfit.at(&format!("cities[{place}]"))));
    }
    let has_zone = definition.schedule.as_ref().is_some_and(|schedule| schedule.zone.is_some());
    if has_zone && !definition.cities.is_empty() {
        let message = "each city goes by its own clock";
        problems.push(Problem::new("schedule.zone", message, "leave zone out, or leave out cities"));
    }
}

/// Refuses cities of a report that is not for each of them.
pub(super) fn check_none(definition: &Definition, problems: &mut Vec<Problem>) {
    if !definition.cities.is_empty() {
        let cure = "filter by the column city, or choose a report of the platform";
        problems.push(Problem::new("cities", "only reports of the platform come city by city", cure));
    }
}

fn asks_itself(definition: &Definition) -> bool {
    let Definition { source, columns, filters, order, visual, .. } = definition;
    let has_rows = !source.is_empty() || !columns.is_empty() || definition.is_grouped();
    has_rows || !filters.is_empty() || !order.is_empty() || *visual != Visual::default()
}

fn city(code: &str, before: &[String], scope: &Scope) -> Result<(), Misfit> {
    if city::find(code).is_none() {
        let message = format!("there is no city \"{}\"", code.escape_debug());
        return Err(Misfit::unknown("", message, code, city::CITIES.iter().map(|city| city.code)));
    }
    if before.iter().any(|other| other == code) {
        return Err(Misfit::new("", format!("{code} stands there twice"), "give each city once"));
    }
    match scope.of_city(code) {
        Ok(_) => Ok(()),
        Err(_) => {
            Err(Misfit::new("", format!("the owner may not see {code}"), "leave it out, or choose another owner"))
        }
    }
}
