//! How far a budget is spent, and when it will be.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::model::BilledCost;
use crate::units::{Amount, TimeRange, Timestamp};

use super::spans::Billing;

/// Shares of a limit at which people want to know.
pub const BUDGET_STEPS: [f64; 3] = [0.8, 0.9, 1.0];

/// The state of a budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Budget {
    /// Spent in the window so far.
    pub spent: Amount,
    /// spent ÷ limit.
    pub share: f64,
    /// Spent per hour of the window so far; null at its start.
    pub run_rate: Option<Amount>,
    /// Spent at the end of the window at that rate; null at its start.
    pub projected: Option<Amount>,
    /// The shares of the limit that are reached, ascending: 0.8, 0.9, 1.
    pub crossed: Vec<f64>,
    /// When the limit is reached at that rate; null: not inside the window, or already.
    pub projected_crossing: Option<Timestamp>,
}

/// What of a budget is spent, and what will be at the rate so far: spent ÷ elapsed × window.
///
/// A period that reaches past `now`, or over the window, counts with its part, evenly over its time.
///
/// ```
/// use upid_core::cost::budget;
/// use upid_core::model::BilledCost;
/// use upid_core::units::{Amount, TimeRange, Timestamp};
/// let day = 86_400_000;
/// let window = TimeRange::new(Timestamp(0), Timestamp(30 * day))?;
/// let spent = [BilledCost { start: window.start, end: Timestamp(10 * day), amount: Amount::parse("400")? }];
/// let budget = budget(&spent, Amount::parse("1000")?, window, Timestamp(10 * day))?;
/// assert_eq!(budget.projected.unwrap().to_string(), "1200");
/// assert_eq!(budget.projected_crossing, Some(Timestamp(25 * day)));
/// # Ok::<(), upid_core::Error>(())
/// ```
///
/// # Errors
/// `UPID_EMPTY_WINDOW`; `UPID_INVALID_VALUE` for a limit that is not above 0 or a period that runs backward;
/// `UPID_MONEY_OVERFLOW`.
pub fn budget(
    spent: &[BilledCost],
    limit: Amount,
    window: TimeRange,
    now: Timestamp,
) -> Result<Budget> {
    window.check().map_err(|e| e.under("window"))?;
    if limit.0 <= 0 {
        return Err(Error::new(ErrorKind::InvalidValue, format!("a limit of {limit}"))
            .at_path("limit")
            .hint("a budget is above 0"));
    }
    if let Some(index) = spent.iter().position(|period| period.end < period.start) {
        return Err(Error::new(ErrorKind::InvalidValue, "the period runs backward")
            .at_path(format!("spent[{index}]"))
            .hint("start <= end"));
    }
    let until = now.clamp(window.start, window.end);
    let mut sum = Amount::ZERO;
    for period in &Billing::of(None, spent, &[]).stray {
        sum = sum.add(period.within(window.start.0, until.0)?)?;
    }
    let elapsed = i128::from(until.0 - window.start.0);
    let at_rate =
        |ms: i64| (elapsed > 0).then(|| sum.mul_ratio(i128::from(ms), elapsed)).transpose();
    let projected = at_rate(window.ms())?;
    let share = sum.0 as f64 / limit.0 as f64;
    // Integers decide, so that 0.8 of a limit is 0.8 of it.
    let reached = |step: &f64| {
        let tenths = (step * 10.0).round() as i64;
        Ok::<_, Error>(sum.mul_int(10)? >= limit.mul_int(tenths)?)
    };
    let mut crossed = Vec::new();
    for step in BUDGET_STEPS {
        if reached(&step)? {
            crossed.push(step);
        }
    }
    let crosses = sum < limit && sum.0 > 0 && projected.is_some_and(|p| p >= limit);
    let crossing = || {
        let ms = Amount(elapsed).mul_ratio(limit.0, sum.0)?;
        Ok::<_, Error>(Timestamp(window.start.0 + ms.0 as i64))
    };
    Ok(Budget {
        spent: sum,
        share,
        run_rate: at_rate(crate::units::MS_PER_HOUR)?,
        projected,
        crossed,
        projected_crossing: crosses.then(crossing).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::tests::build::{at, money, window};

    #[test]
    fn steps_and_edges() {
        let period = |start, end, amount| BilledCost {
            start: at(start),
            end: at(end),
            amount: money(amount),
        };
        let of = |spent: &[BilledCost], now| {
            budget(spent, money("10"), window(0, 100), at(now)).unwrap()
        };
        // Half of the second period lies after now, the third before the window.
        let spent = [period(0, 50, "4"), period(50, 100, "8"), period(-60, 0, "9")];
        let b = of(&spent, 75);
        assert_eq!((b.spent, b.share), (money("8"), 0.8));
        assert_eq!(b.crossed, [0.8]);
        assert_eq!(b.projected, Some(money("10.666666666667")));
        assert_eq!(b.run_rate, Some(money("6.4")));
        assert_eq!(b.projected_crossing, Some(Timestamp(at(93).0 + 45_000)));
        let b = of(&spent, 100);
        assert_eq!((b.crossed.as_slice(), b.projected_crossing), (&BUDGET_STEPS[..], None));
        let b = of(&spent, 0);
        assert_eq!((b.spent, b.run_rate, b.projected), (Amount::ZERO, None, None));
        assert_eq!(of(&[period(0, 50, "-1")], 50).projected, Some(money("-2")));
        let error = budget(&[], Amount::ZERO, window(0, 1), at(0)).unwrap_err();
        assert_eq!(error.place().path.as_deref(), Some("limit"));
    }
}
