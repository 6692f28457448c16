//! The demo: two real applications, embedded, analysed with everything the data hold.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use upid_core::{Usage, json};

use crate::analysis::Analysis;
use crate::cli::{Demo, Format};
use crate::failure::Failure;
use crate::input::add_requests;
use crate::samples::{self, Samples};

macro_rules! embedded {
    ($file:literal) => {
        include_str!(concat!("../../../data/demo/", $file))
    };
}

const SNAPSHOT: &str = embedded!("snapshot.json");
const SAMPLES: &str = embedded!("samples.csv");
const REQUESTS: &str = embedded!("requests.json");
const CONFIG: &str = embedded!("config.json");
const ASSUMPTIONS: &str = embedded!("assumptions.json");

/// What the data did not say.
#[derive(Debug, Deserialize)]
struct Assumption {
    code: String,
    text: String,
}

/// Prints the report with its assumptions and writes the page.
pub(crate) fn run(options: &Demo) -> Result<String, Failure> {
    let analysis = Analysis::of(SNAPSHOT, CONFIG, &usage()?)?;
    let notes = assumptions()?;
    let page = analysis.render(Format::Html, &notes)?;
    fs::write(&options.html, page).map_err(|e| {
        Failure::command(
            format!("cannot write {}: {e}", options.html.display()),
            "choose another file with --html",
        )
    })?;
    let report = analysis.render(options.format, &notes)?;
    // The other forms are read by machines.
    if options.format != Format::Text {
        return Ok(report);
    }
    Ok(format!("{}\n\nPage: {}\n", report.trim_end(), options.html.display()))
}

fn usage() -> Result<Usage, Failure> {
    let Samples { mut usage, .. } = samples::read(SAMPLES, Path::new("samples.csv"))?;
    add_requests(&mut usage, REQUESTS)?;
    Ok(usage)
}

fn assumptions() -> Result<Vec<String>, Failure> {
    let list: Vec<Assumption> = json::from_json(ASSUMPTIONS)?;
    Ok(list.into_iter().map(|Assumption { code, text }| format!("{code}: {text}")).collect())
}
