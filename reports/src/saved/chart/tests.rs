//! Pictures: what is in them, and that the same figures give the same bytes.

use super::*;

fn places(labels: &[&str]) -> Vec<Place> {
    labels.iter().enumerate().map(|(at, label)| Place { label: (*label).to_owned(), at: at as f64 }).collect()
}

fn series(name: &str, values: &[Option<f64>]) -> Series {
    Series { name: name.to_owned(), values: values.to_vec() }
}

fn bars() -> Chart {
    Chart {
        shape: Shape::Bars,
        language: Language::TraditionalChinese,
        title: "各貨代費用 <HKD> & \"其他\"".to_owned(),
        subtitle: "全部城市 · 2026-03".to_owned(),
        places: places(&["甲貨代", "乙貨代", "丙"]),
        series: vec![
            series("金額", &[Some(120.0), Some(-30.0), None]),
            series("前期", &[Some(90.0), Some(10.0), Some(5.5)]),
        ],
        is_share: false,
        note: "另有 2 個刻度未繪出。".to_owned(),
    }
}

fn line(values: &[Option<f64>]) -> Chart {
    let labels: Vec<String> = (1..=values.len()).map(|day| format!("2026-03-{day:02}")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    Chart {
        shape: Shape::Lines { gap: 1.5 },
        language: Language::English,
        title: "Failures".to_owned(),
        subtitle: String::new(),
        places: places(&labels),
        series: vec![series("failed", values)],
        is_share: false,
        note: String::new(),
    }
}

#[test]
fn a_picture_says_what_it_shows_and_its_names_are_escaped() {
    let text = svg(&bars());
    assert!(text.contains("role=\"img\" aria-labelledby=\"title desc\" xml:lang=\"zh-Hant\""));
    assert!(text.contains("<title id=\"title\">各貨代費用 &lt;HKD&gt; &amp; &quot;其他&quot;</title>"));
    let described = "<desc id=\"desc\">長條圖。共 3 個刻度，由 甲貨代 至 丙。\
                     金額：最低 −30（乙貨代），最高 120（甲貨代），最後 −30。\
                     前期：最低 5.50（丙），最高 90（甲貨代），最後 5.50。另有 2 個刻度未繪出。</desc>";
    assert!(text.contains(described), "{text}");
    // Five bars for five values, and the paper.
    assert_eq!(text.matches("<rect").count(), 6);
}

#[test]
fn bars_stand_on_zero_and_in_proportion() {
    let text = svg(&Chart { series: vec![series("a", &[Some(50.0), Some(100.0), Some(-50.0)])], ..bars() });
    let bars: Vec<&str> = text.lines().filter(|line| line.starts_with("<rect x")).collect();
    let number = |line: &str, name: &str| -> f64 {
        let rest = line.split_once(&format!("{name}=\"")).unwrap().1;
        rest.split_once('"').unwrap().0.parse().unwrap()
    };
    let [half, whole, below] = bars.try_into().unwrap();
    assert!((number(half, "height") * 2.0 - number(whole, "height")).abs() < 0.05);
    assert!((number(half, "height") - number(below, "height")).abs() < 0.05);
    let zero = number(half, "y") + number(half, "height");
    assert!((number(whole, "y") + number(whole, "height") - zero).abs() < 0.05);
    assert!((number(below, "y") - zero).abs() < 0.05);
}

#[test]
fn a_line_breaks_where_something_is_missing() {
    let paths = |chart: &Chart| svg(chart).matches("fill=\"none\"").count();
    assert_eq!(paths(&line(&[Some(1.0), Some(2.0), Some(3.0), Some(4.0)])), 1);
    let broken = line(&[Some(1.0), Some(2.0), None, None, Some(3.0), Some(4.0)]);
    assert_eq!(paths(&broken), 2);
    let alone = svg(&line(&[Some(1.0), Some(2.0), None, None, Some(3.0)]));
    assert_eq!(alone.matches("<circle").count(), 1);
}

#[test]
fn labels_below_the_axis_stand_apart() {
    let text = svg(&line(&[Some(1.0); 30]));
    let labels = text.lines().filter(|line| line.contains("middle") && line.contains(">2026-03-"));
    let at: Vec<f64> = labels.map(|line| line.split('"').nth(1).unwrap().parse().unwrap()).collect();
    assert!(at.len() > 5, "{at:?}");
    // Ten characters at 0.56 of 13: each label is 73 wide.
    assert!(at.windows(2).all(|pair| pair[1] - pair[0] > 73.0), "{at:?}");
}

#[test]
fn nothing_to_draw_is_a_picture_too() {
    let text = svg(&Chart { series: Vec::new(), places: Vec::new(), ..line(&[]) });
    assert!(text.contains("Nothing to draw."));
    assert!(text.ends_with("</svg>\n"));
    assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
}

#[test]
fn extreme_figures_have_a_picture() {
    for values in [[0.0, 0.0], [1e-9, 2e-9], [1e15, -1e15], [f64::MIN_POSITIVE, 1e300], [5.0, 5.0]] {
        let text = svg(&line(&values.map(Some)));
        assert!(!text.contains("NaN") && !text.contains("inf"), "{values:?}");
    }
}

#[test]
fn the_same_figures_give_the_same_bytes() {
    assert_eq!(svg(&bars()), svg(&bars()));
    assert_eq!(png(&bars()).unwrap(), png(&bars()).unwrap());
}

/// A picture's pixels, four bytes each.
fn pixels(chart: &Chart) -> resvg::tiny_skia::Pixmap {
    resvg::tiny_skia::Pixmap::decode_png(&png(chart).unwrap()).unwrap()
}

#[test]
fn chinese_is_drawn_with_fonts_of_our_own() {
    let named = pixels(&bars());
    assert_eq!((named.width(), named.height()), (1_920, 1_080));
    let inked = |picture: &resvg::tiny_skia::Pixmap| {
        // The strip of the title, which is the darkest text.
        let pixels = picture.pixels().iter().take(1_920 * 84);
        pixels.filter(|pixel| pixel.red() < 100).count()
    };
    let nameless = pixels(&Chart { title: String::new(), subtitle: String::new(), ..bars() });
    assert_eq!(inked(&nameless), 0);
    // Six characters of Chinese and some of Latin at 40 pixels: a box for each would have less ink.
    assert!(inked(&named) > 3_000, "{}", inked(&named));
}
