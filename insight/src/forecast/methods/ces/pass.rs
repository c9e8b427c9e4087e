//! The passes over the values: forth, back and forth again, so that the first state comes from the values and not from a
//! guess (back-casting, as in the paper).

use super::super::simplex::Point;

/// How the season is borne.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// No season.
    Plain,
    /// A level of its own for each place in the season.
    Simple,
    /// A figure for each place, beside one level.
    Partial,
    /// A complex figure for each place, beside one level.
    Full,
}

impl Kind {
    /// How many real figures a step's state has; each has a real weight.
    pub(super) fn num_components(self) -> usize {
        match self {
            Kind::Plain | Kind::Simple => 2,
            Kind::Partial => 3,
            Kind::Full => 4,
        }
    }
}

/// A complex figure: what shows, and the information that does not.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Pair {
    shown: f64,
    hidden: f64,
}

impl Pair {
    /// The hidden part is first a little less than the shown one (as in statsforecast 2.1).
    pub(super) fn first(shown: f64) -> Self {
        Self { shown, hidden: shown / 1.1 }
    }
}

/// How the next figure comes from the one before and what is observed of it: the paper's update by the error, its terms
/// gathered so that the chain from step to step is short.
#[derive(Debug, Clone, Copy)]
struct Gains {
    shown: [f64; 3],
    hidden: [f64; 3],
}

impl Gains {
    fn of(real: f64, imaginary: f64) -> Self {
        Self {
            shown: [1.0 - (real - imaginary), imaginary - 1.0, real - imaginary],
            hidden: [1.0 - (real + imaginary), 1.0 - real, real + imaginary],
        }
    }

    #[inline]
    fn advance(self, figure: Pair, observed: f64) -> Pair {
        let sum = |gains: [f64; 3]| gains[0] * figure.shown + (gains[1] * figure.hidden + gains[2] * observed);
        Pair { shown: sum(self.shown), hidden: sum(self.hidden) }
    }
}

/// A state: the level, and for each place of the season its figure, in the order in which values come.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rows {
    pub(super) level: Pair,
    pub(super) season: Vec<Pair>,
}

/// The passes of one class; the state is where the last of them ended.
#[derive(Debug)]
pub(super) struct Passes<'a> {
    kind: Kind,
    first: &'a Rows,
    level: Pair,
    season: Vec<Pair>,
    turned: Vec<Pair>,
    /// The place in the season of the next value.
    place: usize,
}

impl<'a> Passes<'a> {
    pub(super) fn new(kind: Kind, first: &'a Rows) -> Self {
        let (season, turned) = (first.season.clone(), first.season.clone());
        Self { kind, first, level: first.level, season, turned, place: 0 }
    }

    /// Goes forth, back and forth over the values, and gives the sum of squared errors of the last pass.
    pub(super) fn fit(&mut self, values: &[f64], weights: &Point) -> f64 {
        self.level = self.first.level;
        self.season.copy_from_slice(&self.first.season);
        self.place = 0;
        self.pass(values.iter(), weights);
        self.turn(weights);
        self.pass(values.iter().rev(), weights);
        self.turn(weights);
        self.pass(values.iter(), weights)
    }

    /// The next values, each taken for true by the one after it.
    pub(super) fn extend(&mut self, weights: &Point, horizon: usize) -> Vec<f64> {
        let mut ahead = Vec::with_capacity(horizon);
        for _ in 0..horizon {
            ahead.push(self.expected());
            self.advance(weights);
        }
        ahead
    }

    /// Each kind has a loop of its own, since this is where all the time goes.
    fn pass<'v>(&mut self, values: impl Iterator<Item = &'v f64>, weights: &Point) -> f64 {
        let level_gains = Gains::of(weights[0], weights[1]);
        let season_gains = Gains::of(weights[2], weights[3]);
        let num_places = self.season.len();
        let (mut level, mut place, mut sum_of_squares) = (self.level, self.place, 0.0);
        let mut next = |season: &mut [Pair], value: f64, kind: Kind| {
            let shown = if kind == Kind::Plain { 0.0 } else { season[place].shown };
            let observed = if kind == Kind::Simple { value } else { value - shown };
            let error = if kind == Kind::Simple { value - shown } else { observed - level.shown };
            sum_of_squares += error * error;
            if kind != Kind::Simple {
                level = level_gains.advance(level, observed);
            }
            match kind {
                Kind::Plain => return,
                Kind::Simple => season[place] = level_gains.advance(season[place], observed),
                Kind::Partial => season[place].shown += weights[2] * error,
                Kind::Full => season[place] = season_gains.advance(season[place], shown + error),
            }
            place = if place + 1 == num_places { 0 } else { place + 1 };
        };
        let season = self.season.as_mut_slice();
        match self.kind {
            Kind::Plain => values.for_each(|value| next(season, *value, Kind::Plain)),
            Kind::Simple => values.for_each(|value| next(season, *value, Kind::Simple)),
            Kind::Partial => values.for_each(|value| next(season, *value, Kind::Partial)),
            Kind::Full => values.for_each(|value| next(season, *value, Kind::Full)),
        }
        (self.level, self.place) = (level, place);
        sum_of_squares
    }

    fn expected(&self) -> f64 {
        match self.kind {
            Kind::Plain => self.level.shown,
            Kind::Simple => self.season[self.place].shown,
            Kind::Partial | Kind::Full => self.level.shown + self.season[self.place].shown,
        }
    }

    /// One step on with a value that is the expected one.
    fn advance(&mut self, weights: &Point) {
        self.pass([self.expected()].iter(), weights);
    }

    /// Turns round: goes on for one season without errors, and reads what comes then backwards.
    fn turn(&mut self, weights: &Point) {
        let start = self.place;
        self.advance(weights);
        let level = self.level;
        for _ in 1..self.season.len() {
            self.advance(weights);
        }
        self.level = level;
        // The season's figures, from the place of the first step past the end on, in reverse.
        let steps = self.season.len();
        for (index, turned) in self.turned.iter_mut().enumerate() {
            *turned = self.season[(start + steps - 1 - index) % steps];
        }
        std::mem::swap(&mut self.season, &mut self.turned);
        self.place = 0;
    }
}
