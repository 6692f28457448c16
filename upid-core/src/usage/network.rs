//! The sum of received and sent bytes, which idle detection reads.

use super::accumulate::{accepted, check_kind, pass_settled};
use super::columns::{Columns, IngestOptions, IngestReport, SampleKind, Times};
use super::key::UsageKey;
use super::metric::MetricId;
use super::seam::repeated;
use super::settle::Settle;
use super::spec::{MAX_QUANTA, UsageSpec};
use super::store::{Usage, absorb, put};
use super::summary::UsageSummary;
use crate::error::{Error, ErrorKind, Result};

const RX: MetricId = MetricId::NETWORK_RX_BYTES_PER_SECOND;
const TX: MetricId = MetricId::NETWORK_TX_BYTES_PER_SECOND;

/// The two directions of one pod while their rows come in, to be summed at equal times.
///
/// Counters are summed as counters: both of a pod restart together.
#[derive(Debug, Default)]
pub(super) struct Pair {
    rx: Side,
    tx: Side,
    /// Sums before this time are done.
    joined_ms: Option<i64>,
    /// The two differ in kind, or the sum came as a column of its own.
    off: bool,
    /// Rows that were given up before the other direction came.
    forgotten: u64,
}

/// The rows of one direction that are not summed yet, in ascending time.
#[derive(Debug, Default)]
struct Side {
    rows: Vec<(i64, u64)>,
    late: Vec<(i64, u64)>,
    kind: Option<SampleKind>,
    /// A row at or after this time may still come.
    seen_ms: Option<i64>,
}

impl Pair {
    pub(super) const SUM: MetricId = MetricId::NETWORK_BYTES_PER_SECOND;

    /// Whether a metric matters here.
    pub(super) fn takes(metric: MetricId) -> bool {
        [RX, TX, Self::SUM].contains(&metric)
    }

    /// What the sum is, if there is one.
    pub(super) fn kind(&self) -> Option<SampleKind> {
        self.rx.kind.filter(|_| !self.off)
    }

    /// Rows that wait for the other direction.
    pub(super) fn waiting(&self) -> usize {
        [&self.rx, &self.tx].map(|side| side.rows.len() + side.late.len()).iter().sum()
    }

    /// Gives up all rows but the newest.
    pub(super) fn forget(&mut self) {
        for side in [&mut self.rx, &mut self.tx] {
            let old = side.rows.len().saturating_sub(1);
            self.forgotten += (old + side.late.len()) as u64;
            side.rows.drain(..old);
            side.rows.shrink_to_fit();
            side.late = Vec::new();
        }
    }

    /// Rows given up whose sum is missed: there is none to miss where a direction never came.
    pub(super) fn unpaired(&self) -> u64 {
        if self.off || self.rx.kind.is_none() || self.tx.kind.is_none() {
            0
        } else {
            self.forgotten
        }
    }

    /// Adds rows of a direction, of which times up to `seen_ms` have come.
    pub(super) fn add(
        &mut self,
        metric: MetricId,
        columns: &Columns<'_>,
        seen_ms: i64,
        spec: &UsageSpec,
        options: &IngestOptions,
    ) -> Result<()> {
        let side = match metric {
            RX => &mut self.rx,
            TX => &mut self.tx,
            _ => {
                self.off = true;
                return Ok(());
            }
        };
        side.seen_ms = Some(seen_ms);
        self.off |= *side.kind.get_or_insert(columns.kind) != columns.kind;
        let (rows, _) = accepted(Self::SUM, columns, spec, options)?;
        let begun = side.rows.last().map(|row| row.0).or(self.joined_ms).unwrap_or(i64::MIN);
        let (late, mut rows) = rows.split_at(rows.partition_point(|row| row.0 < begun));
        side.late.extend_from_slice(late);
        if let (Some(last), Some(first)) = (side.rows.last_mut(), rows.first())
            && last.0 == first.0
        {
            last.1 = repeated(first.0, last.1, first.1, options.duplicates)?;
            rows = &rows[1..];
        }
        side.rows.extend_from_slice(rows);
        Ok(())
    }

    /// No row comes any more.
    pub(super) fn close(&mut self) {
        for side in [&mut self.rx, &mut self.tx] {
            side.seen_ms = side.seen_ms.map(|_| i64::MAX);
        }
    }

    /// The sums that no later row can change: those of late rows, then those in order.
    pub(super) fn take(&mut self) -> [Vec<(i64, u64)>; 2] {
        let (Some(rx), Some(tx)) = (self.rx.seen_ms, self.tx.seen_ms) else {
            return [vec![], vec![]];
        };
        let until = rx.min(tx);
        self.joined_ms = Some(until);
        let settled = |side: &mut Side| {
            let settled = side.rows.partition_point(|row| row.0 < until);
            let rows: Vec<_> = side.rows.drain(..settled).collect();
            side.rows.shrink_to(1);
            (std::mem::take(&mut side.late), rows)
        };
        let ((late_rx, rx), (late_tx, tx)) = (settled(&mut self.rx), settled(&mut self.tx));
        self.off |= self.rx.kind != self.tx.kind;
        if self.off {
            return [vec![], vec![]];
        }
        [join(&late_rx, &late_tx).collect(), join(&rx, &tx).collect()]
    }
}

/// The sums at the times that both have.
fn join(rx: &[(i64, u64)], tx: &[(i64, u64)]) -> impl Iterator<Item = (i64, u64)> {
    let mut tx = tx.iter().peekable();
    rx.iter().filter_map(move |(ms, rx)| {
        while tx.peek().is_some_and(|(at, _)| at < ms) {
            tx.next();
        }
        let (at, tx) = *tx.peek()?;
        (at == ms && rx + tx <= MAX_QUANTA).then_some((*ms, rx + tx))
    })
}

/// Two columns of one regular axis have equal lengths; explicit times are compared with each column's own.
fn check_rows(rx: &Columns<'_>, tx: &Columns<'_>) -> Result<()> {
    let regular = |columns: &Columns<'_>| match columns.timestamps_ms {
        Times::Regular { start_ms, step_ms } => Some((start_ms, step_ms)),
        Times::Explicit(_) => None,
    };
    if regular(rx).is_none() || regular(rx) != regular(tx) || rx.len() == tx.len() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::LengthMismatch,
        format!("{} values received and {} sent on one axis", rx.len(), tx.len()),
    )
    .at_path("tx.values")
    .hint("give every row both ways; missing values are NaN"))
}

impl Usage {
    /// Adds received and sent bytes of a pod, and their sum at equal timestamps as `NetworkBytesPerSecond`; a time
    /// with one side missing is missing from the sum. All or nothing. The report counts the rows of both.
    ///
    /// # Errors
    /// Those of [`Usage::add_series`], under `rx` or `tx`; both on one regular axis have equal lengths.
    pub fn add_network(
        &mut self,
        key: &UsageKey,
        rx: &Columns<'_>,
        tx: &Columns<'_>,
        options: &IngestOptions,
    ) -> Result<IngestReport> {
        let (summary, report) = summarize_network(key, rx, tx, &self.spec, options)?;
        self.add_summary(key, summary)?;
        Ok(report)
    }
}

/// Summarises received and sent bytes of a pod and their sum; see [`Usage::add_network`].
pub(crate) fn summarize_network(
    key: &UsageKey,
    rx: &Columns<'_>,
    tx: &Columns<'_>,
    spec: &UsageSpec,
    options: &IngestOptions,
) -> Result<(UsageSummary, IngestReport)> {
    key.validate()?;
    check_kind(RX, rx.kind, spec)?;
    check_kind(TX, tx.kind, spec)?;
    check_rows(rx, tx)?;
    let mut summary = UsageSummary::default();
    let mut report = absorb(&mut summary, RX, rx, spec, options).map_err(|e| e.under("rx"))?;
    let sent = absorb(&mut summary, TX, tx, spec, options).map_err(|e| e.under("tx"))?;
    report.add(&sent);
    if rx.kind == tx.kind && spec.get(Pair::SUM).is_ok() {
        let (received, _) = accepted(Pair::SUM, rx, spec, options)?;
        let (sent, _) = accepted(Pair::SUM, tx, spec, options)?;
        let sum = pass_settled(Pair::SUM, rx.kind, join(&received, &sent), spec)?;
        put(&mut summary, Pair::SUM, sum);
    }
    Ok((summary, report))
}

/// The samples of the sum that [`Usage::add_network`] accumulates, in bytes per second, under the default spec.
pub(crate) fn network_samples(rx: &Columns<'_>, tx: &Columns<'_>) -> Result<Vec<(i64, u64)>> {
    let (spec, options) = (UsageSpec::default(), IngestOptions::default());
    let (received, _) = accepted(Pair::SUM, rx, &spec, &options)?;
    let (sent, _) = accepted(Pair::SUM, tx, &spec, &options)?;
    let mut samples = Vec::new();
    let out = |times: &[i64], quanta: &[u64], _| {
        samples.extend(times.iter().copied().zip(quanta.iter().copied()));
        Ok(())
    };
    let mut settle = Settle::new(Pair::SUM, spec.max_gap_ms, rx.kind, &options, out);
    join(&received, &sent).try_for_each(|(ms, sum)| settle.push(ms, sum))?;
    settle.finish()?;
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_regular_axis_has_one_length() {
        let key = UsageKey::new("n", "p", "");
        let mut usage = Usage::default();
        let mut add = |rx: &Columns<'_>, tx: &Columns<'_>| {
            usage.add_network(&key, rx, tx, &IngestOptions::default())
        };
        let (three, two) = ([1.0, 2.0, 3.0], [1.0, 2.0]);
        let error = add(&Columns::regular(0, 60_000, &three), &Columns::regular(0, 60_000, &two))
            .unwrap_err();
        assert_eq!(error.code(), "UPID_LENGTH_MISMATCH");
        assert_eq!(error.place().path.as_deref(), Some("tx.values"));
        // Axes of their own may differ.
        add(&Columns::regular(0, 60_000, &three), &Columns::regular(60_000, 60_000, &two)).unwrap();
        add(&Columns::gauge(&[600_000], &[1.0]), &Columns::regular(600_000, 60_000, &two)).unwrap();
    }
}
