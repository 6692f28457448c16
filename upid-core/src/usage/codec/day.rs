//! One metric-day.
//!
//! Flags; first and last time; observed slots; Σq²; resets; hours as means with zig-zag deltas, remainder,
//! mean − min and max − mean; active slots; histogram as ascending index deltas with the count 1 folded into the low
//! bit. Day totals are those of the hours, so they cannot contradict them.

use super::super::day::{Cell, Day, Hourly, day_start};
use super::super::histogram::{Histogram, MAX_BUCKET, bucket_index};
use super::super::slots::{SLOT_BYTES, SLOT_MS, SLOTS, SlotMap};
use super::super::spec::{MAX_QUANTA, MetricSpec};
use super::bytes::{Reader, Writer};
use crate::error::Result;
use crate::units::{MS_PER_DAY, widening_mul};

const HISTOGRAM: u8 = 1;
const HOURLY: u8 = 2;
const RESETS: u8 = 4;

pub(super) fn write(day: &Day, number: i32, out: &mut Writer) {
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    out.u8(flag(day.histogram.is_some(), HISTOGRAM)
        | flag(day.hourly.is_some(), HOURLY)
        | flag(day.resets > 0, RESETS));
    out.time(day.first_ms - day_start(number));
    out.time(day.last_ms - day.first_ms);
    write_slots(&day.observed, out);
    out.int(day.sum_squares);
    if day.resets > 0 {
        out.u64(u64::from(day.resets));
    }
    match &day.hourly {
        Some(hourly) => {
            let (mut count, mut mean) = (0, 0);
            for cell in hourly.hours.iter().filter(|cell| cell.count > 0) {
                write_cell(cell, &mut count, &mut mean, out);
            }
            hourly.active.iter().for_each(|map| write_slots(map, out));
        }
        None => write_cell(&day.total, &mut 0, &mut 0, out),
    }
    if let Some(histogram) = &day.histogram {
        write_histogram(histogram, out);
    }
}

pub(super) fn read(input: &mut Reader<'_>, number: i32, spec: &MetricSpec) -> Result<Day> {
    let flags = input.u8()?;
    input.check(flags & !(HISTOGRAM | HOURLY | RESETS) == 0, "a day has unknown flags")?;
    let in_day = MS_PER_DAY as u64 - 1;
    let first = input.below(in_day, "a first sample lies outside its day")?;
    let last = input.below(in_day - first, "a last sample lies outside its day")? + first;
    let observed = read_slots(input)?;
    let slot = |ms: u64| (ms / SLOT_MS as u64) as usize;
    let edges = observed.edges() == Some((slot(first), slot(last)));
    input.check(edges, "the observed slots contradict the first or last sample")?;
    let sum_squares = input.wide()?;
    let resets =
        if flags & RESETS == 0 { 0 } else { input.below(u64::from(u32::MAX), "resets")? };
    input.check(flags & RESETS == 0 || resets > 0, "resets are flagged and 0")?;
    let mut total = Cell::default();
    let mut hourly = None;
    if flags & HOURLY == 0 {
        total = read_cell(input, &mut 0, &mut 0)?;
    } else {
        let mut detail = Hourly { hours: [Cell::default(); 24], active: Vec::new() };
        let (mut count, mut mean) = (0, 0);
        for (hour, cell) in detail.hours.iter_mut().enumerate() {
            if observed.in_hour(hour) {
                *cell = read_cell(input, &mut count, &mut mean)?;
                total.merge(cell).map_err(|_| input.fail("the hours of a day overflow"))?;
            }
        }
        for _ in &spec.thresholds {
            let map = read_slots(input)?;
            let outer = detail.active.last().unwrap_or(&observed);
            input.check(map.is_within(outer), "an active slot is not observed")?;
            detail.active.push(map);
        }
        hourly = Some(Box::new(detail));
    }
    check_sums(input, &total, sum_squares, &observed)?;
    let histogram = match flags & HISTOGRAM {
        0 => None,
        _ => Some(read_histogram(input, &total)?),
    };
    input
        .check(histogram.is_none() || spec.histogram, "a histogram that the spec does not have")?;
    let start = day_start(number);
    Ok(Day {
        total,
        sum_squares,
        first_ms: start + first as i64,
        last_ms: start + last as i64,
        resets: resets as u32,
        observed,
        histogram,
        hourly,
    })
}

/// min·Σq ≤ Σq² ≤ max·Σq and (Σq)² ≤ n·Σq²: what every true set of samples obeys, so variances are never negative.
fn check_sums(input: &Reader<'_>, total: &Cell, squares: u128, observed: &SlotMap) -> Result<()> {
    let slots = u64::from(observed.count());
    input.check(slots <= total.count, "more observed slots than samples")?;
    let at_most = |a: (u128, u128), b: (u128, u128)| a <= b;
    let within = at_most(widening_mul(u128::from(total.min), total.sum), (0, squares))
        && at_most((0, squares), widening_mul(u128::from(total.max), total.sum))
        && at_most(
            widening_mul(total.sum, total.sum),
            widening_mul(u128::from(total.count), squares),
        );
    input.check(within, "the sum of squares contradicts the sum")
}

fn write_cell(cell: &Cell, count: &mut i64, mean: &mut i64, out: &mut Writer) {
    // Counts and means stay below 2^63: at most 2^53 quanta, and counts of samples.
    let (own, rest) = mean_and_rest(cell);
    out.zigzag((cell.count as i64).wrapping_sub(*count));
    out.zigzag((own as i64).wrapping_sub(*mean));
    out.u64(rest);
    out.u64(own - cell.min);
    out.u64(cell.max - own);
    (*count, *mean) = (cell.count as i64, own as i64);
}

/// Sum over count and its remainder; dividing 128 bits costs several times what 64 do.
fn mean_and_rest(cell: &Cell) -> (u64, u64) {
    let count = cell.count.max(1);
    if let Ok(sum) = u64::try_from(cell.sum) {
        return (sum / count, sum % count);
    }
    let count = u128::from(count);
    ((cell.sum / count) as u64, (cell.sum % count) as u64)
}

fn read_cell(input: &mut Reader<'_>, count: &mut i64, mean: &mut i64) -> Result<Cell> {
    let samples = count.wrapping_add(input.zigzag()?) as u64;
    let possible = (1..=MAX_QUANTA).contains(&samples);
    input.check(possible, "an observed hour has no sample or too many")?;
    let own = mean.wrapping_add(input.zigzag()?) as u64;
    let rest = input.below(samples - 1, "the remainder of a mean is too large")?;
    let (down, up) = (input.int()?, input.int()?);
    let min = own.checked_sub(down);
    let max = own.checked_add(up).filter(|max| *max <= MAX_QUANTA);
    let (Some(min), Some(max)) = (min, max) else {
        return Err(input.fail("a minimum or maximum is out of range"));
    };
    // All samples equal leaves no remainder, one below the mean needs one above it.
    let possible = (rest == 0 || max > own) && (samples > 1 || min == max);
    input.check(possible, "a mean contradicts its minimum and maximum")?;
    (*count, *mean) = (samples as i64, own as i64);
    let sum = u128::from(own) * u128::from(samples) + u128::from(rest);
    Ok(Cell { count: samples, sum, min, max })
}

fn write_histogram(histogram: &Histogram, out: &mut Writer) {
    out.count(histogram.len());
    let mut next = 0;
    for (index, count) in histogram.iter() {
        let delta = u64::from(index) - next;
        out.u64(delta << 1 | u64::from(count == 1));
        if count != 1 {
            out.u64(count - 2);
        }
        next = u64::from(index) + 1;
    }
}

fn read_histogram(input: &mut Reader<'_>, total: &Cell) -> Result<Histogram> {
    let length = input.count()?;
    let mut histogram = Histogram::with_capacity(length.min(usize::from(MAX_BUCKET) + 1));
    let (mut next, mut sum) = (0u64, 0u64);
    for _ in 0..length {
        let word = input.int()?;
        let index = next + (word >> 1);
        input.check(index <= u64::from(MAX_BUCKET), "a bucket index is too large")?;
        let count = if word & 1 == 1 { Some(1) } else { input.int()?.checked_add(2) };
        let added = count.and_then(|count| sum.checked_add(count));
        let (Some(count), Some(added)) = (count, added) else {
            return Err(input.fail("a histogram overflows"));
        };
        sum = added;
        histogram.push(index as u16, count);
        next = index + 1;
    }
    let edges = Some((bucket_index(total.min), bucket_index(total.max)));
    let good = sum == total.count && histogram.edges() == edges;
    input.check(good, "a histogram contradicts the hours of its day")?;
    Ok(histogram)
}

/// Run lengths, from unset to set and back, the last run implied; or 0 and 36 raw bytes where that is shorter.
fn write_slots(map: &SlotMap, out: &mut Writer) {
    let start = out.bytes.len();
    out.u8(0);
    let (mut slot, mut runs) = (0, 1u8);
    if map.get(0) {
        out.u8(0);
        runs += 1;
    }
    let mut end = map.run_end(slot);
    while end < SLOTS && out.bytes.len() - start <= SLOT_BYTES {
        out.count(end - slot);
        (slot, runs) = (end, runs + 1);
        end = map.run_end(slot);
    }
    let short = end == SLOTS && out.bytes.len() - start <= SLOT_BYTES;
    match out.bytes.get_mut(start) {
        // Each run takes a byte or more, so their number fits in one.
        Some(first) if short => *first = runs,
        _ => {
            out.bytes.truncate(start + 1);
            out.bytes.extend_from_slice(&map.to_bytes());
        }
    }
}

fn read_slots(input: &mut Reader<'_>) -> Result<SlotMap> {
    let runs = input.below(SLOTS as u64 + 1, "too many runs of slots")?;
    if runs == 0 {
        return Ok(SlotMap::from_bytes(input.take(SLOT_BYTES)?));
    }
    let mut map = SlotMap::default();
    let (mut at, mut value) = (0u64, false);
    for run in 1..=runs {
        let left = SLOTS as u64 - at;
        let length =
            if run == runs { left } else { input.below(left, "runs of slots too long")? };
        input.check(length > 0 || (run == 1 && runs > 1), "an empty run of slots")?;
        if value {
            map.set_range(at as usize..(at + length) as usize);
        }
        at += length;
        value = !value;
    }
    Ok(map)
}
