//! `forwarders`: what forwarders charge, side by side, for negotiation.

use crate::definition::{CheckDefinition, Definition, SectionDefinition};
use crate::document::Role;
use crate::words::CHECK_FORWARDERS;

pub(crate) const DEFINITION: Definition = Definition {
    kind: "forwarders",
    title: ["Forwarder cost comparison", "貨代費用比較", "货代费用比较"],
    months: 1,
    absent: ["charges on settled invoices", "see the invoices of other months"],
    sections: &[
        SectionDefinition {
            name: "forwarders",
            title: ["Forwarders", "貨代", "货代"],
            note: [
                "Charges on the invoices that settled in the month, by the currency of the charge.",
                "該月結案發票之費用，按費用幣別列示。",
                "该月结案发票的费用，按费用币种列示。",
            ],
            role: Role::Main,
            sql: include_str!("../../sql/forwarders/forwarders.sql"),
            columns: &["forwarder", "currency", "invoices", "charge_lines", "amount", "mean", "share"],
            pivot: None,
            is_of_whole: false,
        },
        SectionDefinition {
            name: "charges",
            title: ["Charges", "費用項目", "费用项目"],
            note: [
                "What a line of each charge costs, against the mean of all forwarders in the same currency.",
                "各費用項目每筆金額，與同幣別全部貨代之平均比較。",
                "各费用项目每笔金额，与同币种全部货代的平均比较。",
            ],
            role: Role::Explanation,
            sql: include_str!("../../sql/forwarders/charges.sql"),
            columns: &[
                "charge",
                "currency",
                "forwarder",
                "charge_lines",
                "amount",
                "mean",
                "mean_of_all",
                "above_mean",
                "lowest",
                "highest",
            ],
            pivot: None,
            is_of_whole: false,
        },
    ],
    checks: &[CheckDefinition::Sums {
        title: CHECK_FORWARDERS,
        expected: ("charges", "amount"),
        found: ("forwarders", "amount"),
    }],
    focus: None,
    glossary: &[],
};
