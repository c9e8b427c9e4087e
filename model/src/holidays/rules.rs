//! Which holidays each city has, and what happens where one falls on a day off.

use chrono::{Datelike, NaiveDate, Weekday};

use super::moving::Feast::{
    AsalhaBucha, BuddhasBirthday, Deepavali, DoubleNinth, DragonBoat, HariRayaHaji, HariRayaPuasa, HungKings,
    LunarNewYear, MakhaBucha, MidAutumn, Seollal, Tet, Vesak, VisakhaBucha,
};
use super::moving::On::{self, AutumnalEquinox, Date, Easter, Feast, Nth, TombSweeping, VernalEquinox};
use super::moving::is_weekend;

/// A holiday of a city.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) on: On,
    pub(super) replaced: Replaced,
    /// First year.
    pub(super) from: i32,
    /// Last year.
    pub(super) until: i32,
}

/// When a holiday is given again on another day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Replaced {
    Never,
    /// Sundays: the next working day.
    OnSunday,
    /// Sundays and days that are another holiday: the next working day.
    OnSundayOrClash,
    /// Saturdays and Sundays, once where two holidays share the day: the next working day.
    OnWeekend,
    /// Saturdays, Sundays and days that are another holiday: the next working day.
    OnWeekendOrClash,
    /// Saturdays by the working day before, Sundays by the one after; days that are another holiday by the day before,
    /// Mondays and Thursdays among them by the day after.
    ByNearest,
}

impl Replaced {
    pub(super) fn applies(self, date: NaiveDate, clashes: bool) -> bool {
        let is_sunday = date.weekday() == Weekday::Sun;
        match self {
            Self::Never => false,
            Self::OnSunday => is_sunday,
            Self::OnSundayOrClash => is_sunday || clashes,
            Self::OnWeekend => is_weekend(date) && !clashes,
            Self::OnWeekendOrClash | Self::ByNearest => is_weekend(date) || clashes,
        }
    }
}

/// The rules of a city; none of a city that is not known.
pub(super) fn of(city: &str) -> &'static [Rule] {
    match city {
        "HKG" => HONG_KONG,
        "SIN" => SINGAPORE,
        "SHA" | "SZX" | "CAN" => CHINA,
        "TPE" => TAIWAN,
        "TYO" => JAPAN,
        "SEL" => KOREA,
        "BKK" => THAILAND,
        "SGN" => VIETNAM,
        "SYD" => NEW_SOUTH_WALES,
        _ => &[],
    }
}

const fn always(name: &'static str, on: On, replaced: Replaced) -> Rule {
    between(name, on, replaced, i32::MIN, i32::MAX)
}

const fn since(from: i32, name: &'static str, on: On, replaced: Replaced) -> Rule {
    between(name, on, replaced, from, i32::MAX)
}

const fn up_to(until: i32, name: &'static str, on: On, replaced: Replaced) -> Rule {
    between(name, on, replaced, i32::MIN, until)
}

const fn between(name: &'static str, on: On, replaced: Replaced, from: i32, until: i32) -> Rule {
    Rule { name, on, replaced, from, until }
}

const NEW_YEAR: &str = "New Year's Day";
const LUNAR_NEW_YEAR: &str = "Lunar New Year";
const LABOUR: &str = "Labour Day";
const CHRISTMAS: &str = "Christmas Day";
const GOOD_FRIDAY: &str = "Good Friday";
const EASTER_MONDAY: &str = "Easter Monday";
const NATIONAL: &str = "National Day";
const TOMBS: &str = "Tomb-Sweeping Day";
const DRAGON_BOAT: &str = "Dragon Boat Festival";
const MID_AUTUMN: &str = "Mid-Autumn Festival";

/// General Holidays Ordinance (cap. 149).
const HONG_KONG: &[Rule] = &[
    always(NEW_YEAR, Date(1, 1), Replaced::OnSunday),
    always(LUNAR_NEW_YEAR, Feast(LunarNewYear, 0), Replaced::OnSunday),
    always(LUNAR_NEW_YEAR, Feast(LunarNewYear, 1), Replaced::OnSunday),
    always(LUNAR_NEW_YEAR, Feast(LunarNewYear, 2), Replaced::OnSunday),
    always(TOMBS, TombSweeping, Replaced::OnSundayOrClash),
    always(GOOD_FRIDAY, Easter(-2), Replaced::Never),
    always(EASTER_MONDAY, Easter(1), Replaced::OnSundayOrClash),
    always(LABOUR, Date(5, 1), Replaced::OnSundayOrClash),
    always("Birthday of the Buddha", Feast(BuddhasBirthday, 0), Replaced::OnSundayOrClash),
    always(DRAGON_BOAT, Feast(DragonBoat, 0), Replaced::OnSunday),
    always("Establishment Day", Date(7, 1), Replaced::OnSunday),
    always(MID_AUTUMN, Feast(MidAutumn, 1), Replaced::OnSundayOrClash),
    always(NATIONAL, Date(10, 1), Replaced::OnSundayOrClash),
    always("Double Ninth Festival", Feast(DoubleNinth, 0), Replaced::OnSundayOrClash),
    always(CHRISTMAS, Date(12, 25), Replaced::OnSunday),
    always(CHRISTMAS, Date(12, 26), Replaced::OnSunday),
];

/// Holidays Act 1998.
const SINGAPORE: &[Rule] = &[
    always(NEW_YEAR, Date(1, 1), Replaced::OnSunday),
    always(LUNAR_NEW_YEAR, Feast(LunarNewYear, 0), Replaced::OnSunday),
    always(LUNAR_NEW_YEAR, Feast(LunarNewYear, 1), Replaced::OnSunday),
    always(GOOD_FRIDAY, Easter(-2), Replaced::Never),
    always(LABOUR, Date(5, 1), Replaced::OnSunday),
    always("Vesak Day", Feast(Vesak, 0), Replaced::OnSunday),
    always("Hari Raya Puasa", Feast(HariRayaPuasa, 0), Replaced::OnSunday),
    always("Hari Raya Haji", Feast(HariRayaHaji, 0), Replaced::OnSunday),
    always(NATIONAL, Date(8, 9), Replaced::OnSunday),
    always("Deepavali", Feast(Deepavali, 0), Replaced::OnSunday),
    always(CHRISTMAS, Date(12, 25), Replaced::OnSunday),
];

/// Years that the State Council has not arranged yet: Regulation on Public Holidays, as amended for 2025.
const CHINA: &[Rule] = &[
    always(NEW_YEAR, Date(1, 1), Replaced::OnWeekend),
    since(2025, LUNAR_NEW_YEAR, Feast(LunarNewYear, -1), Replaced::OnWeekend),
    always(LUNAR_NEW_YEAR, Feast(LunarNewYear, 0), Replaced::OnWeekend),
    always(LUNAR_NEW_YEAR, Feast(LunarNewYear, 1), Replaced::OnWeekend),
    always(LUNAR_NEW_YEAR, Feast(LunarNewYear, 2), Replaced::OnWeekend),
    always(TOMBS, TombSweeping, Replaced::OnWeekend),
    always(LABOUR, Date(5, 1), Replaced::OnWeekend),
    since(2025, LABOUR, Date(5, 2), Replaced::OnWeekend),
    always(DRAGON_BOAT, Feast(DragonBoat, 0), Replaced::OnWeekend),
    always(MID_AUTUMN, Feast(MidAutumn, 0), Replaced::OnWeekend),
    always(NATIONAL, Date(10, 1), Replaced::OnWeekend),
    always(NATIONAL, Date(10, 2), Replaced::OnWeekend),
    always(NATIONAL, Date(10, 3), Replaced::OnWeekend),
];

/// Act for the Implementation of Commemorative Days and Holidays (2025), before: Regulation of the same matter.
const TAIWAN: &[Rule] = &[
    always(NEW_YEAR, Date(1, 1), Replaced::ByNearest),
    since(2026, LUNAR_NEW_YEAR, Feast(LunarNewYear, -2), Replaced::OnWeekend),
    always(LUNAR_NEW_YEAR, Feast(LunarNewYear, -1), Replaced::OnWeekend),
    always(LUNAR_NEW_YEAR, Feast(LunarNewYear, 0), Replaced::OnWeekend),
    always(LUNAR_NEW_YEAR, Feast(LunarNewYear, 1), Replaced::OnWeekend),
    always(LUNAR_NEW_YEAR, Feast(LunarNewYear, 2), Replaced::OnWeekend),
    always("Peace Memorial Day", Date(2, 28), Replaced::ByNearest),
    always("Children's Day", Date(4, 4), Replaced::ByNearest),
    always(TOMBS, TombSweeping, Replaced::ByNearest),
    since(2026, LABOUR, Date(5, 1), Replaced::ByNearest),
    always(DRAGON_BOAT, Feast(DragonBoat, 0), Replaced::ByNearest),
    always(MID_AUTUMN, Feast(MidAutumn, 0), Replaced::ByNearest),
    since(2025, "Confucius's Birthday", Date(9, 28), Replaced::ByNearest),
    always(NATIONAL, Date(10, 10), Replaced::ByNearest),
    since(2025, "Retrocession Day", Date(10, 25), Replaced::ByNearest),
    since(2025, "Constitution Day", Date(12, 25), Replaced::ByNearest),
];

/// Act on National Holidays (1948), and the special acts for 2020 and 2021.
const JAPAN: &[Rule] = &[
    always(NEW_YEAR, Date(1, 1), Replaced::OnSunday),
    always("Coming of Age Day", Nth(2, Weekday::Mon, 1), Replaced::Never),
    always("Foundation Day", Date(2, 11), Replaced::OnSunday),
    since(2020, "Emperor's Birthday", Date(2, 23), Replaced::OnSunday),
    always("Vernal Equinox Day", VernalEquinox, Replaced::OnSunday),
    always("Showa Day", Date(4, 29), Replaced::OnSunday),
    always("Constitution Day", Date(5, 3), Replaced::OnSunday),
    always("Greenery Day", Date(5, 4), Replaced::OnSunday),
    always("Children's Day", Date(5, 5), Replaced::OnSunday),
    up_to(2019, "Marine Day", Nth(3, Weekday::Mon, 7), Replaced::Never),
    between("Marine Day", Date(7, 23), Replaced::Never, 2020, 2020),
    between("Marine Day", Date(7, 22), Replaced::Never, 2021, 2021),
    since(2022, "Marine Day", Nth(3, Weekday::Mon, 7), Replaced::Never),
    between("Mountain Day", Date(8, 11), Replaced::OnSunday, 2016, 2019),
    between("Mountain Day", Date(8, 10), Replaced::Never, 2020, 2020),
    between("Mountain Day", Date(8, 8), Replaced::OnSunday, 2021, 2021),
    since(2022, "Mountain Day", Date(8, 11), Replaced::OnSunday),
    always("Respect for the Aged Day", Nth(3, Weekday::Mon, 9), Replaced::Never),
    always("Autumnal Equinox Day", AutumnalEquinox, Replaced::OnSunday),
    up_to(2019, "Sports Day", Nth(2, Weekday::Mon, 10), Replaced::Never),
    between("Sports Day", Date(7, 24), Replaced::Never, 2020, 2020),
    between("Sports Day", Date(7, 23), Replaced::Never, 2021, 2021),
    since(2022, "Sports Day", Nth(2, Weekday::Mon, 10), Replaced::Never),
    always("Culture Day", Date(11, 3), Replaced::OnSunday),
    always("Labour Thanksgiving Day", Date(11, 23), Replaced::OnSunday),
    up_to(2018, "Emperor's Birthday", Date(12, 23), Replaced::OnSunday),
];

/// Act on Public Holidays (2021) and its decree; substitutes as they came in year by year.
const KOREA: &[Rule] = &[
    always(NEW_YEAR, Date(1, 1), Replaced::Never),
    always(LUNAR_NEW_YEAR, Feast(Seollal, -1), Replaced::OnSundayOrClash),
    always(LUNAR_NEW_YEAR, Feast(Seollal, 0), Replaced::OnSundayOrClash),
    always(LUNAR_NEW_YEAR, Feast(Seollal, 1), Replaced::OnSundayOrClash),
    up_to(2021, "Independence Movement Day", Date(3, 1), Replaced::Never),
    since(2022, "Independence Movement Day", Date(3, 1), Replaced::OnWeekend),
    since(2026, LABOUR, Date(5, 1), Replaced::OnWeekend),
    always("Children's Day", Date(5, 5), Replaced::OnWeekendOrClash),
    up_to(2022, "Birthday of the Buddha", Feast(BuddhasBirthday, 0), Replaced::Never),
    between("Birthday of the Buddha", Date(5, 27), Replaced::OnWeekendOrClash, 2023, 2023),
    since(2024, "Birthday of the Buddha", Feast(BuddhasBirthday, 0), Replaced::OnWeekendOrClash),
    always("Memorial Day", Date(6, 6), Replaced::Never),
    since(2026, "Constitution Day", Date(7, 17), Replaced::OnWeekend),
    up_to(2020, "Liberation Day", Date(8, 15), Replaced::Never),
    since(2021, "Liberation Day", Date(8, 15), Replaced::OnWeekend),
    always("Chuseok", Feast(MidAutumn, -1), Replaced::OnSundayOrClash),
    always("Chuseok", Feast(MidAutumn, 0), Replaced::OnSundayOrClash),
    always("Chuseok", Feast(MidAutumn, 1), Replaced::OnSundayOrClash),
    up_to(2020, "Foundation Day", Date(10, 3), Replaced::Never),
    since(2021, "Foundation Day", Date(10, 3), Replaced::OnWeekendOrClash),
    up_to(2020, "Hangul Day", Date(10, 9), Replaced::Never),
    since(2021, "Hangul Day", Date(10, 9), Replaced::OnWeekendOrClash),
    up_to(2022, CHRISTMAS, Date(12, 25), Replaced::Never),
    since(2023, CHRISTMAS, Date(12, 25), Replaced::OnWeekend),
];

/// Announcements of the Prime Minister's Office; Labour Day by the Labour Protection Act.
const THAILAND: &[Rule] = &[
    always(NEW_YEAR, Date(1, 1), Replaced::OnWeekend),
    always("Makha Bucha", Feast(MakhaBucha, 0), Replaced::OnWeekend),
    always("Chakri Memorial Day", Date(4, 6), Replaced::OnWeekend),
    up_to(2019, "Songkran", Date(4, 13), Replaced::OnWeekend),
    up_to(2019, "Songkran", Date(4, 14), Replaced::Never),
    up_to(2019, "Songkran", Date(4, 15), Replaced::OnWeekend),
    since(2021, "Songkran", Date(4, 13), Replaced::OnWeekend),
    since(2021, "Songkran", Date(4, 14), Replaced::Never),
    since(2021, "Songkran", Date(4, 15), Replaced::OnWeekend),
    always(LABOUR, Date(5, 1), Replaced::OnWeekend),
    up_to(2016, "Coronation Day", Date(5, 5), Replaced::OnWeekend),
    since(2020, "Coronation Day", Date(5, 4), Replaced::OnWeekend),
    always("Visakha Bucha", Feast(VisakhaBucha, 0), Replaced::OnWeekend),
    since(2019, "Queen Suthida's Birthday", Date(6, 3), Replaced::OnWeekend),
    always("Asalha Bucha", Feast(AsalhaBucha, 0), Replaced::OnWeekend),
    always("Buddhist Lent Day", Feast(AsalhaBucha, 1), Replaced::Never),
    since(2017, "King Vajiralongkorn's Birthday", Date(7, 28), Replaced::OnWeekend),
    always("Mother's Day", Date(8, 12), Replaced::OnWeekend),
    since(2017, "King Bhumibol Memorial Day", Date(10, 13), Replaced::OnWeekend),
    always("Chulalongkorn Day", Date(10, 23), Replaced::OnWeekend),
    always("Father's Day", Date(12, 5), Replaced::OnWeekend),
    always("Constitution Day", Date(12, 10), Replaced::OnWeekend),
    always("New Year's Eve", Date(12, 31), Replaced::OnWeekend),
];

/// Labour Code (2019), article 112, before: that of 2012, article 115. Tet is five days, mostly from two before it on.
const VIETNAM: &[Rule] = &[
    always(NEW_YEAR, Date(1, 1), Replaced::OnWeekend),
    always(LUNAR_NEW_YEAR, Feast(Tet, -2), Replaced::OnWeekend),
    always(LUNAR_NEW_YEAR, Feast(Tet, -1), Replaced::OnWeekend),
    always(LUNAR_NEW_YEAR, Feast(Tet, 0), Replaced::OnWeekend),
    always(LUNAR_NEW_YEAR, Feast(Tet, 1), Replaced::OnWeekend),
    always(LUNAR_NEW_YEAR, Feast(Tet, 2), Replaced::OnWeekend),
    always("Hung Kings' Day", Feast(HungKings, 0), Replaced::OnWeekend),
    always("Reunification Day", Date(4, 30), Replaced::OnWeekend),
    always(LABOUR, Date(5, 1), Replaced::OnWeekend),
    always(NATIONAL, Date(9, 2), Replaced::OnWeekend),
    since(2022, NATIONAL, Date(9, 1), Replaced::OnWeekend),
    since(2026, "Cultural Day", Date(11, 24), Replaced::OnWeekend),
];

/// Public Holidays Act 2010 (New South Wales).
const NEW_SOUTH_WALES: &[Rule] = &[
    always(NEW_YEAR, Date(1, 1), Replaced::OnWeekend),
    always("Australia Day", Date(1, 26), Replaced::OnWeekend),
    always(GOOD_FRIDAY, Easter(-2), Replaced::Never),
    always(EASTER_MONDAY, Easter(1), Replaced::Never),
    up_to(2025, "Anzac Day", Date(4, 25), Replaced::Never),
    between("Anzac Day", Date(4, 25), Replaced::OnWeekend, 2026, 2027),
    since(2028, "Anzac Day", Date(4, 25), Replaced::Never),
    always("King's Birthday", Nth(2, Weekday::Mon, 6), Replaced::Never),
    always(LABOUR, Nth(1, Weekday::Mon, 10), Replaced::Never),
    always(CHRISTMAS, Date(12, 25), Replaced::OnWeekend),
    always("Boxing Day", Date(12, 26), Replaced::OnWeekend),
];
