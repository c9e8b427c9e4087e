//! The data platform: is it up, is it fresh, what is refused, do queries answer quickly.

use super::{DETAIL, NOW, data_as_of};
use crate::language::Words;
use crate::panel::{About, Board, Panel, Section, Shape, Variable};

/// From this age on data is stale, and from this one on someone must act, in seconds. Source: the domain's service
/// levels (an hour at most; ours is seconds).
const STALE_WARN_S: f64 = 60.0;
const STALE_ACT_S: f64 = 3_600.0;
/// Source: the domain's service levels: a board refreshes within 3 s, a query's p95 is 50 ms.
const QUERY_WARN_S: f64 = 3.0;

const TAKING: Words = ["Taking events in", "事件接收", "事件接收"];
const ANSWERING: Words = ["Answering", "查詢服務", "查询服务"];

pub(super) fn board() -> Board {
    let now = vec![up(), data_as_of(), freshness_now(), lag_now(), dead_letters_now(), free_space()];
    let taking = vec![records(), freshness(), lag(), dead_letters(), commits(), commit_failures(), tail(), files()];
    let answering = vec![latency(), outcomes(), audits(), kpi_readings()];
    Board {
        id: "platform",
        title: ["Tidemark: data platform", "Tidemark:資料平台", "Tidemark:数据平台"],
        question: [
            "Is it up, is it fresh, what is refused, do queries answer quickly?",
            "是否運行、是否即時、拒收了什麼、查詢是否迅速?",
            "是否运行、是否及时、拒收了什么、查询是否迅速?",
        ],
        variables: &[Variable::Stream],
        from: "now-6h",
        refresh: "30s",
        sections: vec![
            Section { title: NOW, per_line: 6, height: 3, panels: now },
            Section { title: TAKING, per_line: 4, height: 8, panels: taking },
            Section { title: ANSWERING, per_line: 4, height: 8, panels: answering },
            Section { title: DETAIL, per_line: 2, height: 10, panels: vec![tables(), partitions()] },
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
            "最新記錄可被查詢時的年齡,取最慢的資料流。",
            "最新记录可被查询时的年龄,取最慢的数据流。",
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
            "資料湖為資料夾時的剩餘空間;物件儲存則無。",
            "数据湖为文件夹时的剩余空间;对象存储则无。",
        ],
        &[("min(tidemark_store_free_bytes)", "")],
    )
}

fn records() -> Panel {
    metric(
        Shape::Lines,
        "cps",
        ["Records taken", "接收速率", "接收速率"],
        [
            "Records taken from the source each second, by stream.",
            "每秒自來源接收的記錄,按資料流。",
            "每秒自来源接收的记录,按数据流。",
        ],
        &[(
            "sum by (stream) (rate(tidemark_ingest_records_total{stream=~\"$stream\"}[$__rate_interval]))",
            "{{stream}}",
        )],
    )
}

fn freshness() -> Panel {
    metric(
        Shape::Lines,
        "s",
        ["Freshness", "即時性", "及时性"],
        [
            "How old the newest record was when SQL could see it.",
            "最新記錄可被查詢時的年齡。",
            "最新记录可被查询时的年龄。",
        ],
        &[("max by (stream) (tidemark_ingest_freshness_seconds{stream=~\"$stream\"})", "{{stream}}")],
    )
    .worse_from(STALE_WARN_S, Some(STALE_ACT_S))
}

fn lag() -> Panel {
    metric(
        Shape::Lines,
        "short",
        ["Lag", "落後量", "落后量"],
        [
            "Records that the broker has and SQL does not see yet.",
            "broker 已有而 SQL 尚不可見的記錄。",
            "broker 已有而 SQL 尚不可见的记录。",
        ],
        &[("sum by (stream) (tidemark_ingest_lag_records{stream=~\"$stream\"})", "{{stream}}")],
    )
}

fn dead_letters() -> Panel {
    metric(
        Shape::Lines,
        "cps",
        ["Dead letters and repeats", "拒收與重複", "拒收与重复"],
        [
            "Records refused, and records skipped because the event was there already, each second.",
            "每秒拒收的記錄,以及因事件已存在而略過的記錄。",
            "每秒拒收的记录,以及因事件已存在而跳过的记录。",
        ],
        &[
            (
                "sum by (stream) (rate(tidemark_ingest_dead_letters_total{stream=~\"$stream\"}[$__rate_interval]))",
                "dead letters {{stream}}",
            ),
            (
                "sum by (stream) (rate(tidemark_ingest_repeats_total{stream=~\"$stream\"}[$__rate_interval]))",
                "repeats {{stream}}",
            ),
        ],
    )
}

fn commits() -> Panel {
    metric(
        Shape::Lines,
        "s",
        ["Time of a commit", "提交耗時", "提交耗时"],
        [
            "How long half and how long nineteen of twenty commits take at most.",
            "半數提交與二十次中十九次的最長耗時。",
            "半数提交与二十次中十九次的最长耗时。",
        ],
        &[
            (
                "histogram_quantile(0.95, sum by (le) (rate(tidemark_ingest_commit_seconds_bucket{stream=~\"$stream\"}[$__rate_interval])))",
                "p95",
            ),
            (
                "histogram_quantile(0.5, sum by (le) (rate(tidemark_ingest_commit_seconds_bucket{stream=~\"$stream\"}[$__rate_interval])))",
                "p50",
            ),
        ],
    )
}

fn commit_failures() -> Panel {
    metric(
        Shape::Lines,
        "short",
        ["Commits that failed, and fences", "提交失敗與隔離", "提交失败与隔离"],
        [
            "Commits that failed (they are tried again), and restarts because another writer moved a watermark.",
            "失敗的提交(會重試),以及因其他寫入者移動水位而重啟的次數。",
            "失败的提交(会重试),以及因其他写入者移动水位而重启的次数。",
        ],
        &[
            ("sum(increase(tidemark_ingest_commit_failures_total{stream=~\"$stream\"}[$__rate_interval]))", "failures"),
            ("sum(increase(tidemark_ingest_fences_total[$__rate_interval]))", "fences"),
        ],
    )
}

fn tail() -> Panel {
    metric(
        Shape::Lines,
        "bytes",
        ["Visible and not yet committed", "可見但未提交", "可见但未提交"],
        [
            "Memory of rows that SQL sees and the lake does not have yet.",
            "SQL 可見但資料湖尚無的資料所佔記憶體。",
            "SQL 可见但数据湖尚无的数据所占内存。",
        ],
        &[("sum by (stream) (tidemark_ingest_tail_bytes{stream=~\"$stream\"})", "{{stream}}")],
    )
}

fn files() -> Panel {
    metric(
        Shape::Lines,
        "short",
        ["Files", "檔案數", "文件数"],
        [
            "Active files of each table; compaction keeps them few.",
            "各資料表的有效檔案數;合併使其維持少量。",
            "各数据表的有效文件数;合并使其维持少量。",
        ],
        &[("max by (table) (tidemark_lake_files)", "{{table}}")],
    )
}

fn latency() -> Panel {
    metric(
        Shape::Lines,
        "s",
        ["Query latency", "查詢延遲", "查询延迟"],
        [
            "How long nineteen of twenty, and half, of the queries that succeeded took at most, by door.",
            "成功查詢中二十次之十九次及半數的最長耗時,按入口。",
            "成功查询中二十次之十九次及半数的最长耗时,按入口。",
        ],
        &[
            (
                "histogram_quantile(0.95, sum by (le, door) (rate(tidemark_query_seconds_bucket{outcome=\"ok\"}[$__rate_interval])))",
                "p95 {{door}}",
            ),
            (
                "histogram_quantile(0.5, sum by (le, door) (rate(tidemark_query_seconds_bucket{outcome=\"ok\"}[$__rate_interval])))",
                "p50 {{door}}",
            ),
        ],
    )
    .worse_from(QUERY_WARN_S, None)
}

fn outcomes() -> Panel {
    metric(
        Shape::Stack,
        "reqps",
        ["Queries by outcome", "查詢結果", "查询结果"],
        [
            "Queries each second: answered, refused (not allowed or not understood), failed, or canceled by the client.",
            "每秒查詢:已答覆、拒絕(不允許或無法理解)、失敗、由用戶端取消。",
            "每秒查询:已答复、拒绝(不允许或无法理解)、失败、由客户端取消。",
        ],
        &[("sum by (outcome) (rate(tidemark_query_seconds_count[$__rate_interval]))", "{{outcome}}")],
    )
}

fn audits() -> Panel {
    metric(
        Shape::Lines,
        "short",
        ["KPI audits", "指標稽核", "指标审核"],
        [
            "Kept KPI cells that were compared with what the views answer, and those that differed. Any difference is a fault of ours.",
            "與檢視比對的指標快取,及其中不符者。任何不符皆為本平台的錯誤。",
            "与视图比对的指标缓存,及其中不符者。任何不符皆为本平台的错误。",
        ],
        &[
            ("sum(increase(tidemark_kpi_audits_total[$__rate_interval]))", "audits"),
            ("sum(increase(tidemark_kpi_audit_mismatches_total[$__rate_interval]))", "mismatches"),
        ],
    )
}

fn kpi_readings() -> Panel {
    metric(
        Shape::Lines,
        "short",
        ["KPI gauges", "指標儀表", "指标仪表"],
        [
            "Readings of the KPI gauges that failed, and KPI series beyond the budget of series.",
            "指標讀取失敗次數,以及超出序列上限的指標序列。",
            "指标读取失败次数,以及超出序列上限的指标序列。",
        ],
        &[
            ("sum(increase(tidemark_kpi_reading_failures_total[$__rate_interval]))", "failures"),
            ("max(tidemark_kpi_series_dropped)", "dropped"),
        ],
    )
}

fn tables() -> Panel {
    let about = About {
        title: ["Tables", "資料表", "数据表"],
        meaning: [
            "The tables of the lake as this query sees them.",
            "此查詢所見的資料湖資料表。",
            "此查询所见的数据湖数据表。",
        ],
        formula: "tables where kind = 'table'",
        owner: "sre",
    };
    Panel::sql(
        Shape::Table,
        "none",
        about,
        r#"SELECT table_name AS "table_name", version AS "version", num_rows AS "num_rows", num_files AS "num_files",
  size_bytes AS "size_bytes", tail_rows AS "tail_rows"
FROM tables
WHERE kind = 'table'
ORDER BY 3 DESC, 1"#,
    )
}

fn partitions() -> Panel {
    let about = About {
        title: ["Partitions", "分區", "分区"],
        meaning: [
            "How far each partition has come: what SQL sees, and what is committed.",
            "各分區進度:SQL 可見處與已提交處。",
            "各分区进度:SQL 可见处与已提交处。",
        ],
        formula: "ingest_partitions: visible_offset - committed_offset",
        owner: "sre",
    };
    Panel::sql(
        Shape::Table,
        "none",
        about,
        r#"SELECT stream AS "stream", topic AS "topic", partition AS "partition", committed_offset AS "committed_offset",
  visible_offset AS "visible_offset", visible_offset - committed_offset AS "tail_rows"
FROM ingest_partitions
WHERE stream IN ($stream)
ORDER BY 6 DESC, 1, 2, 3"#,
    )
}
