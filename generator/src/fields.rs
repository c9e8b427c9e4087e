//! What an invoice says: the headers that are extracted, the charge codes, and how a value of each looks.

use crate::clock::push_date;
use crate::json::{push_decimal, push_padded};

/// How the values of a field look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The forwarder's letters and a number.
    InvoiceNumber,
    /// The invoice's total.
    Total,
    /// The invoice's currency.
    Currency,
    /// The forwarder's id.
    Forwarder,
    /// A date near the invoice's.
    Date,
    /// Letters and a number.
    Code(&'static str),
    /// A port or another place.
    Port,
    /// A ship.
    Vessel,
    /// A company that ships or receives.
    Company,
    /// When payment is due.
    Terms,
    /// A number with three digits after the point.
    Measure,
}

/// A standard header.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
}

const fn field(name: &'static str, shape: Shape) -> Field {
    Field { name, shape }
}

/// The first fields of [`FIELDS`] are on every invoice, and required.
pub(crate) const NUM_REQUIRED: usize = 5;

/// The optional fields: a prime number, so that any stride through them repeats none.
pub(crate) const NUM_OPTIONAL: usize = 23;

/// Standard headers, required ones first.
pub(crate) const FIELDS: [Field; NUM_REQUIRED + NUM_OPTIONAL] = [
    field("invoice_number", Shape::InvoiceNumber),
    field("invoice_date", Shape::Date),
    field("total_amount", Shape::Total),
    field("currency", Shape::Currency),
    field("forwarder_name", Shape::Forwarder),
    field("bill_of_lading", Shape::Code("MBL")),
    field("house_bill", Shape::Code("HBL")),
    field("container_number", Shape::Code("TGHU")),
    field("vessel", Shape::Vessel),
    field("voyage", Shape::Code("V")),
    field("port_of_loading", Shape::Port),
    field("port_of_discharge", Shape::Port),
    field("place_of_delivery", Shape::Port),
    field("departure_date", Shape::Date),
    field("arrival_date", Shape::Date),
    field("due_date", Shape::Date),
    field("gross_weight_kg", Shape::Measure),
    field("volume_cbm", Shape::Measure),
    field("packages", Shape::Code("")),
    field("shipper", Shape::Company),
    field("consignee", Shape::Company),
    field("purchase_order", Shape::Code("PO-")),
    field("job_number", Shape::Code("J")),
    field("booking_number", Shape::Code("BK")),
    field("seal_number", Shape::Code("SL")),
    field("exchange_rate", Shape::Measure),
    field("tax_registration", Shape::Code("TX")),
    field("payment_terms", Shape::Terms),
];

const PORTS: [&str; 12] = [
    "Yantian",
    "Kwai Tsing",
    "Port Klang",
    "Long Beach",
    "Rotterdam",
    "Laem Chabang",
    "Kaohsiung",
    "Cat Lai",
    "Port Botany",
    "Busan",
    "Yokohama",
    "洋山港",
];

const VESSELS: [&str; 5] = ["MV \"Eastern Star\"", "Ever Lotus", "Pacific Heron", "Jade River", "Cape Collinson"];

const COMPANIES: [&str; 6] = [
    "Wing Fat Trading Ltd",
    "明輝貿易有限公司",
    "上海宏远进出口有限公司",
    "Hoshino Parts K.K.",
    "Tan & Sons Pte Ltd",
    "Lakeside Retail Pty Ltd",
];

const TERMS: [&str; 4] = ["30 days net", "14 days net", "prepaid", "collect"];

/// Charge codes with their descriptions and usual amounts in cents of HKD.
pub(crate) const CHARGES: [(&str, &str, i64); 10] = [
    ("THC", "Terminal handling charge", 215_000),
    ("BAF", "Bunker adjustment factor", 148_000),
    ("DOC", "Documentation fee", 45_000),
    ("CAF", "Currency adjustment factor", 62_000),
    ("CFS", "Container freight station", 88_000),
    ("AMS", "Advance manifest filing", 27_500),
    ("ISPS", "Port security surcharge", 12_000),
    ("LSS", "Low sulphur surcharge", 39_000),
    ("SEAL", "Seal fee", 9_500),
    ("FRT", "Ocean freight", 1_240_000),
];

/// What the values of one invoice are made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paper {
    pub(crate) prefix: &'static str,
    pub(crate) forwarder: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) number: u64,
    pub(crate) day: i64,
    pub(crate) total: i64,
    pub(crate) digits: u32,
}

impl Paper {
    /// Appends a field's value; neighbouring variants differ, as a misreading differs from what people wrote instead.
    pub(crate) fn push_value(&self, out: &mut Vec<u8>, field: usize, variant: u64) {
        let number = self.number.wrapping_mul(2_654_435_761).wrapping_add(field as u64 * 977) % 1_000_000_000 + variant;
        let one_of = |table: &[&'static str]| table[number as usize % table.len()];
        match FIELDS[field].shape {
            Shape::InvoiceNumber => {
                out.extend_from_slice(self.prefix.as_bytes());
                push_padded(out, (self.number + variant * 10) % 10_000_000, 7);
            }
            Shape::Total => push_decimal(out, self.total + variant as i64 * 1_000, self.digits),
            Shape::Currency if variant.is_multiple_of(2) => out.extend_from_slice(self.currency.as_bytes()),
            Shape::Currency => out.extend_from_slice(if self.currency == "USD" { "HKD" } else { "USD" }.as_bytes()),
            Shape::Forwarder => {
                out.extend_from_slice(self.forwarder.as_bytes());
                out.extend_from_slice(if variant.is_multiple_of(2) { b"" } else { b"-hk" });
            }
            Shape::Date => push_date(out, self.day - 2 + (number % 9) as i64),
            Shape::Code(prefix) => {
                out.extend_from_slice(prefix.as_bytes());
                push_padded(out, number % 1_000_000, 4);
            }
            Shape::Port => out.extend_from_slice(one_of(&PORTS).as_bytes()),
            Shape::Vessel => out.extend_from_slice(one_of(&VESSELS).as_bytes()),
            Shape::Company => out.extend_from_slice(one_of(&COMPANIES).as_bytes()),
            Shape::Terms => out.extend_from_slice(one_of(&TERMS).as_bytes()),
            Shape::Measure => push_decimal(out, (number % 25_000_000) as i64, 3),
        }
    }
}

/// A currency's digits after the point (ISO 4217) and its units for 1,000 HKD, roughly.
pub(crate) fn currency(code: &str) -> (u32, i64) {
    match code {
        "USD" => (2, 128),
        "SGD" => (2, 172),
        "CNY" => (2, 925),
        "TWD" => (2, 4_120),
        "JPY" => (0, 19_300),
        "KRW" => (0, 178_000),
        "THB" => (2, 4_550),
        "VND" => (0, 3_260_000),
        "AUD" => (2, 198),
        _ => (2, 1_000),
    }
}
