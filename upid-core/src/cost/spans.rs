//! Spans of time, and amounts spread over them by the cumulative floor.

use crate::error::{Error, ErrorKind, Result};
use crate::model::BilledCost;
use crate::units::{Amount, Interval, RateAmount, TimeRange, mul_div_rem};

/// A half-open span of milliseconds that is not empty.
pub(crate) type Piece = (i64, i64);

/// A life as sorted, disjoint, non-empty pieces; none given: the window.
///
/// # Errors
/// `UPID_INVALID_VALUE` for an interval that runs backward, `UPID_OVERLAP` for two that overlap.
pub(crate) fn life(given: &[Interval], window: &TimeRange) -> Result<Vec<Piece>> {
    if given.is_empty() {
        return Ok(vec![(window.start.0, window.end.0)]);
    }
    for (index, interval) in given.iter().enumerate() {
        interval.check().map_err(|e| e.under(&format!("life[{index}]")))?;
    }
    let pieces = given.iter().filter(|i| i.ms() > 0).map(|i| (i.start.0, i.end.0));
    ordered(pieces.collect(), |p| *p).map_err(|e| e.under("life"))
}

/// Sorts spans by time; `UPID_OVERLAP` if two overlap.
pub(crate) fn ordered<T>(mut items: Vec<T>, span: impl Fn(&T) -> Piece) -> Result<Vec<T>> {
    items.sort_by_key(|item| span(item));
    if items.windows(2).any(|w| span(&w[1]).0 < span(&w[0]).1) {
        return Err(Error::new(ErrorKind::Overlap, "two intervals overlap")
            .hint("intervals are half-open: end one where the next starts"));
    }
    Ok(items)
}

/// The common part of two sorted lists of disjoint pieces.
pub(crate) fn intersect(a: &[Piece], b: &[Piece]) -> Vec<Piece> {
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while let (Some(&(a0, a1)), Some(&(b0, b1))) = (a.get(i), b.get(j)) {
        let (start, end) = (a0.max(b0), a1.min(b1));
        if start < end {
            out.push((start, end));
        }
        if a1 <= b1 {
            i += 1;
        } else {
            j += 1;
        }
    }
    out
}

/// Milliseconds in all pieces.
pub(crate) fn total_ms(pieces: &[Piece]) -> i64 {
    pieces.iter().map(|(start, end)| end - start).sum()
}

/// `⌊amount × part ÷ whole⌋`, also for a negative amount.
pub(crate) fn floor_share(amount: Amount, part: i64, whole: i64) -> Result<Amount> {
    let overflow = || Error::new(ErrorKind::MoneyOverflow, "the amount is too large for money");
    let (part, whole) = (part.max(0) as u128, whole.max(0) as u128);
    let (quotient, rest) =
        mul_div_rem(amount.0.unsigned_abs(), part, whole).ok_or_else(overflow)?;
    let quotient = i128::try_from(quotient).map_err(|_| overflow())?;
    Ok(Amount(if amount.0 < 0 { -quotient - i128::from(rest != 0) } else { quotient }))
}

/// A billed amount spread evenly over the milliseconds of its pieces.
#[derive(Debug, Clone)]
pub(crate) struct Spread {
    amount: Amount,
    pieces: Vec<Piece>,
    total: i64,
}

/// What a charge comes to over time: a rate while it lives, or billed amounts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Billing {
    pub(crate) hourly: Option<RateAmount>,
    pub(crate) spreads: Vec<Spread>,
    /// Billed amounts that meet no life, spread over their own period.
    pub(crate) stray: Vec<Spread>,
}

impl Billing {
    /// Spreads each billed amount over its period ∩ life.
    pub(crate) fn of(hourly: Option<RateAmount>, billed: &[BilledCost], life: &[Piece]) -> Self {
        let mut billing = Self { hourly, ..Self::default() };
        for bill in billed {
            let period = [(bill.start.0, bill.end.0)];
            let pieces = intersect(&period, life);
            let total = total_ms(&pieces);
            if total > 0 {
                billing.spreads.push(Spread { amount: bill.amount, pieces, total });
            } else {
                let pieces = period.to_vec();
                let total = total_ms(&pieces);
                billing.stray.push(Spread { amount: bill.amount, pieces, total });
            }
        }
        billing
    }

    /// The amount of `pieces`, which lie in one cell that starts at `cell`.
    pub(crate) fn amount(&self, cell: i64, pieces: &[Piece]) -> Result<Amount> {
        let mut sum = Amount::ZERO;
        for &(start, end) in pieces {
            if let Some(rate) = self.hourly {
                sum = sum.add(hourly_part(rate, cell, start, end)?)?;
            }
            for spread in &self.spreads {
                sum = sum.add(spread.within(start, end)?)?;
            }
        }
        Ok(sum)
    }
}

/// `C(end) − C(start)` with `C(t) = ⌊rate·(t − cell)⌋`.
pub(crate) fn hourly_part(rate: RateAmount, cell: i64, start: i64, end: i64) -> Result<Amount> {
    rate.cumulative(end - cell)?.sub(rate.cumulative(start - cell)?)
}

impl Spread {
    /// The part of the amount in `[start, end)`. A period of length zero counts where it stands.
    pub(crate) fn within(&self, start: i64, end: i64) -> Result<Amount> {
        if self.total == 0 {
            let inside = self.pieces.iter().any(|p| (start..end).contains(&p.0));
            return Ok(if inside { self.amount } else { Amount::ZERO });
        }
        let before = |time: i64| {
            let elapsed = self.pieces.iter().map(|p| (time.min(p.1) - p.0).max(0)).sum::<i64>();
            floor_share(self.amount, elapsed, self.total)
        };
        before(end)?.sub(before(start)?)
    }
}

/// The grid cells that meet a window: `(start of the cell, its part of the window)`.
pub(crate) fn cells(window: Piece, grid_ms: i64) -> impl Iterator<Item = (i64, Piece)> {
    let first = window.0.div_euclid(grid_ms) * grid_ms;
    (0..)
        .map(move |i| first + i * grid_ms)
        .take_while(move |&cell| cell < window.1)
        .map(move |cell| (cell, (cell.max(window.0), (cell + grid_ms).min(window.1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_and_cells() {
        assert_eq!(intersect(&[(0, 10), (20, 30)], &[(5, 25)]), [(5, 10), (20, 25)]);
        let grid: Vec<_> = cells((90, 250), 100).collect();
        assert_eq!(grid, [(0, (90, 100)), (100, (100, 200)), (200, (200, 250))]);
        assert_eq!(ordered(vec![(5, 7), (0, 6)], |p| *p).unwrap_err().kind(), ErrorKind::Overlap);
    }

    #[test]
    fn a_spread_adds_up_and_floors_credits() {
        for amount in [Amount(100), Amount(-100)] {
            let spread = Spread { amount, pieces: vec![(0, 3), (5, 9)], total: 7 };
            let parts: i128 = (0..9).map(|t| spread.within(t, t + 1).unwrap().0).sum();
            assert_eq!(parts, amount.0);
        }
        assert_eq!(floor_share(Amount(-1), 1, 2).unwrap(), Amount(-1));
    }
}
