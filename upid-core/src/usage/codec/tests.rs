use super::*;
use crate::units::{Interval, MS_PER_DAY, MS_PER_HOUR, Timestamp};
use crate::usage::*;

/// A Usage with every kind of state.
pub(crate) fn rich() -> Usage {
    let mut usage = Usage::default();
    let options = IngestOptions::default();
    let app = UsageKey::new("shop", "web-0", "app").in_cluster("c1");
    let pod = UsageKey::new("shop", "web-0", "").in_cluster("c1");
    let cpu: Vec<f64> = (0..600).map(|i| f64::from(i * 37 % 101) / 100.0).collect();
    let start = 1_700_006_400_000;
    usage
        .add_series(&app, MetricId::CPU_CORES, &Columns::regular(start, 300_000, &cpu), &options)
        .unwrap();
    let bytes = [3e8, f64::NAN, 3.1e8, 3.2e8];
    let memory = MetricId::MEMORY_WORKING_SET_BYTES;
    usage.add_series(&app, memory, &Columns::regular(start, 60_000, &bytes), &options).unwrap();
    let total = [10.0, 400.0, 90.0, 1000.0];
    let counter = Columns::regular(start, 60_000, &total).kind(SampleKind::Counter);
    usage.add_network(&pod, &counter, &counter, &options).unwrap();
    let later = Columns::regular(start + 240_000, 60_000, &total).kind(SampleKind::Counter);
    usage.add_network(&pod, &later, &later, &options).unwrap();
    usage
        .add_event(
            &app,
            UsageEvent {
                limit: Some(1 << 30),
                ..UsageEvent::new(start, UsageEventKind::OomKilled)
            },
        )
        .unwrap();
    let class = |template: &str| RequestKey {
        template: template.into(),
        declared: Some("Business".into()),
        ..RequestKey::default()
    };
    let rows =
        [("/a", 5, Some(0.25)), ("{other}", 9, None)].map(|(template, count, dispersion)| {
            RequestCount { key: class(template), start_ms: start, count, dispersion }
        });
    let observed = Interval { start: Timestamp(start), end: Timestamp(start + 5 * MS_PER_HOUR) };
    usage.add_requests(&pod, &rows, &RequestLog::complete(vec![observed])).unwrap();
    usage
}

#[test]
fn round_trip_and_equal_bytes() {
    for usage in [Usage::default(), rich()] {
        let bytes = usage.to_bytes();
        let back = Usage::from_bytes(&bytes).unwrap();
        assert_eq!(back, usage);
        assert_eq!(back.to_bytes(), bytes);
    }
    assert!(!peek(&rich().to_bytes()).unwrap().sealed);
    let mut sealed = rich();
    sealed.seal().unwrap();
    assert!(peek(&sealed.to_bytes()).unwrap().sealed);
    let mut thin = rich();
    let policy = RetentionPolicy::default().histogram_days(1).hourly_days(1);
    thin.retain(Timestamp(1_700_006_400_000 + 3 * MS_PER_DAY), &policy).unwrap();
    assert_eq!(Usage::from_bytes(&thin.to_bytes()).unwrap(), thin);
}

/// Bytes with a mended checksum, so that the checks behind it are reached.
fn mended(mut bytes: Vec<u8>) -> Vec<u8> {
    let at = bytes.len() - CHECKSUM_BYTES;
    let checksum = crc32fast::hash(&bytes[..at]).to_le_bytes();
    bytes[at..].copy_from_slice(&checksum);
    bytes
}

#[test]
fn every_flipped_bit_is_an_error() {
    let bytes = rich().to_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut bad = bytes.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let error = Usage::from_bytes(&bad).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::CorruptUsage | ErrorKind::UnsupportedVersion));
    }
    for length in 0..bytes.len() {
        assert_eq!(
            Usage::from_bytes(&bytes[..length]).unwrap_err().kind(),
            ErrorKind::CorruptUsage
        );
    }
}

/// What an attacker with a CRC can do: whatever decodes must re-encode, merge and answer without a panic.
#[test]
fn changed_bytes_with_a_good_checksum_never_panic() {
    let bytes = rich().to_bytes();
    let (mut read, mut refused) = (0, 0);
    for at in 0..bytes.len() - CHECKSUM_BYTES {
        for change in [1, 0x40, 0x80, 0xff] {
            let mut bad = bytes.clone();
            bad[at] ^= change;
            match Usage::from_bytes(&mended(bad)) {
                Ok(usage) => {
                    read += 1;
                    assert_eq!(Usage::from_bytes(&usage.to_bytes()).unwrap(), usage);
                    let _ = usage.clone().merge(&rich());
                    for pod in usage.pods() {
                        for id in (1..42).map(MetricId) {
                            if let Ok(Some(view)) = pod.view(id) {
                                let _ = view.quantiles(view.range(), &[0.0, 0.5, 1.0]);
                                let _ = view.effective_sample_size(view.range());
                                let _ = view.moments(view.range());
                            }
                        }
                    }
                }
                Err(error) => {
                    refused += 1;
                    assert!(
                        error.place().byte_offset.is_some()
                            || error.kind() == ErrorKind::UnsupportedVersion,
                        "{error}"
                    );
                }
            }
        }
    }
    assert!(refused > read / 4, "{refused} refused, {read} read");
}

fn with_section(tag: u64) -> Vec<u8> {
    let bytes = rich().to_bytes();
    let mut body = Writer { bytes: bytes[HEADER_BYTES..bytes.len() - CHECKSUM_BYTES].to_vec() };
    body.u64(tag);
    body.text("news");
    let mut out = bytes[..12].to_vec();
    out.extend_from_slice(&(body.bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(&body.bytes);
    out.extend_from_slice(&[0; 4]);
    mended(out)
}

#[test]
fn future_sections_and_versions() {
    let (usage, skipped) = Usage::from_bytes_noting(&with_section(102)).unwrap();
    assert_eq!((usage, skipped), (rich(), vec![102]));
    assert_eq!(
        Usage::from_bytes(&with_section(101)).unwrap_err().kind(),
        ErrorKind::UnsupportedVersion
    );
    assert_eq!(Usage::from_bytes(&with_section(50)).unwrap_err().kind(), ErrorKind::CorruptUsage);
    let mut newer = rich().to_bytes();
    newer[4] = 9;
    assert_eq!(Usage::from_bytes(&mended(newer.clone())).unwrap(), rich());
    newer[6] = 2;
    assert_eq!(
        Usage::from_bytes(&mended(newer)).unwrap_err().kind(),
        ErrorKind::UnsupportedVersion
    );
}

#[test]
fn the_checksum_is_the_published_one() {
    assert_eq!(crc32fast::hash(b"123456789"), 0xcbf4_3926);
}
