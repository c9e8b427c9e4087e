//! What a detector is told about its series: the step, the seasons, and which alarms are wanted.

/// Days of a month in budgets.
const DAYS_PER_MONTH: f64 = 30.0;

/// One seasonal factor: steps with the same `step / width % period` share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// How many values the factor has.
    pub period: u32,
    /// Steps in a row that share a value: 24 makes hours into days.
    pub width: u32,
}

impl Share {
    /// Which value of the factor a step has.
    pub(super) fn index(self, step: u64) -> usize {
        (step / u64::from(self.width.max(1)) % u64::from(self.period.max(1))) as usize
    }
}

/// What a detector is told about its series.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Steps of a day: 24 for hours, 1 for days.
    pub steps_per_day: u32,
    /// Seasonal factors, coarse before fine; none for a series without seasons.
    pub seasons: Vec<Share>,
    /// Lengths over which deviations are summed, in steps, rising.
    pub windows: Vec<usize>,
    /// Steps that are only learnt from, counted from the first that is not zero.
    pub num_learning: usize,
    /// Steps after which half of a level's memory is replaced.
    pub half_life: f64,
    /// Steps after which a deviation that stays is the new normal.
    pub adoption: usize,
    /// False alarms a month that are put up with.
    pub false_alarms_per_month: f64,
    /// Smallest deviation of interest as a part of what was expected, 0.1 for a tenth.
    pub relative_floor: f64,
    /// Smallest deviation of interest in the series' own unit (things for rates), summed over a window.
    pub absolute_floor: f64,
}

impl Settings {
    /// For counts and amounts by the hour, with the seasons of a day and a week.
    #[must_use]
    pub fn hourly() -> Self {
        let day = Share { period: 24, width: 1 };
        let weekday = Share { period: 7, width: 24 };
        let week = Share { period: 168, width: 1 };
        Self {
            steps_per_day: 24,
            seasons: vec![day, weekday, week],
            windows: vec![1, 3, 6, 24, 72, 168],
            num_learning: 28 * 24,
            half_life: 21.0 * 24.0,
            adoption: 7 * 24,
            false_alarms_per_month: 0.02,
            relative_floor: 0.1,
            absolute_floor: 3.0,
        }
    }

    /// For counts and amounts by the day, with the season of a week.
    #[must_use]
    pub fn daily() -> Self {
        Self {
            steps_per_day: 1,
            seasons: vec![Share { period: 7, width: 1 }],
            windows: vec![1, 3, 7, 14],
            num_learning: 42,
            half_life: 28.0,
            adoption: 14,
            ..Self::hourly()
        }
    }

    /// The same for a rate: its level has no seasons, because those of small denominators would be noise.
    #[must_use]
    pub fn of_rate(self) -> Self {
        Self { seasons: Vec::new(), ..self }
    }

    /// The score from which on a deviation is an alarm: minus the decimal logarithm of its probability.
    #[must_use]
    pub fn alarm_from(&self) -> f64 {
        -self.alarm_below().log10()
    }

    /// The probability below which a deviation is an alarm: each window of each point of a month gets an equal part
    /// of the budget (Bonferroni's bound, so the budget is not exceeded however the windows depend on each other).
    pub(super) fn alarm_below(&self) -> f64 {
        let points = DAYS_PER_MONTH * f64::from(self.steps_per_day.max(1));
        self.false_alarms_per_month / (points * self.windows.len().max(1) as f64)
    }

    /// The longest window.
    pub(super) fn longest(&self) -> usize {
        self.windows.iter().copied().max().unwrap_or(1)
    }
}
