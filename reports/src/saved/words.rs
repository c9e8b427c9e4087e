//! What documents of saved reports say beside their owners' words, in the order of
//! [`tidemark_model::report::Language::ALL`].

use crate::words::Words;

pub(super) const FACT_SOURCE: Words = ["Source", "資料來源", "数据来源"];
pub(super) const FACT_OWNER: Words = ["Owner", "擁有人", "所有者"];
pub(super) const FACT_ZONE: Words = ["Time zone", "時區", "时区"];
pub(super) const FACT_DUE: Words = ["Due", "排定時間", "计划时间"];
pub(super) const CUT: Words = [
    "Only the first {limit} rows are shown: there are more.",
    "僅顯示前 {limit} 列，尚有更多。",
    "仅显示前 {limit} 行，还有更多。",
];
