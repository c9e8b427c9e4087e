//! How figures and names read in a chart, and how wide they stand about.

/// The sign of negative figures, U+2212.
const MINUS: char = '−';

/// How wide characters stand by the size of the font: those of Chinese are square, digits and Latin letters about half.
const WIDE: f64 = 1.0;
/// See [`WIDE`].
const NARROW: f64 = 0.56;

/// A figure with so many digits behind the point, thousands apart: `−1,234.50`; of a share in per cent.
pub(super) fn figure(value: f64, decimals: usize, is_share: bool) -> String {
    // A share's two digits move before the point.
    let (value, decimals, unit) =
        if is_share { (value * 100.0, decimals.saturating_sub(2), "%") } else { (value, decimals, "") };
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.find('.').map_or((text.as_str(), ""), |point| text.split_at(point));
    let is_nothing = text.bytes().all(|b| b == b'0' || b == b'.');
    let mut figure = String::new();
    if value < 0.0 && !is_nothing {
        figure.push(MINUS);
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            figure.push(',');
        }
        figure.push(digit);
    }
    figure + rest + unit
}

/// How wide a text stands about, in a font of this size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| if c >= '\u{2e80}' { WIDE } else { NARROW }).sum::<f64>() * size
}

/// The text, cut with an ellipsis where it would stand wider.
pub(super) fn cut(text: &str, size: f64, width_max: f64) -> String {
    if width(text, size) <= width_max {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if width(&kept, size) + size > width_max {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_on_paper() {
        assert_eq!(figure(1_234_567.0, 0, false), "1,234,567");
        assert_eq!(figure(-1_234.5, 2, false), "−1,234.50");
        assert_eq!(figure(0.125, 3, true), "12.5%");
        assert_eq!(figure(0.2, 1, true), "20%");
        assert_eq!(figure(-0.001, 0, false), "0");
        assert_eq!(figure(123.0, 0, false), "123");
    }

    #[test]
    fn long_names_are_cut_and_say_so() {
        assert_eq!(cut("Hong Kong", 10.0, 100.0), "Hong Kong");
        let short = cut("香港特別行政區", 10.0, 40.0);
        assert_eq!(short, "香港特…");
        assert!(width(&short, 10.0) <= 40.0);
    }
}
