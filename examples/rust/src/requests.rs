//! Counted requests in a CSV file: start of the hour, namespace, pod, requests, and how much of the hour was observed.

use std::collections::BTreeMap;
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder};
use upid_core::units::{Interval, Timestamp};
use upid_core::usage::{LogCoverage, RequestCount, RequestKey, RequestLog, UsageKey, UserAgents};
use upid_core::{Error, ErrorKind, Result, Usage};

use crate::failure::Failure;
use crate::samples::{malformed, missing_column, text, timestamp};

const HOUR_MS: i64 = 3_600_000;
/// An hour with at least this many observed minutes counts as observed: a few rounds may fall between two hours.
const OBSERVED_MINUTES: u64 = 58;

/// Rows and observed hours of one pod.
#[derive(Default)]
struct Counts {
    rows: Vec<RequestCount>,
    observed: Vec<Interval>,
}

/// Adds the counts of a CSV file to a Usage; all of them are business requests, as no path or agent is known.
pub(crate) fn add(
    usage: &mut Usage,
    bytes: &[u8],
    path: &Path,
    sample_rate: f64,
) -> std::result::Result<(), Failure> {
    let mut add = || -> Result<()> {
        for (key, Counts { rows, observed }) in parse(bytes)? {
            let mut log = RequestLog::default();
            log.coverage =
                if sample_rate < 1.0 { LogCoverage::Sampled } else { LogCoverage::Complete };
            log.sample_rate = sample_rate;
            log.user_agents = UserAgents::Absent;
            log.observed = observed;
            usage.add_requests(&key, &rows, &log)?;
        }
        Ok(())
    };
    add().map_err(|e| Failure::in_file(e, path))
}

fn parse(bytes: &[u8]) -> Result<BTreeMap<UsageKey, Counts>> {
    let mut reader = ReaderBuilder::new().from_reader(bytes);
    let header = reader.byte_headers().map_err(|e| malformed(&e))?.clone();
    let find = |name: &str| header.iter().position(|field| field == name.as_bytes());
    let place = |name: &str| find(name).ok_or_else(|| missing_column(name));
    let columns = [place("start")?, place("namespace")?, place("pod")?, place("requests")?];
    let minutes = find("observed_minutes");
    let mut all: BTreeMap<UsageKey, Counts> = BTreeMap::new();
    let (mut record, mut row) = (ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record).map_err(|e| malformed(&e))? {
        let field = |i: usize| text(record.get(i).unwrap_or_default(), row);
        let [start, namespace, pod, requests] = columns.map(field);
        let start_ms = timestamp(start?).map_err(|e| e.at_row(row).at_path("start"))?;
        let counts = all.entry(UsageKey::new(namespace?, pod?, "")).or_default();
        counts.rows.push(RequestCount {
            key: RequestKey { declared: Some("Business".into()), ..RequestKey::default() },
            start_ms,
            count: number(requests?, "requests", row)?,
            dispersion: None,
        });
        let whole = match minutes {
            Some(i) => number(field(i)?, "observed_minutes", row)? >= OBSERVED_MINUTES,
            None => true,
        };
        if whole {
            let (start, end) = (Timestamp(start_ms), Timestamp(start_ms + HOUR_MS));
            counts.observed.push(Interval { start, end });
        }
        row += 1;
    }
    Ok(all)
}

fn number(text: &str, name: &str, row: usize) -> Result<u64> {
    text.trim().parse().map_err(|_| {
        Error::new(ErrorKind::InvalidValue, format!("{name} is {text:?}, which is no count"))
            .at_row(row)
            .at_path(name)
            .hint("give a whole number of at least 0; leave out hours that nobody observed")
    })
}
