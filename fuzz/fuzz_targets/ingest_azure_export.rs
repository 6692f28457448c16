//! Azure exports: what holds for every parser.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upid_core::ingest::{AzureExportOptions, AzureExportParser, parse_azure_export};
use upid_fuzz::{at_most, modes, pieces, same};

fuzz_target!(|data: &[u8]| {
    let options = AzureExportOptions::default();
    let whole = parse_azure_export(data, &options);
    modes(&whole, &parse_azure_export(data, &AzureExportOptions::default().strict()));
    at_most(&whole, |value| value.lines.len());
    let mut parser = AzureExportParser::new(&options);
    let fed = pieces(data).try_for_each(|piece| parser.feed(piece));
    same(&fed.and_then(|()| parser.finish()), &whole);
});
