//! For tests, in debug builds only: panics on purpose, as the proof that none ends the process, and the check of
//! outputs on any text.
#![cfg(debug_assertions)]
#![allow(clippy::panic, clippy::missing_panics_doc)]

use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Task};
use napi_derive::napi;

use crate::failure::guarded;
use crate::output::exact_in_js;

/// Panics in the export itself.
#[napi(catch_unwind)]
pub fn panic_in_export() {
    panic!("on purpose");
}

/// Panics in the core call.
#[napi(catch_unwind)]
pub fn panic_in_call() -> napi::Result<()> {
    guarded(|| panic!("on purpose"))
}

/// Panics on a thread of the pool.
#[napi(catch_unwind)]
pub fn panic_in_task() -> AsyncTask<Drill> {
    AsyncTask::new(Drill)
}

/// A task that panics.
pub struct Drill;

impl Task for Drill {
    type Output = ();
    type JsValue = ();

    fn compute(&mut self) -> napi::Result<()> {
        guarded(|| panic!("on purpose"))
    }

    fn resolve(&mut self, _: Env, (): ()) -> napi::Result<()> {
        Ok(())
    }
}

/// Passes a text through the check of outputs.
#[napi(catch_unwind)]
pub fn check_output(json: String) -> napi::Result<String> {
    guarded(|| exact_in_js(json))
}
