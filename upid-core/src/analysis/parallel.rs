//! The same work for each item, on all threads under the feature `parallel`; results in the order of the items.

#[cfg(feature = "parallel")]
pub(super) fn map<T: Sync, R: Send>(items: &[T], one: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    items.par_iter().map(one).collect()
}

#[cfg(not(feature = "parallel"))]
pub(super) fn map<T, R>(items: &[T], one: impl Fn(&T) -> R) -> Vec<R> {
    items.iter().map(one).collect()
}
