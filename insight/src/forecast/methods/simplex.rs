//! Nelder and Mead's downhill simplex within bounds, over up to four parameters.
//!
//! Coefficients adapt to the number of parameters (Gao and Han, 2012, Implementing the Nelder-Mead simplex algorithm
//! with adaptive parameters). A point outside the bounds is moved onto them. Nothing is allocated.

/// The most parameters that are searched at once.
pub(super) const PARAMETERS_MAX: usize = 4;

/// A point; the parameters past the number of bounds are not looked at.
pub(super) type Point = [f64; PARAMETERS_MAX];

/// Where to search, from where, and when to stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search<'a> {
    /// The least and the greatest value of each parameter; at most [`PARAMETERS_MAX`] of them.
    pub(super) bounds: &'a [(f64, f64)],
    /// The first corner.
    pub(super) start: Point,
    /// How far the other corners are from the first, in parts of the distance between the bounds.
    pub(super) step: f64,
    /// Ends when the values at the corners differ by less than this.
    pub(super) tolerance: f64,
    /// Ends after so many values.
    pub(super) num_values_max: usize,
}

/// The best point found, and its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Minimum {
    pub(super) point: Point,
    pub(super) value: f64,
}

/// Finds a point with a small value. A value that is no number counts as infinite.
pub(super) fn minimize(search: Search<'_>, mut value_at: impl FnMut(&Point) -> f64) -> Minimum {
    let mut simplex = Simplex::new(search, &mut value_at);
    while simplex.num_values < search.num_values_max && simplex.spread() > search.tolerance {
        simplex.improve(&mut value_at);
    }
    simplex.corners[0]
}

/// The corners, best first.
struct Simplex<'a> {
    corners: [Minimum; PARAMETERS_MAX + 1],
    bounds: &'a [(f64, f64)],
    num_values: usize,
}

impl<'a> Simplex<'a> {
    fn new(search: Search<'a>, value_at: &mut impl FnMut(&Point) -> f64) -> Self {
        let bounds = &search.bounds[..search.bounds.len().min(PARAMETERS_MAX)];
        let first = within(bounds, search.start);
        let mut corners = [Minimum { point: first, value: f64::INFINITY }; PARAMETERS_MAX + 1];
        for (corner, (least, greatest)) in bounds.iter().enumerate() {
            let step = search.step * (greatest - least);
            // Away from the nearer bound, so that the corner is another point.
            let place = first[corner];
            corners[corner + 1].point[corner] = if place + step <= *greatest { place + step } else { place - step };
        }
        let mut simplex = Self { corners, bounds, num_values: 0 };
        for corner in 0..=bounds.len() {
            simplex.corners[corner] = simplex.look_at(simplex.corners[corner].point, value_at);
        }
        simplex.sort();
        simplex
    }

    fn look_at(&mut self, point: Point, value_at: &mut impl FnMut(&Point) -> f64) -> Minimum {
        self.num_values += 1;
        let point = within(self.bounds, point);
        let value = value_at(&point);
        Minimum { point, value: if value.is_nan() { f64::INFINITY } else { value } }
    }

    fn sort(&mut self) {
        self.corners[..=self.bounds.len()].sort_by(|one, other| one.value.total_cmp(&other.value));
    }

    /// How far the worst value is above the best; infinite while a corner is.
    fn spread(&self) -> f64 {
        let spread = self.corners[self.bounds.len()].value - self.corners[0].value;
        if spread.is_nan() { 0.0 } else { spread }
    }

    /// One step: the worst corner is reflected, stretched or drawn in; failing that, all are drawn towards the best.
    fn improve(&mut self, value_at: &mut impl FnMut(&Point) -> f64) {
        let num = self.bounds.len();
        let worst = self.corners[num];
        let middle = self.middle();
        let size = num as f64;
        let along = |factor: f64| {
            let mut point = middle;
            for index in 0..num {
                point[index] += factor * (middle[index] - worst.point[index]);
            }
            point
        };
        let reflected = self.look_at(along(1.0), value_at);
        let replacement = if reflected.value < self.corners[0].value {
            let stretched = self.look_at(along(1.0 + 2.0 / size), value_at);
            if stretched.value < reflected.value { stretched } else { reflected }
        } else if reflected.value < self.corners[num - 1].value {
            reflected
        } else {
            let factor = 0.75 - 0.5 / size;
            let outside = reflected.value < worst.value;
            self.look_at(along(if outside { factor } else { -factor }), value_at)
        };
        if replacement.value < worst.value.min(reflected.value) || replacement.value == reflected.value {
            self.corners[num] = replacement;
        } else {
            self.shrink(value_at);
        }
        self.sort();
    }

    /// The middle of all corners but the worst.
    fn middle(&self) -> Point {
        let num = self.bounds.len();
        let mut middle = [0.0; PARAMETERS_MAX];
        for corner in &self.corners[..num] {
            for (sum, part) in middle.iter_mut().zip(&corner.point) {
                *sum += part / num as f64;
            }
        }
        middle
    }

    fn shrink(&mut self, value_at: &mut impl FnMut(&Point) -> f64) {
        let num = self.bounds.len();
        // With one parameter Gao and Han's factor would be 0, which would end the search.
        let factor = (1.0 - 1.0 / num as f64).max(0.5);
        let best = self.corners[0].point;
        for corner in 1..=num {
            let mut point = self.corners[corner].point;
            for (part, target) in point.iter_mut().zip(&best) {
                *part = target + factor * (*part - target);
            }
            self.corners[corner] = self.look_at(point, value_at);
        }
    }
}

fn within(bounds: &[(f64, f64)], mut point: Point) -> Point {
    for (part, (least, greatest)) in point.iter_mut().zip(bounds) {
        *part = part.clamp(*least, *greatest);
    }
    point
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEARCH: Search<'static> = Search {
        bounds: &[(-5.0, 5.0), (-5.0, 5.0)],
        start: [-1.2, 1.0, 0.0, 0.0],
        step: 0.1,
        tolerance: 1e-14,
        num_values_max: 2_000,
    };

    /// Rosenbrock (1960): the minimum is 0 at (1, 1).
    fn rosenbrock(point: &Point) -> f64 {
        100.0 * (point[1] - point[0].powi(2)).powi(2) + (1.0 - point[0]).powi(2)
    }

    #[test]
    fn the_bottom_of_a_curved_valley_is_found() {
        let found = minimize(SEARCH, rosenbrock);
        assert!((found.point[0] - 1.0).abs() < 1e-5 && (found.point[1] - 1.0).abs() < 1e-5, "{found:?}");
    }

    #[test]
    fn a_minimum_outside_the_bounds_is_sought_on_them() {
        let search = Search { bounds: &[(-5.0, 0.5), (-5.0, 5.0)], ..SEARCH };
        let found = minimize(search, rosenbrock);
        // On x = 0.5 the least is at y = x².
        assert!((found.point[0] - 0.5).abs() < 1e-5 && (found.point[1] - 0.25).abs() < 1e-4, "{found:?}");
    }

    #[test]
    fn one_parameter_is_enough() {
        let search = Search { bounds: &[(0.0, 10.0)], start: [9.0, 0.0, 0.0, 0.0], ..SEARCH };
        assert!((minimize(search, |point| (point[0] - 3.0).powi(2)).point[0] - 3.0).abs() < 1e-5);
    }

    #[test]
    fn what_is_no_number_is_never_the_best() {
        let hole = |point: &Point| if point[0] < 0.0 { f64::NAN } else { rosenbrock(point) };
        let found = minimize(Search { start: [0.2, 1.0, 0.0, 0.0], ..SEARCH }, hole);
        assert!(found.value < 1e-6, "{found:?}");
    }

    #[test]
    fn the_search_ends_where_nothing_is_finite() {
        assert!(minimize(SEARCH, |_| f64::NAN).value.is_infinite());
    }
}
