//! How cells look: numbers are numbers, codes are texts, what is negative is red and has its minus sign.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::document::Kind;
use crate::value::Number;

const INK: Color = Color::RGB(0x001F_2937);
const QUIET: Color = Color::RGB(0x006B_7280);
const LINE: Color = Color::RGB(0x00C7_CDD6);
const SHADE: Color = Color::RGB(0x00EE_F2F7);
const ALARM: Color = Color::RGB(0x00C0_0000);

/// Formats that sheets share.
#[derive(Debug)]
pub(super) struct Formats {
    pub(super) title: Format,
    pub(super) quiet: Format,
    pub(super) header: Format,
    pub(super) header_right: Format,
    pub(super) label: Format,
    pub(super) text: Format,
    pub(super) wrapped: Format,
    pub(super) passed: Format,
    pub(super) failed: Format,
    money: Format,
    whole: Format,
    decimal: Format,
    ratio: Format,
    day: Format,
    instant: Format,
    total: Format,
}

impl Formats {
    pub(super) fn new() -> Self {
        let plain = || Format::new().set_font_color(INK);
        let number = |form: &str| plain().set_num_format(form).set_align(FormatAlign::Right);
        let header = || plain().set_bold().set_text_wrap().set_background_color(SHADE).set_align(FormatAlign::Top);
        Self {
            title: plain().set_bold().set_font_size(14),
            quiet: Format::new().set_font_color(QUIET),
            header: header().set_align(FormatAlign::Left).set_indent(1),
            header_right: header().set_align(FormatAlign::Right),
            label: plain().set_bold().set_align(FormatAlign::Top),
            // Beside a number, which stands to the right of its cell.
            text: plain().set_num_format("@").set_indent(1),
            wrapped: plain().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top),
            passed: plain(),
            failed: Format::new().set_bold().set_font_color(ALARM),
            money: number("#,##0.00;[Red]-#,##0.00"),
            whole: number("#,##0;[Red]-#,##0"),
            decimal: number("#,##0.0########;[Red]-#,##0.0########"),
            ratio: number("0.00%;[Red]-0.00%"),
            day: number("yyyy-mm-dd"),
            instant: number("yyyy-mm-dd hh:mm:ss"),
            total: plain().set_bold().set_border_top(FormatBorder::Thin).set_border_top_color(LINE),
        }
    }

    /// The format of a number in a column; money has so many digits after the point.
    pub(super) fn number(&self, kind: &Kind, number: Number, money_digits: u8) -> &Format {
        match kind {
            // Yen have no hundredths, but an amount that has some shows them.
            Kind::Money { .. } if money_digits == 0 && number.trimmed().scale == 0 => &self.whole,
            Kind::Money { .. } => &self.money,
            Kind::Ratio => &self.ratio,
            // A point without digits behind it would be left standing.
            _ if number.trimmed().scale > 0 => &self.decimal,
            _ => &self.whole,
        }
    }

    pub(super) const fn money(&self) -> &Format {
        &self.money
    }

    pub(super) const fn day(&self) -> &Format {
        &self.day
    }

    pub(super) const fn instant(&self) -> &Format {
        &self.instant
    }

    /// The format of a column's cell in the row of totals.
    pub(super) fn total(&self, kind: &Kind, money_digits: u8) -> Format {
        match kind {
            Kind::Money { .. } if money_digits == 0 => self.total.clone().set_num_format("#,##0;[Red]-#,##0"),
            Kind::Money { .. } => self.total.clone().set_num_format("#,##0.00;[Red]-#,##0.00"),
            Kind::Count => self.total.clone().set_num_format("#,##0;[Red]-#,##0"),
            _ => self.total.clone(),
        }
    }
}

/// Whether a column's cells stand to the right.
pub(super) const fn is_right(kind: &Kind) -> bool {
    !matches!(kind, Kind::Text | Kind::Code)
}
