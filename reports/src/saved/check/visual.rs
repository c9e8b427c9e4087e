//! What is drawn: columns of the answer that have a place in a chart of its kind.

use super::Problem;
use crate::saved::catalogue::{Holds, Relation};
use crate::saved::definition::{Definition, Format, VisualKind};
use crate::saved::output::{Output, Part, outputs};
use crate::saved::problem::Misfit;

/// Lines, or bars of one place, that can be told apart.
const SERIES_MAX: usize = 8;

pub(super) fn check(definition: &Definition, relation: &Relation, problems: &mut Vec<Problem>) {
    let visual = &definition.visual;
    if visual.kind == VisualKind::Table {
        if visual.x.is_some() || !visual.y.is_empty() || visual.series.is_some() {
            problems.push(Problem::new(
                "visual",
                "a table has no x, y or series",
                "choose line or bar, or leave them out",
            ));
        }
        if definition.formats.contains(&Format::Png) {
            let cure = "choose line or bar for the visual, or leave png out";
            problems.push(Problem::new("formats", "a table has no picture", cure));
        }
        return;
    }
    let outputs = outputs(definition, relation, definition.language);
    problems.extend(x(definition, &outputs).err().map(|misfit| misfit.at("visual")));
    if visual.y.is_empty() || visual.y.len() > SERIES_MAX {
        let cure = format!("give 1 to {SERIES_MAX} names of columns that are numbers");
        problems.push(Problem::new("visual.y", "nothing is drawn, or too much", cure));
    }
    for (place, name) in visual.y.iter().enumerate() {
        let place = format!("visual.y[{place}]");
        let drawn = find("", name, &outputs).and_then(number);
        problems.extend(drawn.err().map(|misfit| misfit.at(&place)));
    }
    problems.extend(series(definition, &outputs).err().map(|misfit| misfit.at("visual")));
    problems.extend(one_value_a_place(definition, &outputs).err().map(|misfit| misfit.at("visual")));
}

fn find<'a>(member: &'static str, name: &str, outputs: &'a [Output]) -> Result<&'a Output, Misfit> {
    let message = || format!("the report has no column \"{}\"", name.escape_debug());
    let known = outputs.iter().map(|output| output.name.as_str());
    outputs.iter().find(|output| output.name == name).ok_or_else(|| Misfit::unknown(member, message(), name, known))
}

fn number(output: &Output) -> Result<(), Misfit> {
    let message = || format!("\"{}\" is no number", output.name);
    if output.holds.is_number() { Ok(()) } else { Err(Misfit::new("", message(), "choose one that is worked out")) }
}

/// The lower edge: of a line something with distances, of bars something that names them.
fn x(definition: &Definition, outputs: &[Output]) -> Result<(), Misfit> {
    let name = definition.visual.x.as_deref();
    let name = name.ok_or_else(|| Misfit::new("x", "what runs along the lower edge is not said", "give a column"))?;
    let output = find("x", name, outputs)?;
    let is_time =
        matches!(output.part, Part::Step(_)) || matches!(output.holds, Holds::Date | Holds::Month | Holds::Instant);
    if definition.visual.kind == VisualKind::Line && !is_time {
        return Err(Misfit::new(
            "x",
            format!("\"{name}\" is no time, and lines run over time"),
            "choose bar, or a time",
        ));
    }
    Ok(())
}

fn series(definition: &Definition, outputs: &[Output]) -> Result<(), Misfit> {
    let visual = &definition.visual;
    let Some(name) = visual.series.as_deref() else { return Ok(()) };
    let output = find("series", name, outputs)?;
    if !matches!(output.part, Part::Group | Part::Step(_)) {
        return Err(Misfit::new("series", format!("\"{name}\" is no group"), "choose a column of group_by"));
    }
    if visual.y.len() != 1 {
        return Err(Misfit::new("series", "a series tells values of one y apart", "give one y, or leave series out"));
    }
    if visual.x.as_deref() == Some(name) {
        return Err(Misfit::new("series", "the series is what runs along the lower edge", "choose another column"));
    }
    Ok(())
}

/// Refuses groups that are not drawn: several of their values would stand at one place, and one would hide the others.
fn one_value_a_place(definition: &Definition, outputs: &[Output]) -> Result<(), Misfit> {
    let visual = &definition.visual;
    let is_drawn = |name: &str| visual.x.as_deref() == Some(name) || visual.series.as_deref() == Some(name);
    let groups = outputs.iter().filter(|output| matches!(output.part, Part::Group | Part::Step(_)));
    let Some(hidden) = groups.into_iter().find(|output| !is_drawn(&output.name)) else { return Ok(()) };
    let message = format!("the group \"{}\" is neither x nor series", hidden.name);
    Err(Misfit::new("", message, "give it as the series, or leave the group out"))
}
