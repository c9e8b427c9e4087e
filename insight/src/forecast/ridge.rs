//! Weighted ridge regression: the normal equations, and their solution by one Cholesky factor (Hoerl and Kennard 1970,
//! Technometrics 12, 55-67).

/// What has been seen of rows and targets: enough to solve for any penalty.
#[derive(Debug, Clone)]
pub(super) struct Normal {
    size: usize,
    /// Sums of weight × column × column, row by row; the lower triangle counts.
    gram: Vec<f64>,
    /// Sums of weight × column × target.
    moment: Vec<f64>,
}

impl Normal {
    /// No rows yet, of so many columns.
    pub(super) fn new(size: usize) -> Self {
        Self { size, gram: vec![0.0; size * size], moment: vec![0.0; size] }
    }

    /// Adds a row of as many values as there are columns.
    pub(super) fn add(&mut self, row: &[f64], target: f64, weight: f64) {
        for (index, value) in row.iter().enumerate() {
            let weighted = weight * value;
            self.moment[index] += weighted * target;
            let start = index * self.size;
            for (sum, other) in self.gram[start..=start + index].iter_mut().zip(row) {
                *sum += weighted * other;
            }
        }
    }

    /// Adds a row of which only some columns are not 0, as (column, value) with ascending columns.
    pub(super) fn add_sparse(&mut self, row: &[(usize, f64)], target: f64, weight: f64) {
        for (place, (column, value)) in row.iter().enumerate() {
            let weighted = weight * value;
            self.moment[*column] += weighted * target;
            for (other, other_value) in &row[..=place] {
                self.gram[column * self.size + other] += weighted * other_value;
            }
        }
    }

    /// The coefficients that minimise the weighted squared error plus the sum of penalty × coefficient²; None where they
    /// are not determined: a column without a penalty that others make up.
    pub(super) fn solve(&self, penalties: &[f64]) -> Option<Vec<f64>> {
        let mut factor = self.gram.clone();
        for (column, penalty) in penalties.iter().enumerate() {
            factor[column * self.size + column] += penalty;
        }
        factorize(&mut factor, self.size)?;
        let mut solution = self.moment.clone();
        for row in 0..self.size {
            let known = dot(&factor[row * self.size..row * self.size + row], &solution[..row]);
            solution[row] = (solution[row] - known) / factor[row * self.size + row];
        }
        for row in (0..self.size).rev() {
            solution[row] /= factor[row * self.size + row];
            let value = solution[row];
            for (before, entry) in solution[..row].iter_mut().zip(&factor[row * self.size..]) {
                *before -= value * entry;
            }
        }
        solution.iter().all(|value| value.is_finite()).then_some(solution)
    }
}

/// Sum of products.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Replaces the lower triangle of a symmetric matrix by its Cholesky factor; None where it is not positive definite.
fn factorize(matrix: &mut [f64], size: usize) -> Option<()> {
    for row in 0..size {
        let (done, rest) = matrix.split_at_mut(row * size);
        for column in 0..row {
            let above = &done[column * size..column * size + column + 1];
            let known = dot(&rest[..column], &above[..column]);
            rest[column] = (rest[column] - known) / above[column];
        }
        let pivot = rest[row] - dot(&rest[..row], &rest[..row]);
        if pivot.is_nan() || pivot <= 1e-12 * rest[row].abs() {
            return None;
        }
        rest[row] = pivot.sqrt();
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [[f64; 3]; 5] = [[1.0, 2.0, 0.0], [1.0, 3.0, 1.0], [1.0, 5.0, 0.0], [1.0, 7.0, 2.0], [1.0, 1.0, 4.0]];
    const TARGETS: [f64; 5] = [3.0, 4.0, 7.0, 8.0, 1.0];
    const WEIGHTS: [f64; 5] = [1.0, 0.5, 2.0, 1.0, 0.25];

    #[test]
    fn coefficients_are_those_of_the_closed_form() {
        let (mut dense, mut sparse) = (Normal::new(3), Normal::new(3));
        for ((row, target), weight) in ROWS.iter().zip(TARGETS).zip(WEIGHTS) {
            dense.add(row, target, weight);
            let entries: Vec<_> = row.iter().copied().enumerate().filter(|(_, value)| *value != 0.0).collect();
            sparse.add_sparse(&entries, target, weight);
        }
        // numpy 2.4: inv(X'WX + diag(0, 1, 10)) X'Wy
        let expected = [1.168104239309965, 1.0710222059093413, -0.14920168838318948];
        for normal in [dense, sparse] {
            let found = normal.solve(&[0.0, 1.0, 10.0]).unwrap();
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
        }
    }

    #[test]
    fn columns_that_make_each_other_up_need_a_penalty() {
        let mut normal = Normal::new(2);
        normal.add(&[1.0, 2.0], 1.0, 1.0);
        normal.add(&[2.0, 4.0], 2.0, 1.0);
        assert_eq!(normal.solve(&[0.0, 0.0]), None);
        // (X'X + I)⁻¹ X'y = (5, 10) / 26
        let found = normal.solve(&[1.0, 1.0]).unwrap();
        assert!((found[0] - 5.0 / 26.0).abs() < 1e-12 && (found[1] - 10.0 / 26.0).abs() < 1e-12);
    }
}
