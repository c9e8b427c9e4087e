//! Forwarder comparison: every KPI that is kept by forwarder, and all of them side by side.

use tidemark_sql::{KpiQuery, Library};

use super::{NOW, data_as_of};
use crate::kpi::{self, OF_CITY, OF_FORWARDER};
use crate::language::{Words, compose};
use crate::panel::{About, Board, Panel, Section, Variable};

const SIDE_BY_SIDE: Words = ["Side by side", "並列比較", "并列比较"];
const RANKINGS: Words = ["The twelve to look at first", "優先關注的十二家", "优先关注的十二家"];
const COURSES: Words = ["Course of the largest", "最大貨代走勢", "最大货代走势"];

pub(super) fn board(library: &Library) -> Board {
    let by_forwarder = || library.kpis.iter().filter(|query| query.kpi.by_forwarder);
    let (additive, others): (Vec<_>, Vec<_>) = by_forwarder().partition(|query| query.kpi.additive);
    let now = vec![data_as_of(), forwarders(), unsupported()];
    Board {
        id: "forwarders",
        title: ["Tidemark: forwarder comparison", "Tidemark：貨代比較", "Tidemark：货代比较"],
        question: [
            "Which forwarders cost us work, and whose invoices do we read well?",
            "哪些貨代增加人工？哪些發票讀得好？",
            "哪些货代增加人工？哪些发票读得好？",
        ],
        variables: &[Variable::City, Variable::Forwarder],
        from: "now-30d",
        to: "now",
        refresh: "5m",
        sections: vec![
            Section { title: NOW, per_line: 3, height: 3, panels: now },
            Section { title: SIDE_BY_SIDE, per_line: 1, height: 14, panels: vec![side_by_side(&additive)] },
            Section {
                title: RANKINGS,
                per_line: 3,
                height: 10,
                panels: additive.into_iter().map(kpi::ranking).collect(),
            },
            Section {
                title: COURSES,
                per_line: 3,
                height: 8,
                panels: others.into_iter().map(kpi::course_by_forwarder).collect(),
            },
        ],
    }
}

fn forwarders() -> Panel {
    let about = About {
        title: ["Forwarders with settled invoices", "有完結發票的貨代", "有完结发票的货代"],
        meaning: [
            "Forwarders of which an invoice settled in the chosen time.",
            "所選時段內有發票完結的貨代。",
            "所选时段内有发票完结的货代。",
        ],
        formula: "count(DISTINCT forwarder) of kpi_daily_by_forwarder where kpi = 'invoices_settled'",
        owner: "scm",
    };
    let sql = format!(
        "SELECT count(DISTINCT forwarder) AS \"value\"\nFROM kpi_daily_by_forwarder\n\
         WHERE kpi = 'invoices_settled' AND $__timeFilter(bucket) AND {OF_CITY} AND {OF_FORWARDER}"
    );
    Panel::count(about, sql)
}

fn unsupported() -> Panel {
    let about = About {
        title: ["Invoices of unknown forwarders", "無法識別貨代的發票", "无法识别货代的发票"],
        meaning: [
            "Settled invoices that were never classified: no forwarder is known.",
            "從未分類、貨代未知的完結發票。",
            "从未分类、货代未知的完结发票。",
        ],
        formula: "sum(numerator) of kpi_daily_by_forwarder where kpi = 'invoices_settled' and forwarder is null",
        owner: "scm",
    };
    let sql = format!(
        "SELECT coalesce(sum(numerator), 0) AS \"value\"\nFROM kpi_daily_by_forwarder\n\
         WHERE kpi = 'invoices_settled' AND $__timeFilter(bucket) AND {OF_CITY} AND forwarder IS NULL"
    );
    Panel::count(about, sql)
}

/// A row a forwarder, a column a KPI that adds up.
fn side_by_side(additive: &[&KpiQuery]) -> Panel {
    let about = About {
        title: ["All forwarders", "所有貨代", "所有货代"],
        meaning: [
            "Every KPI that adds up, by forwarder, over the chosen time and cities.",
            "所選時段與城市內，各貨代的可加總指標。",
            "所选时段与城市内，各货代的可汇总指标。",
        ],
        formula: "sum(numerator) / sum(denominator) of kpi_daily_by_forwarder; a plain count: sum(numerator)",
        owner: "scm",
    };
    let columns = additive.iter().map(|query| format!(",\n  {} AS \"{}\"", of_kpi(query), query.kpi.id));
    let largest = additive.iter().position(|query| query.kpi.id == "invoices_settled").map_or(1, |index| index + 2);
    let wanted: Vec<String> = additive.iter().map(|query| format!("'{}'", query.kpi.id)).collect();
    let sql = format!(
        "SELECT coalesce(forwarder, '-') AS \"forwarder\"{}\nFROM kpi_daily_by_forwarder\n\
         WHERE kpi IN ({}) AND $__timeFilter(bucket) AND {OF_CITY} AND {OF_FORWARDER}\n\
         GROUP BY 1\nORDER BY {largest} DESC NULLS LAST, 1",
        columns.collect::<String>(),
        wanted.join(", ")
    );
    let mut panel = Panel::table(about, sql);
    panel.columns = additive
        .iter()
        .map(|query| (query.kpi.id.clone(), query.kpi.titles.clone(), kpi::unit(query.kpi.unit)))
        .collect();
    let owners = compose(|language| crate::words::owners(additive, language));
    for (description, owners) in panel.description.iter_mut().zip(owners) {
        description.push_str(&owners);
    }
    panel
}

fn of_kpi(query: &KpiQuery) -> String {
    let part = |part: &str| format!("sum({part}) FILTER (WHERE kpi = '{}')", query.kpi.id);
    if kpi::is_plain(query) {
        part("numerator")
    } else {
        format!("{} / nullif({}, 0)", part("numerator"), part("denominator"))
    }
}
