//! Opaque handles as numbers that are never reused, so that a dead or foreign one is told apart with certainty.
//!
//! A handle is not the address of its object: the pointer that C holds is looked up and never dereferenced. This
//! module therefore needs no `unsafe`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError};

use upid_core::{Error, ErrorKind, Result};

/// Past every user-space address of 64-bit systems, so that a host that dereferences a handle faults at once.
const FIRST: usize = 1 << (usize::BITS - 2);
/// Keeps handles looking aligned to tools that check it.
const STEP: usize = 16;

/// One sequence for all registries: a number stands for one object of one type, for ever.
static NEXT: AtomicUsize = AtomicUsize::new(FIRST);

/// The live objects of one type.
pub(crate) struct Registry<T> {
    what: &'static str,
    live: Mutex<BTreeMap<usize, Arc<RwLock<T>>>>,
}

impl<T> Registry<T> {
    pub(crate) const fn new(what: &'static str) -> Self {
        Self { what, live: Mutex::new(BTreeMap::new()) }
    }

    /// Gives an object a handle.
    pub(crate) fn insert<H>(&self, object: T) -> Result<*mut H> {
        let number = NEXT
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_add(STEP))
            .map_err(|_| {
                Error::new(ErrorKind::LimitExceeded, "this process has used up all handles")
                    .hint("restart the process")
            })?;
        self.live().insert(number, Arc::new(RwLock::new(object)));
        Ok(core::ptr::without_provenance_mut(number))
    }

    /// Reads the object of a handle; several threads may read at once.
    pub(crate) fn read<H, R>(
        &self,
        handle: *const H,
        name: &str,
        body: impl FnOnce(&T) -> Result<R>,
    ) -> Result<R> {
        let object = self.find(handle, name)?;
        match object.try_read() {
            Ok(guard) => body(&guard),
            Err(TryLockError::WouldBlock) => Err(self.busy(name)),
            Err(TryLockError::Poisoned(_)) => Err(spoiled(name)),
        }
    }

    /// Changes the object of a handle.
    pub(crate) fn write<H, R>(
        &self,
        handle: *const H,
        name: &str,
        body: impl FnOnce(&mut T) -> Result<R>,
    ) -> Result<R> {
        let object = self.find(handle, name)?;
        match object.try_write() {
            Ok(mut guard) => body(&mut guard),
            Err(TryLockError::WouldBlock) => Err(self.busy(name)),
            Err(TryLockError::Poisoned(_)) => Err(spoiled(name)),
        }
    }

    /// Ends a handle; NULL is fine. An object still in use on another thread dies when that call returns.
    pub(crate) fn remove<H>(&self, handle: *const H, name: &str) -> Result<()> {
        if handle.is_null() {
            return Ok(());
        }
        let removed = self.live().remove(&handle.addr());
        removed.map(drop).ok_or_else(|| self.dead(name))
    }

    /// How many handles are alive.
    pub(crate) fn count(&self) -> usize {
        self.live().len()
    }

    fn find<H>(&self, handle: *const H, name: &str) -> Result<Arc<RwLock<T>>> {
        if handle.is_null() {
            return Err(Error::new(ErrorKind::NullPointer, format!("{name} is NULL"))
                .at_path(name)
                .hint(format!("pass a live {}", self.what)));
        }
        self.live().get(&handle.addr()).cloned().ok_or_else(|| self.dead(name))
    }

    fn live(&self) -> MutexGuard<'_, BTreeMap<usize, Arc<RwLock<T>>>> {
        // Nothing panics between lock and unlock but an allocation, after which the map is still whole.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn dead(&self, name: &str) -> Error {
        Error::new(ErrorKind::InvalidHandle, format!("{name} is not a live {}", self.what))
            .at_path(name)
            .hint("it was freed before, or never came from this library")
    }

    fn busy(&self, name: &str) -> Error {
        Error::new(ErrorKind::InvalidHandle, format!("{name} is in use on another thread"))
            .at_path(name)
            .hint(format!("use a {} from one thread at a time", self.what))
    }
}

fn spoiled(name: &str) -> Error {
    Error::new(
        ErrorKind::InvalidHandle,
        format!("{name} was left half-changed by a panic that was caught"),
    )
    .at_path(name)
    .hint("free it and build it again from its inputs")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Opaque;

    #[test]
    fn handles_die_once_and_are_not_reused() {
        let registry = Registry::new("upid_test");
        let a: *mut Opaque = registry.insert(1).unwrap();
        assert_eq!(registry.read(a, "x", |n| Ok(*n)).unwrap(), 1);
        registry.remove(a, "x").unwrap();
        let b: *mut Opaque = registry.insert(2).unwrap();
        assert_ne!(a, b);
        assert_eq!(registry.remove(a, "x").unwrap_err().kind(), ErrorKind::InvalidHandle);
        let error = registry.read(a, "x", |_| Ok(())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidHandle);
        assert_eq!(error.place().path.as_deref(), Some("x"));
        let foreign = Registry::<u8>::new("upid_other");
        assert_eq!(foreign.read(b, "x", |_| Ok(())).unwrap_err().kind(), ErrorKind::InvalidHandle);
        registry.remove(core::ptr::null::<Opaque>(), "x").unwrap();
        assert_eq!(registry.count(), 1);
    }

    #[test]
    fn a_handle_in_use_is_refused() {
        let registry = Registry::new("upid_test");
        let a: *mut Opaque = registry.insert(1).unwrap();
        let inner = registry.write(a, "x", |_| Ok(registry.read(a, "y", |_| Ok(())))).unwrap();
        assert_eq!(inner.unwrap_err().kind(), ErrorKind::InvalidHandle);
        assert_eq!(registry.read(a, "x", |_| registry.read(a, "y", |n| Ok(*n))).unwrap(), 1);
    }

    #[test]
    fn a_panic_while_changing_spoils_the_handle() {
        let registry = Registry::new("upid_test");
        let a: *mut Opaque = registry.insert(1).unwrap();
        assert_eq!(crate::panic::guard(|| registry.write(a, "x", |_| panic!("half"))), 1);
        let error = registry.read(a, "x", |_| Ok(())).unwrap_err();
        assert!(error.message().contains("half-changed"), "{error}");
        registry.remove(a, "x").unwrap();
    }
}
