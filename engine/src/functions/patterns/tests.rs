//! Expected values are what a PostgreSQL server answers.

mod numbers;

use chrono::{NaiveDate, NaiveDateTime};

use super::*;

fn at(year: i32, month: u32, day: u32, clock: [u32; 4]) -> NaiveDateTime {
    let [hour, minute, second, micros] = clock;
    NaiveDate::from_ymd_opt(year, month, day).unwrap().and_hms_micro_opt(hour, minute, second, micros).unwrap()
}

fn thursday() -> Parts {
    Parts::local(at(2026, 3, 5, [14, 7, 9, 123_456]))
}

fn written(parts: &Parts, pattern: &str) -> String {
    format(parts, &Pattern::new(pattern)).unwrap()
}

fn read(text: &str, pattern: &str) -> Result<NaiveDateTime, String> {
    parse(text, &Pattern::new(pattern)).map(|moment| moment.local).map_err(|error| error.to_string())
}

#[test]
fn dates_and_clocks_are_written_as_their_pattern_says() {
    for (pattern, expected) in [
        ("YYYY-MM-DD HH24:MI:SS", "2026-03-05 14:07:09"),
        ("yyyy-mm-dd hh24:mi:ss.ms", "2026-03-05 14:07:09.123"),
        ("DD/MM/YYYY", "05/03/2026"),
        ("FMDD.FMMM.YYYY", "5.3.2026"),
        ("HH12:MI AM", "02:07 PM"),
        ("HH:MI pm a.m.", "02:07 pm p.m."),
        ("MS US FF1 FF2 FF3 FF4 FF5 FF6", "123 123456 1 12 123 1234 12345 123456"),
        ("SSSS SSSSS", "50829 50829"),
        ("YYYY YYY YY Y Y,YYY", "2026 026 26 6 2,026"),
        ("IYYY IYY IY I IW IDDD ID", "2026 026 26 6 10 067 4"),
        ("CC Q WW W J DDD D", "21 1 10 1 2461105 064 5"),
        ("RM rm|FMRM", "III  iii |III"),
        ("AD b.c.", "AD a.d."),
    ] {
        assert_eq!(written(&thursday(), pattern), expected, "{pattern}");
    }
}

#[test]
fn names_are_padded_to_nine_without_fm_and_follow_the_keywords_case() {
    for (pattern, expected) in [
        ("Month|", "March    |"),
        ("MONTH|month", "MARCH    |march    "),
        ("FMMonth DD, YYYY", "March 05, 2026"),
        ("Mon MON mon", "Mar MAR mar"),
        ("Day|DAY|day", "Thursday |THURSDAY |thursday "),
        ("FMDay", "Thursday"),
        ("Dy DY dy", "Thu THU thu"),
    ] {
        assert_eq!(written(&thursday(), pattern), expected, "{pattern}");
    }
}

#[test]
fn text_that_is_no_keyword_stands_for_itself() {
    for (pattern, expected) in [
        (r#"YYYY-MM-DD"T"HH24:MI:SS"Z""#, "2026-03-05T14:07:09Z"),
        (r#"IYYY-"W"IW"#, "2026-W10"),
        (r#"YYYY-"Q"Q"#, "2026-Q1"),
        (r#"\"YYYY\" "a\"b\\c""#, r#""2026" a"b\c"#),
        ("DDth DDTH FMDDth", "05th 05TH 5th"),
        ("", ""),
        ("FM", ""),
        ("é%", "é%"),
    ] {
        assert_eq!(written(&thursday(), pattern), expected, "{pattern}");
    }
}

#[test]
fn ordinals_end_as_in_english() {
    let days = [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 30];
    let found = days.map(|day| written(&Parts::local(at(2026, 1, day, [0; 4])), "FMDDth"));
    assert_eq!(found.join(" "), "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 23rd 30th");
}

#[test]
fn years_before_the_first_are_counted_back() {
    let parts = Parts::local(at(-43, 3, 15, [0; 4]));
    assert_eq!(written(&parts, "YYYY-MM-DD BC CC"), "0044-03-15 BC -01");
}

#[test]
fn zones_are_shown_by_name_and_offset() {
    let at_us = 1_772_719_629_000_000;
    let shown = |zone: &str, pattern| written(&Zone::of_session(zone).unwrap().parts(at_us).unwrap(), pattern);
    assert_eq!(shown("UTC", "HH24:MI TZ OF"), "14:07 UTC +00");
    assert_eq!(shown("Asia/Hong_Kong", "HH24 TZ tz OF TZH:TZM"), "22 HKT hkt +08 +08:00");
    assert_eq!(shown("Asia/Kolkata", "HH24:MI OF TZH TZM FMOF"), "19:37 +05:30 +05 30 +5:30");
    assert_eq!(shown("America/New_York", "TZ OF"), "EST -05");
    assert_eq!(shown("+08:00", "HH24 OF TZ"), "22 +08 +08");
    assert_eq!(written(&thursday(), "TZ|OF"), "|+00");
}

#[test]
fn intervals_count_hours_beyond_a_day() {
    let interval = Parts::interval(0, 1, 7_384_000_000);
    assert_eq!(written(&interval, "HH24:MI:SS"), "02:03:04");
    assert_eq!(written(&interval, "DD HH24"), "01 02");
    assert_eq!(written(&Parts::interval(0, 0, 90_180_000_000), "HH24:MI"), "25:03");
    assert_eq!(written(&Parts::interval(14, 0, -5_025_500_000), "YYYY MM HH24:MI:SS MS"), "0001 02 -01:-23:-45 -500");
    assert!(format(&interval, &Pattern::new("Month")).is_err());
}

#[test]
fn texts_are_read_as_their_pattern_says() {
    let day = |year, month, day| Ok(at(year, month, day, [0; 4]));
    assert_eq!(read("05/03/2026", "DD/MM/YYYY"), day(2026, 3, 5));
    assert_eq!(read("20260305", "YYYYMMDD"), day(2026, 3, 5));
    assert_eq!(read("2026-02", "YYYY-MM"), day(2026, 2, 1));
    assert_eq!(read("05 Mar 2026", "DD Mon YYYY"), day(2026, 3, 5));
    assert_eq!(read("March 5, 2026", "Month DD, YYYY"), day(2026, 3, 5));
    assert_eq!(read("  2026   3 5", "YYYY-MM-DD"), day(2026, 3, 5));
    assert_eq!(read("2026-03-05 and more", "YYYY-MM-DD"), day(2026, 3, 5));
    assert_eq!(read("2026-064", "YYYY-DDD"), day(2026, 3, 5));
    assert_eq!(read("2026-W10-4", "IYYY-\"W\"IW-ID"), day(2026, 3, 5));
    assert_eq!(read("2461105", "J"), day(2026, 3, 5));
    assert_eq!(read("95", "YY"), day(1995, 1, 1));
    assert_eq!(read("5-III-26", "DD-RM-YY"), day(2026, 3, 5));
    assert_eq!(read("44-03-15 BC", "YYYY-MM-DD BC"), day(-43, 3, 15));
    assert_eq!(read("5th Mar 2,026", "DDth Mon Y,YYY"), day(2026, 3, 5));
    let clock = |clock| Ok(at(2026, 3, 5, clock));
    assert_eq!(read("2026-03-05 14:07", "YYYY-MM-DD HH24:MI"), clock([14, 7, 0, 0]));
    assert_eq!(read("2026-03-05T14:07:09.5", "YYYY-MM-DD\"T\"HH24:MI:SS.MS"), clock([14, 7, 9, 500_000]));
    assert_eq!(read("2026-03-05 14:07:09.12", "YYYY-MM-DD HH24:MI:SS.US"), clock([14, 7, 9, 120_000]));
    assert_eq!(read("2026-03-05 02:07 p.m.", "YYYY-MM-DD HH:MI A.M."), clock([14, 7, 0, 0]));
    assert_eq!(read("2026-03-05 12:07 am", "YYYY-MM-DD HH12:MI PM"), clock([0, 7, 0, 0]));
}

#[test]
fn a_text_may_bring_its_own_offset() {
    let offset = |text: &str| parse(text, &Pattern::new("YYYY-MM-DD HH24:MI TZH:TZM")).unwrap().offset_s;
    assert_eq!(offset("2026-03-05 14:07 +08:00"), Some(28_800));
    assert_eq!(offset("2026-03-05 14:07 -03:30"), Some(-12_600));
    assert_eq!(parse("2026", &Pattern::new("YYYY")).unwrap().offset_s, None);
}

#[test]
fn what_is_no_time_is_refused_with_its_text() {
    let refused = |text, pattern| read(text, pattern).unwrap_err();
    assert_eq!(refused("2026-02-30", "YYYY-MM-DD"), "date/time field value out of range: \"2026-02-30\"");
    assert_eq!(refused("x", "YYYY"), "invalid value \"x\" for \"YYYY\" in \"x\"");
    assert_eq!(refused("2026 Foo", "YYYY Mon"), "invalid value \"Foo\" for \"MON\" in \"2026 Foo\"");
    assert_eq!(refused("20263", "YYYYMMDD"), "invalid value \"3\" for \"MM\" in \"20263\"");
    assert!(refused("25:00", "HH24:MI").contains("out of range"));
    assert!(refused("13:00", "HH12:MI").contains("12-hour clock"));
    assert!(refused("2026-03 5", "IYYY-MM-ID").contains("mix"));
    assert!(refused("2026 2025", "YYYY YYYY").contains("conflicting"));
    assert!(refused("99999999999", "FMYYYY").contains("out of range"));
}

#[test]
fn zones_are_known_by_name_abbreviation_and_posix_offset() {
    let local = |zone: &str| Zone::named(zone).unwrap().local_us(0).unwrap() / 3_600_000_000;
    assert_eq!(
        ["UTC", "asia/hong_kong", "HKT", "+08", "-08:00", "8", "UTC+3", "<X>-5"].map(local),
        [0, 8, 8, -8, 8, -8, -3, 5]
    );
    for wrong in ["Mars/Olympus", "", "+99", "+0800", "+", "+08:60"] {
        assert_eq!(Zone::named(wrong).unwrap_err().to_string(), format!("time zone \"{wrong}\" not recognized"));
    }
}

#[test]
fn a_skipped_hour_counts_from_before_and_a_repeated_one_is_the_later() {
    let zone = Zone::named("America/New_York").unwrap();
    let utc = |local: NaiveDateTime| {
        let instant = zone.instant_us(local.and_utc().timestamp_micros()).unwrap();
        chrono::DateTime::from_timestamp_micros(instant).unwrap().naive_utc()
    };
    assert_eq!(utc(at(2026, 3, 8, [2, 30, 0, 0])), at(2026, 3, 8, [7, 30, 0, 0]));
    assert_eq!(utc(at(2026, 11, 1, [1, 30, 0, 0])), at(2026, 11, 1, [6, 30, 0, 0]));
    let samoa = Zone::named("Pacific/Apia").unwrap();
    let skipped = at(2011, 12, 30, [5, 0, 0, 0]).and_utc().timestamp_micros();
    assert_eq!(samoa.instant_us(skipped).unwrap() - skipped, 10 * 3_600_000_000);
}
