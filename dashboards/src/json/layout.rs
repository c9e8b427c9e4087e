//! Where panels stand: sections from top to bottom, each a heading and lines of panels of nearly equal width.

use serde_json::{Value, json};

use super::panel;
use crate::language::Language;
use crate::panel::{Board, Section};

/// Grafana's grid has so many columns.
const COLUMNS: usize = 24;

/// All panels of a board with their places and ids.
pub(crate) fn place(board: &Board, language: Language) -> Vec<Value> {
    let mut placed = Vec::new();
    let mut y = 0;
    for section in board.sections.iter().filter(|section| !section.panels.is_empty()) {
        let id = placed.len() + 1;
        placed.push(json!({
            "type": "row", "id": id, "title": language.of(&section.title), "collapsed": false, "panels": [],
            "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1},
        }));
        y += 1;
        for line in lines(section) {
            for (index, one) in line.iter().enumerate() {
                let (x, end) = (COLUMNS * index / line.len(), COLUMNS * (index + 1) / line.len());
                let id = placed.len() + 1;
                let mut made = panel::json(one, language);
                made["id"] = json!(id);
                made["gridPos"] = json!({"x": x, "y": y, "w": end - x, "h": section.height});
                placed.push(made);
            }
            y += section.height;
        }
    }
    placed
}

/// A section's panels in as few lines as may be, and these as even as may be.
fn lines(section: &Section) -> impl Iterator<Item = &[crate::panel::Panel]> {
    let num_lines = section.panels.len().div_ceil(section.per_line.max(1));
    let bound = move |line: usize| section.panels.len() * line / num_lines;
    (0..num_lines).map(move |line| &section.panels[bound(line)..bound(line + 1)])
}
