//! Anchors of ingest.md §2 and the round trip.

use proptest::prelude::*;

use super::*;

fn parsed(text: &str) -> ParsedQuantity {
    QuantityInput { text: text.to_owned() }.run().unwrap()
}

#[test]
fn two_sizes_in_one_unit() {
    for (text, other, shown) in [
        ("500000000", "201Mi", "476.8Mi"),
        ("4Gi", "201Mi", "4096Mi"),
        ("1536Mi", "2Gi", "1.5Gi"),
        ("512Mi", "2Gi", "512Mi"),
        ("60Mi", "1Gi", "60Mi"),
        ("1030Mi", "1Gi", "1030Mi"),
        ("1", "2Gi", "1"),
        ("500m", "1200m", "500m"),
        ("unset", "201Mi", "unset"),
        ("4Gi", "unset", "4Gi"),
    ] {
        assert_eq!(beside(text, other), shown);
    }
}

#[test]
fn the_table() {
    for (text, value, canonical) in [
        ("500m", "0.5", "500m"),
        ("0.5", "0.5", "500m"),
        ("1.08", "1.08", "1080m"),
        ("0.0005k", "0.5", "500m"),
        ("100.035k", "100035", "100035"),
        ("1000M", "1000000000", "1G"),
        ("1e9", "1000000000", "1e9"),
        ("1.3E+6", "1300000", "1300e3"),
        ("0.5e-9", "0.000000001", "1e-9"),
        ("3.001n", "0.000000004", "4n"),
        ("0.00000012345", "0.000000124", "124n"),
        ("1.", "1", "1"),
        ("1.G", "1000000000", "1G"),
        (".5", "0.5", "500m"),
        ("1.5Gi", "1610612736", "1536Mi"),
        ("1024Mi", "1073741824", "1Gi"),
        ("1001Gi", "1074815565824", "1001Gi"),
        ("0.5Mi", "524288", "512Ki"),
        ("100.035Ki", "102435.84", "102435840m"),
        ("0.05Gi", "53687091.2", "53687091200m"),
        (".001Ki", "1.024", "1024m"),
        (".000000000001Ki", "0.000000002", "2n"),
        ("9Ei", "9223372036854775807", "9223372036854775807"),
        ("12E", "12000000000000000000", "12E"),
        ("1000E", "1000000000000000000000", "1e21"),
        ("-0", "0", "0"),
        ("1E", "1000000000000000000", "1E"),
        ("1E3", "1000", "1e3"),
        ("+2", "2", "2"),
        ("-1.5Gi", "-1610612736", "-1536Mi"),
        ("-3.001n", "-0.000000004", "-4n"),
        ("1e-1000", "0.000000001", "1e-9"),
        ("0e1000000", "0", "0"),
        ("512Ki", "524288", "512Ki"),
        ("0.5Ki", "512", "512"),
    ] {
        let q = parsed(text);
        assert_eq!((q.value.as_str(), q.canonical.as_str()), (value, canonical), "{text}");
    }
    assert!(Quantity::parse_noting("9Ei").unwrap().1, "capped");
    assert!(Quantity::parse_noting("-99999999999999999999999999999999Ei").unwrap().1);
    assert!(!Quantity::parse_noting("7Ei").unwrap().1);
    assert_eq!(parsed(".000000000001Ki").format, QuantityFormat::DecimalSI);
    assert_eq!(parsed("1n").milli_value, "1");
    assert_eq!(parsed("-1500u").milli_value, "-2");
    assert_eq!(
        (parsed("1.1").bytes, parsed("-1").bytes, parsed("-0.1").bytes),
        (Some(2), None, None)
    );
}

#[test]
fn refused_text_has_an_offset() {
    for (text, offset) in [
        ("", 0),
        (" 1", 0),
        ("1 ", 1),
        ("1.1.M", 3),
        ("1+1.0M", 1),
        ("0.1mi", 3),
        ("0.1am", 3),
        ("aoeu", 0),
        (".5i", 2),
        ("1i", 1),
        ("-3.01i", 5),
        ("-3.01e-", 7),
        ("1e1.5", 3),
        ("0x10", 1),
        ("1_000", 1),
        ("1,5", 1),
        ("NaN", 0),
        ("٣", 0),
        ("+", 1),
        ("-", 1),
        (".", 0),
        ("-.", 1),
        ("1K", 1),
        ("1KiKi", 1),
        ("1e", 2),
    ] {
        let error = text.parse::<Quantity>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::QuantityParse, "{text}");
        assert_eq!(error.place().byte_offset, Some(offset), "{text}");
    }
    for text in ["1.7e29", "170000000000000E15", "1e99", "-1e400"] {
        assert_eq!(
            text.parse::<Quantity>().unwrap_err().kind(),
            ErrorKind::QuantityRange,
            "{text}"
        );
    }
    assert!("1.6999e29".parse::<Quantity>().is_ok());
}

#[test]
fn json_and_arithmetic() {
    let list: Vec<Quantity> = serde_json::from_str(r#"[" 500m ",0.5,5e-1,"1Ki"]"#).unwrap();
    assert!(list[0] == list[1] && list[1] == list[2] && list[2] < list[3]);
    let sum = list[3].add(list[0]).unwrap();
    assert_eq!((sum.to_string(), sum.format()), ("1024500m".into(), QuantityFormat::BinarySI));
    assert_eq!(list[3].sub(list[3]).unwrap().to_string(), "0");
    assert_eq!(serde_json::to_string(&list[3]).unwrap(), r#""1Ki""#);
    let most = Quantity::from_nano(LIMIT - 1, QuantityFormat::DecimalSI).unwrap();
    assert_eq!(most.add(most).unwrap_err().kind(), ErrorKind::QuantityRange);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn canonical_text_round_trips(
        mantissa in any::<i64>(),
        suffix in prop::sample::select(vec!["", "n", "u", "m", "k", "M", "G", "Ki", "Mi", "Gi", "Ei", "e3", "E-7"]),
    ) {
        let first: Quantity = format!("{mantissa}{suffix}").parse().unwrap();
        let again: Quantity = first.to_string().parse().unwrap();
        prop_assert_eq!(first.nano(), again.nano());
        prop_assert_eq!(again.to_string(), first.to_string());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[-+]?[0-9.]{0,8}[a-zA-Z]{0,2}[-+0-9]{0,3}") {
        if let Ok(quantity) = text.parse::<Quantity>() {
            prop_assert_eq!(quantity.to_string().parse::<Quantity>().unwrap(), quantity);
        }
    }
}
