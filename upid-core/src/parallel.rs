//! Work on all threads under the feature `parallel`, on one without it; results in the order of the items, always.

#[cfg(feature = "parallel")]
use rayon::prelude::*;

/// `one` of each item.
#[cfg(feature = "parallel")]
pub(crate) fn map<T: Sync, R: Send>(items: &[T], one: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    items.par_iter().map(one).collect()
}

/// `one` of each item.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map<T, R>(items: &[T], one: impl Fn(&T) -> R) -> Vec<R> {
    items.iter().map(one).collect()
}

/// [`map`] of items that are given away.
#[cfg(feature = "parallel")]
pub(crate) fn map_owned<T: Send, R: Send>(
    items: Vec<T>,
    one: impl Fn(T) -> R + Sync + Send,
) -> Vec<R> {
    items.into_par_iter().map(one).collect()
}

/// [`map`] of items that are given away.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map_owned<T, R>(items: Vec<T>, one: impl Fn(T) -> R) -> Vec<R> {
    items.into_iter().map(one).collect()
}

/// How many threads share the work.
#[cfg(feature = "parallel")]
pub(crate) fn threads() -> usize {
    rayon::current_num_threads()
}

/// How many threads share the work.
#[cfg(not(feature = "parallel"))]
pub(crate) fn threads() -> usize {
    1
}

/// Which of them this is.
#[cfg(feature = "parallel")]
pub(crate) fn thread() -> usize {
    rayon::current_thread_index().unwrap_or_default()
}

/// Which of them this is.
#[cfg(not(feature = "parallel"))]
pub(crate) fn thread() -> usize {
    0
}
