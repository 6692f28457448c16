//! The pods of an input in the order of their keys, and who is meant by a name.

use std::collections::{BTreeMap, BTreeSet};

use super::input::{CostInput, CostPod};
use super::spans::{Piece, intersect, life, total_ms};
use crate::error::{Error, ErrorKind, Result};

/// A pod of the input, or one that only a mount or a backend names.
#[derive(Debug)]
pub(crate) struct PodEntry<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
    pub(crate) uid: Option<&'a str>,
    /// `None` for a pod that only a mount or a backend names.
    pub(crate) pod: Option<&'a CostPod>,
    /// Position in the input, for paths.
    pub(crate) index: usize,
    /// Its whole life.
    pub(crate) life: Vec<Piece>,
}

/// A pod as a mount or a backend names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PodName<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
    pub(crate) uid: Option<&'a str>,
}

/// All pods, by namespace, name, uid.
#[derive(Debug)]
pub(crate) struct PodBook<'a> {
    pub(crate) entries: Vec<PodEntry<'a>>,
    by_name: BTreeMap<(&'a str, &'a str), Vec<usize>>,
}

impl<'a> PodBook<'a> {
    /// Sorts the pods and adds those that are only named; `UPID_DUPLICATE_KEY` for two of one key.
    pub(crate) fn of(input: &'a CostInput) -> Result<Self> {
        let window = &input.window;
        let mut entries = Vec::with_capacity(input.pods.len());
        for (index, pod) in input.pods.iter().enumerate() {
            entries.push(PodEntry {
                namespace: &pod.namespace,
                name: &pod.name,
                uid: pod.uid.as_deref(),
                pod: Some(pod),
                index,
                life: life(&pod.life, window).map_err(|e| e.under(&format!("pods[{index}]")))?,
            });
        }
        let mut book = Self { entries, by_name: BTreeMap::new() };
        book.order();
        for pair in book.entries.windows(2) {
            if let (Some(a), Some(b)) = (pair[0].pod, pair[1].pod)
                && a.key() == b.key()
            {
                return Err(Error::new(
                    ErrorKind::DuplicateKey,
                    format!("the pod {} stands twice in the input", a.id()),
                )
                .at_path(format!("pods[{}]", pair[0].index.max(pair[1].index)))
                .hint("pods of one name need different uids"));
            }
        }
        let whole = (window.start.0, window.end.0);
        let mounts = input.volumes.iter().flat_map(|v| &v.mounts).map(|m| PodName {
            namespace: &m.namespace,
            name: &m.pod,
            uid: m.uid.as_deref(),
        });
        let backends = input.load_balancers.iter().flat_map(|l| &l.backends).map(|b| PodName {
            namespace: &b.namespace,
            name: &b.pod,
            uid: b.uid.as_deref(),
        });
        let strangers: BTreeSet<PodName<'a>> =
            mounts.chain(backends).filter(|name| book.find(*name, whole).is_none()).collect();
        for PodName { namespace, name, uid } in strangers {
            let life = vec![whole];
            book.entries.push(PodEntry {
                namespace,
                name,
                uid,
                pod: None,
                index: usize::MAX,
                life,
            });
        }
        book.order();
        Ok(book)
    }

    fn order(&mut self) {
        self.entries.sort_by(|a, b| {
            let key = |e: &PodEntry<'a>| (e.namespace, e.name, e.uid.unwrap_or_default());
            key(a).cmp(&key(b))
        });
        self.by_name.clear();
        for (index, entry) in self.entries.iter().enumerate() {
            self.by_name.entry((entry.namespace, entry.name)).or_default().push(index);
        }
    }

    /// Who is meant: by uid, else of that name the one that lived most of `during`, else the first.
    pub(crate) fn find(&self, name: PodName<'_>, during: Piece) -> Option<usize> {
        let candidates = self.by_name.get(&(name.namespace, name.name))?;
        if let Some(uid) = name.uid {
            let by_uid = |&&index: &&usize| self.entries[index].uid == Some(uid);
            if let Some(&index) = candidates.iter().find(by_uid) {
                return Some(index);
            }
            return match candidates[..] {
                [only] if self.entries[only].uid.is_none() => Some(only),
                _ => None,
            };
        }
        let overlap = |index: usize| total_ms(&intersect(&self.entries[index].life, &[during]));
        candidates.iter().copied().min_by_key(|&index| (-overlap(index), index))
    }
}
