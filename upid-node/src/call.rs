//! Operations on JSON, on this thread or on one of libuv's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use napi::bindgen_prelude::AsyncTask;
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

/// An operation that waits for, or runs on, a thread of libuv's pool.
pub struct CallTask {
    operation: String,
    input: String,
    usage: Option<Arc<upid_core::Usage>>,
    cancel: Arc<AtomicBool>,
}

impl Task for CallTask {
    type Output = String;
    type JsValue = String;

    fn compute(&mut self) -> napi::Result<String> {
        guarded(|| {
            if self.cancel.load(Ordering::Relaxed) {
                return Err(Error::new(ErrorKind::Cancelled, "the call was cancelled"));
            }
            exact_in_js(wire::call(&self.operation, &self.input, self.usage.as_deref())?)
        })
    }

    fn resolve(&mut self, _: Env, output: String) -> napi::Result<String> {
        Ok(output)
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
        Ok(AsyncTask::new(CallTask {
            operation,
            input: owned(input)?,
            usage: usage.map(NativeUsage::now),
            cancel: Arc::clone(&cancel.asked),
        }))
    })
}
