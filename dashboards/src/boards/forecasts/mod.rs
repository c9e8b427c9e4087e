//! What comes next: volumes, cost and sessions as they were and as they are foretold, how far that can be relied on, and
//! what will not suffice.

mod next;
mod past;

use super::{DETAIL, FIGURES, NOW, data_as_of};
use crate::language::Words;
use crate::panel::{Board, Section, Variable};

const AHEAD: Words = ["What was and what comes", "過去與未來", "过去与未来"];
const NEEDED: Words = ["What will not suffice", "容量與預算", "容量与预算"];
const PAST: Words = ["How good past forecasts were", "過往預測表現", "过往预测表现"];

pub(super) fn board() -> Board {
    Board {
        id: "forecasts",
        title: ["Tidemark: what comes next", "Tidemark：預測", "Tidemark：预测"],
        question: [
            "What comes next, how sure is that, and what will not suffice?",
            "接下來會如何？有多可靠？哪些資源將不足？",
            "接下来会如何？有多可靠？哪些资源将不足？",
        ],
        variables: &[Variable::City],
        from: "now-30d",
        to: "now+14d",
        refresh: "15m",
        sections: vec![
            Section { title: NOW, per_line: 4, height: 3, panels: next::figures(data_as_of()) },
            Section { title: AHEAD, per_line: 2, height: 9, panels: next::courses() },
            Section { title: DETAIL, per_line: 2, height: 10, panels: vec![next::week(), next::back_tests()] },
            Section { title: NEEDED, per_line: 1, height: 9, panels: vec![next::capacity()] },
            Section { title: FIGURES, per_line: 4, height: 3, panels: past::figures() },
            Section { title: PAST, per_line: 3, height: 9, panels: past::panels() },
        ],
    }
}
