//! City calendars: the code, names, time zone, currency and go-live day of each city.
//!
//! A city's local day is what KPIs, reports and closes count by, so its zone comes from the IANA database
//! (Sydney changes its clocks, the others do not) and is never an offset.

use chrono::{DateTime, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// One city of the group: reference data that changes with a release, not with an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct City {
    /// Last three letters of its UN/LOCODE, upper case: `HKG`.
    pub code: &'static str,
    /// Name in English.
    pub name_en: &'static str,
    /// Name in Traditional Chinese.
    pub name_zh_hant: &'static str,
    /// Name in Simplified Chinese.
    pub name_zh_hans: &'static str,
    /// IANA time zone; local days, weeks and months follow it.
    pub zone: Tz,
    /// ISO 4217 currency of its local charges and statements.
    pub currency: &'static str,
    /// Reporting region of regional managers.
    pub region: &'static str,
    /// Days after the platform's first day on which the city went live, 0 for the first city.
    pub go_live_after_days: i64,
    /// Relative share of invoice volume once every city is live; shares add up to 1000.
    pub weight: u32,
}

/// All cities, Hong Kong first, in order of go-live. Eleven, as the domain has it.
pub const CITIES: [City; 11] = [
    city("HKG", "Hong Kong", "香港", "香港", Tz::Asia__Hong_Kong, "HKD", "greater-china", 0, 280),
    city("SIN", "Singapore", "新加坡", "新加坡", Tz::Asia__Singapore, "SGD", "south-east-asia", 0, 170),
    city("SHA", "Shanghai", "上海", "上海", Tz::Asia__Shanghai, "CNY", "greater-china", 0, 150),
    city("SZX", "Shenzhen", "深圳", "深圳", Tz::Asia__Shanghai, "CNY", "greater-china", 30, 110),
    city("CAN", "Guangzhou", "廣州", "广州", Tz::Asia__Shanghai, "CNY", "greater-china", 60, 80),
    city("TPE", "Taipei", "台北", "台北", Tz::Asia__Taipei, "TWD", "greater-china", 90, 60),
    city("TYO", "Tokyo", "東京", "东京", Tz::Asia__Tokyo, "JPY", "north-asia", 120, 50),
    city("SEL", "Seoul", "首爾", "首尔", Tz::Asia__Seoul, "KRW", "north-asia", 150, 35),
    city("BKK", "Bangkok", "曼谷", "曼谷", Tz::Asia__Bangkok, "THB", "south-east-asia", 180, 25),
    city("SGN", "Ho Chi Minh City", "胡志明市", "胡志明市", Tz::Asia__Ho_Chi_Minh, "VND", "south-east-asia", 200, 20),
    city("SYD", "Sydney", "悉尼", "悉尼", Tz::Australia__Sydney, "AUD", "oceania", 220, 20),
];

#[expect(clippy::too_many_arguments, reason = "a row of the table above, read by position once")]
const fn city(
    code: &'static str,
    name_en: &'static str,
    name_zh_hant: &'static str,
    name_zh_hans: &'static str,
    zone: Tz,
    currency: &'static str,
    region: &'static str,
    go_live_after_days: i64,
    weight: u32,
) -> City {
    City { code, name_en, name_zh_hant, name_zh_hans, zone, currency, region, go_live_after_days, weight }
}

/// Looks a city up by its code; `None` for a code that the group does not have (it is still accepted in events).
#[must_use]
pub fn find(code: &str) -> Option<&'static City> {
    CITIES.iter().find(|city| city.code == code)
}

impl City {
    /// How far its clocks are ahead of UTC at an instant, in microseconds.
    #[must_use]
    pub fn offset_us(&self, at: DateTime<Utc>) -> i64 {
        i64::from(at.with_timezone(&self.zone).offset().fix().local_minus_utc()) * 1_000_000
    }

    /// The instant at which a local day starts: midnight, or the first moment after it where clocks skip midnight.
    #[must_use]
    pub fn day_start(&self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        let local = self.zone.from_local_datetime(&midnight).earliest();
        let skipped = || self.zone.from_local_datetime(&(midnight + TimeDelta::hours(1))).earliest();
        local.or_else(skipped).map_or_else(|| midnight.and_utc(), |start| start.with_timezone(&Utc))
    }

    /// The local calendar day of an instant in this city.
    #[must_use]
    pub fn local_day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_codes_are_unique() {
        assert_eq!(CITIES.iter().map(|c| c.weight).sum::<u32>(), 1000);
        let mut codes: Vec<_> = CITIES.iter().map(|c| c.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CITIES.len());
    }

    #[test]
    fn sydney_changes_its_clocks_and_the_day_follows() {
        let sydney = find("SYD").unwrap();
        // 13:30 UTC is 00:30 next day under daylight time (UTC+11) and 23:30 under standard time (UTC+10).
        let summer = "2026-01-15T13:30:00Z".parse().unwrap();
        let winter = "2026-07-15T13:30:00Z".parse().unwrap();
        let start = |day: &str| sydney.day_start(day.parse().unwrap());
        // Clocks go back on 5 April: that day has 25 hours.
        assert_eq!(start("2026-04-06") - start("2026-04-05"), chrono::TimeDelta::hours(25));
        assert_eq!(sydney.local_day(summer).to_string(), "2026-01-16");
        assert_eq!(sydney.local_day(winter).to_string(), "2026-07-15");
    }
}
