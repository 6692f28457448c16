//! Who gets what of one resource of a node in one segment.

use super::policy::AllocationBasis;
use crate::error::{Error, ErrorKind, Result};
use crate::units::{Amount, apportion_amount};

/// Stands for a usage that nobody measured.
pub(crate) const MISSING: u128 = u128::MAX;

/// What was too much.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Strain {
    /// More was requested than the ceiling holds.
    pub(crate) over_requested: bool,
    /// The wanted quantities were scaled down to the ceiling.
    pub(crate) saturated: bool,
}

/// Fills `alloc` with what each leaf is charged for, and `wanted` with what it would be without a ceiling.
///
/// All are quantity × ms; `Σ alloc ≤ ceiling`. A usage may be [`MISSING`]: then the request stands.
pub(crate) fn allocate(
    basis: AllocationBasis,
    ceiling: u128,
    requests: &[u128],
    usage: &[u128],
    alloc: &mut Vec<u128>,
    wanted: &mut Vec<u128>,
) -> Result<Strain> {
    let known = |u: u128, request: u128| if u == MISSING { request } else { u };
    wanted.clear();
    wanted.extend(requests.iter().zip(usage).map(|(&r, &u)| match basis {
        AllocationBasis::MaxRequestUsage => r.max(known(u, r)),
        AllocationBasis::Usage => known(u, r),
        AllocationBasis::RequestThenUsage | AllocationBasis::Request => r,
    }));
    let mut strain = Strain::default();
    let total: u128 = wanted.iter().sum();
    if total > ceiling {
        scale(ceiling, wanted, alloc)?;
        match basis {
            AllocationBasis::MaxRequestUsage | AllocationBasis::Usage => strain.saturated = true,
            _ => strain.over_requested = true,
        }
        return Ok(strain);
    }
    alloc.clear();
    alloc.extend_from_slice(wanted);
    if basis != AllocationBasis::RequestThenUsage {
        return Ok(strain);
    }
    // Second tier: usage above the request, from what is free.
    let free = ceiling - total;
    let excess = |r: u128, u: u128| known(u, r).saturating_sub(r);
    let bursts: u128 = requests.iter().zip(usage).map(|(&r, &u)| excess(r, u)).sum();
    if bursts <= free {
        for ((a, &r), &u) in alloc.iter_mut().zip(requests).zip(usage) {
            *a += excess(r, u);
        }
        return Ok(strain);
    }
    let weights: Vec<u128> = requests.iter().zip(usage).map(|(&r, &u)| excess(r, u)).collect();
    let mut extra = Vec::new();
    scale(free, &weights, &mut extra)?;
    alloc.iter_mut().zip(extra).for_each(|(a, e)| *a += e);
    Ok(strain)
}

/// Splits a quantity by weights; leaves stand in key order, so their position breaks ties.
pub(crate) fn scale(total: u128, weights: &[u128], out: &mut Vec<u128>) -> Result<()> {
    let keys: Vec<usize> = (0..weights.len()).collect();
    let total = i128::try_from(total).map_err(|_| {
        Error::new(ErrorKind::InvalidValue, "a quantity of a node is too large")
            .hint("check the capacity of the nodes")
    })?;
    let parts = apportion_amount(Amount(total), weights, &keys)?;
    out.clear();
    out.extend(parts.into_iter().map(|part| part.0.unsigned_abs()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(basis: AllocationBasis, r: &[u128], u: &[u128]) -> (Vec<u128>, Strain) {
        let (mut alloc, mut wanted) = (Vec::new(), Vec::new());
        let strain = allocate(basis, 400, r, u, &mut alloc, &mut wanted).unwrap();
        (alloc, strain)
    }

    /// The saturation example of cost.md §5, in hundredths of a core.
    #[test]
    fn a_burst_takes_only_what_is_free() {
        let (r, u) = ([300, 50], [400, 200]);
        assert_eq!(run(AllocationBasis::RequestThenUsage, &r, &u).0, [320, 80]);
        let (alloc, strain) = run(AllocationBasis::MaxRequestUsage, &r, &u);
        assert_eq!(alloc, [267, 133]);
        assert!(strain.saturated);
        let (alloc, strain) = run(AllocationBasis::RequestThenUsage, &[300, 300], &u);
        assert_eq!(alloc, [200, 200]);
        assert!(strain.over_requested);
        assert_eq!(run(AllocationBasis::Usage, &[100, 50], &[MISSING, 20]).0, [100, 20]);
        assert_eq!(run(AllocationBasis::Request, &[100, 50], &[400, 20]).0, [100, 50]);
    }
}
