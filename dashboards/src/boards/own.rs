//! KPIs of topics that no other board has: those of the operator's own files.

use tidemark_sql::Library;
use tidemark_sql::boards::OWN;

use super::{NOW, USUAL, data_as_of, kpi_sections, kpis};
use crate::panel::{Board, Section};

/// None where there are no such KPIs.
pub(super) fn board(library: &Library) -> Option<Board> {
    let found = kpis(library, OWN);
    let now = Section { title: NOW, per_line: 6, height: 3, panels: vec![data_as_of()] };
    let sections = [now].into_iter().chain(kpi_sections(&found)).collect();
    (!found.is_empty()).then_some(Board {
        id: OWN,
        title: ["Tidemark: KPIs of your own", "Tidemark：自訂指標", "Tidemark：自定义指标"],
        question: [
            "What do the KPIs say that were added as files?",
            "以檔案新增的指標表現如何？",
            "以文件新增的指标表现如何？",
        ],
        variables: USUAL,
        from: "now-90d",
        to: "now",
        refresh: "5m",
        sections,
    })
}
