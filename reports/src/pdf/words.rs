//! What the paper itself says, in English, Traditional and Simplified Chinese. Words of the figures are the document's.

/// Words in the order of [`tidemark_model::report::Language::ALL`].
pub(super) type Words = [&'static str; 3];

pub(super) const CURRENT: Words = ["AS IT STOOD WHEN MADE", "以製作時資料為準", "以制作时数据为准"];
pub(super) const DRAFT: Words = ["DRAFT", "草稿", "草稿"];
pub(super) const FINAL: Words = ["FINAL", "定稿", "定稿"];
pub(super) const ADJUSTED: Words = ["FINAL, ADJUSTED LATER", "定稿，其後有調整", "定稿，其后有调整"];

pub(super) const AS_OF: Words = ["Data as of", "資料截至", "数据截至"];
pub(super) const PAGE: Words = ["Page {page} of {pages}", "第 {page} 頁，共 {pages} 頁", "第 {page} 页，共 {pages} 页"];
pub(super) const TOTAL: Words = ["Total", "合計", "合计"];
pub(super) const NO_ROWS: Words = ["Nothing in this period.", "本期沒有資料。", "本期没有数据。"];

pub(super) const CHECKS: Words = ["Checks", "核對", "核对"];
pub(super) const CHECK: Words = ["What must hold", "核對項目", "核对项目"];
pub(super) const EXPECTED: Words = ["Expected", "應為", "应为"];
pub(super) const FOUND: Words = ["Found", "實為", "实为"];
pub(super) const RESULT: Words = ["Result", "結果", "结果"];
/// The template shows results that begin with a tick in green, others in red.
pub(super) const PASSED: Words = ["✓ Passed", "✓ 通過", "✓ 通过"];
pub(super) const FAILED: Words = ["× Failed", "× 未通過", "× 未通过"];

pub(super) const SHARES: Words = ["Shares: {column}", "佔比：{column}", "占比：{column}"];
pub(super) const OTHERS: Words = ["others", "其他", "其他"];
/// What separates one item of a list from the next.
pub(super) const AND: Words = ["; ", "；", "；"];

pub(super) const SAME: Words = ["In every row: {same}", "各列相同：{same}", "各行相同：{same}"];
pub(super) const LEFT_OUT: Words = [
    "The first {printed} of {all} rows. All rows are in this report as a workbook, CSV or JSON; totals are of all rows.",
    "以上為全部 {all} 列中的前 {printed} 列。完整內容見本報告的活頁簿、CSV 或 JSON；合計包含所有列。",
    "以上为全部 {all} 行中的前 {printed} 行。完整内容见本报告的工作簿、CSV 或 JSON；合计包含所有行。",
];
pub(super) const REPLACED: Words = [
    "The fonts of this document lack some characters. They are shown as code points of Unicode:",
    "本文件的字型缺少部分字元，以其 Unicode 碼位表示：",
    "本文件的字体缺少部分字符，以其 Unicode 码位表示：",
];
