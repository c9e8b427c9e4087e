//! What a chart says of itself, in English, Traditional and Simplified Chinese.

/// Words in the order of [`tidemark_model::report::Language::ALL`].
pub(super) type Words = [&'static str; 3];

pub(super) const LINES: Words = ["Line chart", "折線圖", "折线图"];
pub(super) const BARS: Words = ["Bar chart", "長條圖", "柱状图"];
pub(super) const SPAN: Words = [
    "{count} places, from {first} to {last}.",
    "共 {count} 個刻度，由 {first} 至 {last}。",
    "共 {count} 个刻度，由 {first} 至 {last}。",
];
pub(super) const SERIES: Words = [
    "{name}: least {least} ({least_at}), greatest {greatest} ({greatest_at}), last {last}.",
    "{name}：最低 {least}（{least_at}），最高 {greatest}（{greatest_at}），最後 {last}。",
    "{name}：最低 {least}（{least_at}），最高 {greatest}（{greatest_at}），最后 {last}。",
];
pub(super) const NO_VALUES: Words = ["{name}: no values.", "{name}：沒有數值。", "{name}：没有数值。"];
pub(super) const NOTHING: Words = ["Nothing to draw.", "沒有可繪製之資料。", "没有可绘制的数据。"];
pub(super) const PLACES_LEFT_OUT: Words =
    ["{count} more places are not drawn.", "另有 {count} 個刻度未繪出。", "另有 {count} 个刻度未绘出。"];
pub(super) const SERIES_LEFT_OUT: Words =
    ["{count} smaller series are not drawn.", "另有 {count} 個較小之數列未繪出。", "另有 {count} 个较小的序列未绘出。"];
/// What stands between sentences.
pub(super) const BETWEEN: Words = [" ", "", ""];
