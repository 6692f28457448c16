//! Operations on JSON, on this thread or on one of libuv's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use napi::bindgen_prelude::{AsyncTask, Uint8Array};
use napi::{Env, Task};
use napi_derive::napi;
use upid_core::{Error, ErrorKind, wire};

use crate::failure::guarded;
use crate::input::{JsonText, owned, text};
use crate::output::exact_in_js;
use crate::usage::NativeUsage;

/// Runs an operation on this thread.
#[napi(catch_unwind)]
pub fn call(
    operation: String,
    input: JsonText<'_>,
    usage: Option<&NativeUsage>,
) -> napi::Result<String> {
    guarded(|| {
        let usage = usage.map(NativeUsage::now);
        exact_in_js(wire::call(&operation, text(&input)?, usage.as_deref())?)
    })
}

/// Runs an operation `ingest.…` on documents as they came.
#[napi(catch_unwind)]
pub fn ingest(
    operation: String,
    documents: Vec<Uint8Array>,
    options: JsonText<'_>,
) -> napi::Result<String> {
    guarded(|| {
        let documents: Vec<&[u8]> = documents.iter().map(AsRef::as_ref).collect();
        exact_in_js(wire::ingest(&operation, &documents, text(&options)?)?)
    })
}

/// Analyses JSON texts of a Snapshot and a Config on this thread.
#[napi(catch_unwind)]
pub fn analyze(
    snapshot: JsonText<'_>,
    config: Option<JsonText<'_>>,
    usage: Option<&NativeUsage>,
) -> napi::Result<String> {
    guarded(|| {
        let usage = usage.map(NativeUsage::now);
        let config = config.as_ref().map(text).transpose()?;
        exact_in_js(wire::analyze(text(&snapshot)?, config, usage.as_deref())?)
    })
}

/// Rewrites a result in the core's canonical bytes.
#[napi(catch_unwind)]
pub fn canonical(operation: String, output: JsonText<'_>) -> napi::Result<String> {
    guarded(|| wire::canonical(&operation, text(&output)?))
}

/// Asks a queued call not to start.
#[napi]
#[derive(Default)]
pub struct Cancel {
    asked: Arc<AtomicBool>,
}

#[napi]
impl Cancel {
    /// Not asked yet.
    #[napi(constructor, catch_unwind)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks.
    #[napi(catch_unwind)]
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }
}

/// A call that waits for, or runs on, a thread of libuv's pool.
pub struct CallTask {
    work: Work,
    usage: Option<Arc<upid_core::Usage>>,
    cancel: Arc<AtomicBool>,
}

/// What is called.
enum Work {
    Operation { name: String, input: String },
    Analyze { snapshot: String, config: Option<String> },
}

impl Task for CallTask {
    type Output = String;
    type JsValue = String;

    fn compute(&mut self) -> napi::Result<String> {
        guarded(|| {
            if self.cancel.load(Ordering::Relaxed) {
                return Err(Error::new(ErrorKind::Cancelled, "the call was cancelled")
                    .hint("call again, if it is still wanted"));
            }
            let usage = self.usage.as_deref();
            exact_in_js(match &self.work {
                Work::Operation { name, input } => wire::call(name, input, usage)?,
                Work::Analyze { snapshot, config } => {
                    wire::analyze(snapshot, config.as_deref(), usage)?
                }
            })
        })
    }

    fn resolve(&mut self, _: Env, output: String) -> napi::Result<String> {
        Ok(output)
    }
}

impl CallTask {
    fn of(work: Work, usage: Option<&NativeUsage>, cancel: &Cancel) -> AsyncTask<Self> {
        let usage = usage.map(NativeUsage::now);
        AsyncTask::new(Self { work, usage, cancel: Arc::clone(&cancel.asked) })
    }
}

/// Runs an operation off the main thread, on the input and the Usage as they are now.
#[napi(catch_unwind)]
pub fn call_async(
    operation: String,
    input: JsonText<'_>,
    usage: Option<&NativeUsage>,
    cancel: &Cancel,
) -> napi::Result<AsyncTask<CallTask>> {
    guarded(|| {
        let work = Work::Operation { name: operation, input: owned(input)? };
        Ok(CallTask::of(work, usage, cancel))
    })
}

/// Analyses off the main thread, on the texts and the Usage as they are now.
#[napi(catch_unwind)]
pub fn analyze_async(
    snapshot: JsonText<'_>,
    config: Option<JsonText<'_>>,
    usage: Option<&NativeUsage>,
    cancel: &Cancel,
) -> napi::Result<AsyncTask<CallTask>> {
    guarded(|| {
        let config = config.map(owned).transpose()?;
        Ok(CallTask::of(Work::Analyze { snapshot: owned(snapshot)?, config }, usage, cancel))
    })
}
