//! Panics on purpose, in debug builds only: the proof that none ends the process.
#![cfg(debug_assertions)]
#![allow(clippy::panic, clippy::missing_panics_doc)]

use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Task};
use napi_derive::napi;

use crate::failure::guarded;

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
