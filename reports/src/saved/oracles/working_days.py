"""First and last working days of months by Python's `holidays`: writes working_days.tsv, which the tests of
`schedule.rs` compare with.

    pip install holidays==0.109
    python3 working_days.py > working_days.tsv

China's years end with 2026, the last that the State Council had arranged when 0.109 was made.
"""
import calendar
import datetime as dt

import holidays

YEARS = range(2019, 2028)
CITIES = {
    "HKG": ("HK", None), "SIN": ("SG", None), "SHA": ("CN", None), "SZX": ("CN", None), "CAN": ("CN", None),
    "TPE": ("TW", None), "TYO": ("JP", None), "SEL": ("KR", None), "BKK": ("TH", None), "SGN": ("VN", None),
    "SYD": ("AU", "NSW"),
}

print(f"# Python's holidays {holidays.__version__}: city, year, then of each month its first and its last working day")
for city, (country, subdivision) in CITIES.items():
    # Hong Kong's general holidays are what the package has as optional.
    categories = ("public", "optional") if city == "HKG" else ("public",)
    days_off = holidays.country_holidays(country, subdiv=subdivision, years=YEARS, categories=categories)
    # By the package Hong Kong rests on Sundays alone; the group's offices rest on both days everywhere.
    days_off.weekend = {calendar.SATURDAY, calendar.SUNDAY}
    for year in YEARS:
        if country == "CN" and year > 2026:
            continue
        months = []
        for month in range(1, 13):
            days = [dt.date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]
            working = [day.day for day in days if days_off.is_working_day(day)]
            months.append(f"{working[0]}-{working[-1]}")
        print("\t".join([city, str(year), " ".join(months)]))
