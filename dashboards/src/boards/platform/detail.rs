//! The lake's tables and the partitions of its sources, one by one.

use crate::panel::{About, Panel};

pub(super) fn panels() -> Vec<Panel> {
    vec![tables(), partitions()]
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
    Panel::table(
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
            "各分區進度：SQL 可見處與已提交處。",
            "各分区进度：SQL 可见处与已提交处。",
        ],
        formula: "ingest_partitions: visible_offset - committed_offset",
        owner: "sre",
    };
    Panel::table(
        about,
        r#"SELECT stream AS "stream", topic AS "topic", partition AS "partition", committed_offset AS "committed_offset",
  visible_offset AS "visible_offset", visible_offset - committed_offset AS "tail_rows"
FROM ingest_partitions
WHERE stream IN ($stream)
ORDER BY 6 DESC, 1, 2, 3"#,
    )
}
