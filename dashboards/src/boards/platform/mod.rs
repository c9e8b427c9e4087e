//! The data platform: is it up, is it fresh, what is refused, do queries answer quickly.

mod answering;
mod detail;
mod taking;

use tidemark_sql::Library;

use super::{DETAIL, NOW, data_as_of, kpis};
use crate::kpi;
use crate::language::Words;
use crate::panel::{About, Board, Panel, Section, Shape, Variable};

/// From this age on data is stale, and from this one on someone must act, in seconds. Source: the domain's service
/// levels (an hour at most; ours is seconds).
const STALE_WARN_S: f64 = 60.0;
const STALE_ACT_S: f64 = 3_600.0;

const TAKING: Words = ["Taking events in", "事件接收", "事件接收"];
const ANSWERING: Words = ["Answering", "查詢服務", "查询服务"];

pub(super) fn board(library: &Library) -> Board {
    let kpis = kpis(library, "platform");
    let mut now = vec![up(), data_as_of(), freshness_now(), lag_now(), dead_letters_now(), free_space()];
    now.extend(kpis.iter().filter_map(|query| kpi::figure_of_all(query)));
    let answering = answering::panels().into_iter().chain(kpis.iter().map(|query| kpi::course_of_all(query)));
    Board {
        id: "platform",
        title: ["Tidemark: data platform", "Tidemark：資料平台", "Tidemark：数据平台"],
        question: [
            "Is it up, is it fresh, what is refused, do queries answer quickly?",
            "是否運行、是否即時、拒收了什麼、查詢是否迅速？",
            "是否运行、是否及时、拒收了什么、查询是否迅速？",
        ],
        variables: &[Variable::Stream],
        from: "now-6h",
        to: "now",
        refresh: "30s",
        sections: vec![
            Section { title: NOW, per_line: 4, height: 3, panels: now },
            Section { title: TAKING, per_line: 4, height: 8, panels: taking::panels() },
            Section { title: ANSWERING, per_line: 3, height: 8, panels: answering.collect() },
            Section { title: DETAIL, per_line: 2, height: 10, panels: detail::panels() },
        ],
    }
}

/// What Prometheus is asked, its title and what it says.
fn metric(
    shape: Shape,
    unit: &'static str,
    title: Words,
    meaning: Words,
    series: &'static [(&'static str, &'static str)],
) -> Panel {
    let formula = series.first().map_or("", |(expression, _)| *expression);
    Panel::prometheus(shape, unit, About { title, meaning, formula, owner: "sre" }, series)
}

fn up() -> Panel {
    metric(
        Shape::Figure,
        "short",
        ["Instances up", "運行實例", "运行实例"],
        ["Instances that answer Prometheus.", "可被 Prometheus 讀取的實例。", "可被 Prometheus 读取的实例。"],
        &[("count(count by (instance) (tidemark_ingest_lag_records))", "")],
    )
}

fn freshness_now() -> Panel {
    metric(
        Shape::Figure,
        "s",
        ["Age of the newest record", "最新記錄的延遲", "最新记录的延迟"],
        [
            "How old the newest record was when SQL could see it, of the slowest stream.",
            "最新記錄可被查詢時的年齡，取最慢的資料流。",
            "最新记录可被查询时的年龄，取最慢的数据流。",
        ],
        &[("max(tidemark_ingest_freshness_seconds{stream=~\"$stream\"})", "")],
    )
    .worse_from(STALE_WARN_S, Some(STALE_ACT_S))
}

fn lag_now() -> Panel {
    metric(
        Shape::Figure,
        "short",
        ["Records behind", "落後記錄數", "落后记录数"],
        [
            "Records that the broker has and SQL does not see yet.",
            "broker 已有而 SQL 尚不可見的記錄。",
            "broker 已有而 SQL 尚不可见的记录。",
        ],
        &[("sum(tidemark_ingest_lag_records{stream=~\"$stream\"})", "")],
    )
}

fn dead_letters_now() -> Panel {
    metric(
        Shape::Figure,
        "short",
        ["Dead letters in this time", "此時段拒收記錄", "此时段拒收记录"],
        ["Records that were refused and kept as dead letters.", "被拒收並保留的記錄。", "被拒收并保留的记录。"],
        &[("sum(increase(tidemark_ingest_dead_letters_total{stream=~\"$stream\"}[$__range]))", "")],
    )
}

fn free_space() -> Panel {
    metric(
        Shape::Figure,
        "bytes",
        ["Free space of the store", "儲存可用空間", "存储可用空间"],
        [
            "What is left where the lake is a folder; nothing for object stores.",
            "資料湖為資料夾時的剩餘空間；物件儲存則無。",
            "数据湖为文件夹时的剩余空间；对象存储则无。",
        ],
        &[("min(tidemark_store_free_bytes)", "")],
    )
}
