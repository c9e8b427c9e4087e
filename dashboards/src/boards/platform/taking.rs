//! Taking events in: rates, age, lag, refusals, commits, files.

use super::{STALE_ACT_S, STALE_WARN_S, metric};
use crate::panel::{Panel, Shape};

pub(super) fn panels() -> Vec<Panel> {
    vec![records(), freshness(), lag(), dead_letters(), commits(), commit_failures(), tail(), files()]
}

fn records() -> Panel {
    metric(
        Shape::Lines,
        "cps",
        ["Records taken", "接收速率", "接收速率"],
        [
            "Records taken from the source each second, by stream.",
            "每秒自來源接收的記錄，按資料流。",
            "每秒自来源接收的记录，按数据流。",
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
            "每秒拒收的記錄，以及因事件已存在而略過的記錄。",
            "每秒拒收的记录，以及因事件已存在而跳过的记录。",
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
            "失敗的提交（會重試），以及因其他寫入者移動水位而重啟的次數。",
            "失败的提交（会重试），以及因其他写入者移动水位而重启的次数。",
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
            "各資料表的有效檔案數；合併使其維持少量。",
            "各数据表的有效文件数；合并使其维持少量。",
        ],
        &[("max by (table) (tidemark_lake_files)", "{{table}}")],
    )
}
