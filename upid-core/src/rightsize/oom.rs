//! What a kill for lack of memory says: the need was above the limit of that time.

use super::history::History;
use super::{OomEvent, Resource};
use crate::model::Reason;
use crate::units::MS_PER_DAY;

/// Growth of the memory after a kill, as the VPA recommender has it: 20 %, at least 100 MiB.
const BUMP_RATIO: f64 = 1.2;
const LEAST_BUMP: f64 = 100.0 * 1_048_576.0;
/// Days after which a kill counts no more, if none followed at a higher limit.
const SATISFIED_DAYS: i64 = 7;
/// Kills at more than this multiple of the first limit look like a leak.
const LEAK_RATIO: f64 = 2.0;

/// The least memory after the kills of a window, with its reasons; `None` if none counts.
pub(super) fn least_after_kills(
    events: &[OomEvent],
    history: &History,
    now_ms: i64,
    most_bumps: u32,
) -> Option<(f64, Vec<Reason>)> {
    let mut events = events.to_vec();
    events.sort_by_key(|event| event.at_ms);
    // The limit it died at, else the request, else the peak of that day.
    let sized: Vec<(i64, f64)> = events
        .iter()
        .filter_map(|event| {
            let day = event.at_ms.div_euclid(MS_PER_DAY);
            let peak = || history.days.iter().find(|d| d.number == day)?.samples.max();
            let size = event.limit_bytes.or(event.request_bytes).or_else(peak);
            Some((event.at_ms, size.or_else(|| history.peak())?))
        })
        .collect();
    let recent = now_ms - SATISFIED_DAYS * MS_PER_DAY;
    let counting: Vec<f64> = sized
        .iter()
        .enumerate()
        .filter(|(i, (at, size))| {
            *at >= recent || sized.iter().skip(i + 1).any(|(_, later)| later > size)
        })
        .map(|(_, (_, size))| *size)
        .collect();
    let mut distinct: Vec<f64> = Vec::new();
    for size in &counting {
        if !distinct.contains(size) {
            distinct.push(*size);
        }
    }
    let first = *distinct.first()?;
    let counted: Vec<f64> = distinct
        .iter()
        .copied()
        .take(most_bumps as usize)
        .filter(|size| *size <= LEAK_RATIO * first)
        .collect();
    let least =
        counted.iter().map(|size| (size * BUMP_RATIO).max(size + LEAST_BUMP)).fold(0.0, f64::max);
    let message = format!(
        "Killed {} times for lack of memory; the need was above {}.",
        counting.len(),
        Resource::Memory.shown(first)
    );
    let mut reasons = vec![
        Reason::new("OomBump", message)
            .with("kills", counting.len())
            .with("limits", distinct.len())
            .with("after", least),
    ];
    if counted.len() < distinct.len() {
        let message =
            format!("Only {} of {} limits it died at are counted.", counted.len(), distinct.len());
        reasons.push(Reason::new("OomBumpCapped", message).with("after", least));
        reasons.push(Reason::new(
            "LeakSuspected",
            "It dies at ever higher limits: size is not the cure, look for a leak.",
        ));
    }
    Some((least, reasons))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: f64 = 1_048_576.0;
    const NOW: i64 = 100 * MS_PER_DAY;

    fn kill(days_ago: i64, limit_mib: f64) -> OomEvent {
        let limit_bytes = Some(limit_mib * MIB);
        OomEvent { at_ms: NOW - days_ago * MS_PER_DAY, request_bytes: None, limit_bytes }
    }

    fn least(events: &[OomEvent]) -> Option<f64> {
        least_after_kills(events, &History::default(), NOW, 3).map(|(least, _)| least / MIB)
    }

    #[test]
    fn a_kill_raises_by_a_fifth_or_100_mib() {
        assert_eq!(least(&[kill(1, 1000.0)]), Some(1200.0));
        assert_eq!(least(&[kill(1, 200.0)]), Some(300.0));
        assert_eq!(least(&[]), None);
        let unknown = OomEvent { at_ms: NOW, request_bytes: None, limit_bytes: None };
        assert_eq!(least(&[unknown]), None);
    }

    #[test]
    fn old_kills_are_satisfied_unless_worse_followed() {
        assert_eq!(least(&[kill(8, 1000.0)]), None);
        assert_eq!(least(&[kill(8, 1000.0), kill(1, 900.0)]), Some(1080.0));
        assert_eq!(least(&[kill(10, 1000.0), kill(9, 1500.0)]), Some(1200.0));
    }

    #[test]
    fn endless_bumps_stop() {
        let kills: Vec<_> = (0..10i32).map(|i| kill(6, 1000.0 + 50.0 * f64::from(i))).collect();
        let (least, reasons) = least_after_kills(&kills, &History::default(), NOW, 3).unwrap();
        assert_eq!(least / MIB, 1320.0);
        let codes: Vec<_> = reasons.iter().map(|r| r.code.as_str()).collect();
        assert_eq!(codes, ["OomBump", "OomBumpCapped", "LeakSuspected"]);
        assert_eq!(
            least_after_kills(&[kill(2, 100.0), kill(1, 900.0)], &History::default(), NOW, 3)
                .unwrap()
                .0,
            200.0 * MIB
        );
    }
}
