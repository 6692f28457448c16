//! Members of an input that nobody knows.

/// Paths that are kept; all are counted.
pub(super) const KEPT: usize = 10;

/// Members of an input that nobody knows: all counted, the first by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ignored {
    /// How many.
    pub count: u64,
    /// The first ten.
    pub paths: Vec<String>,
}

impl Ignored {
    /// Of two readings of one object, what neither knows: what one does not know is often the other's.
    ///
    /// Only paths that are kept can be compared; objects that are read twice have few members.
    pub(super) fn common(&self, other: &Self) -> Self {
        let within = |path: &String, all: &[String]| {
            all.iter().any(|other| {
                path.strip_prefix(other.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            })
        };
        let mut paths: Vec<String> = Vec::new();
        for (own, others) in [(&self.paths, &other.paths), (&other.paths, &self.paths)] {
            for path in own.iter().filter(|path| within(path, others)) {
                if !paths.contains(path) {
                    paths.push(path.clone());
                }
            }
        }
        Self { count: paths.len() as u64, paths }
    }

    /// Adds those of another text.
    pub(crate) fn join(&mut self, other: Self) {
        self.count += other.count;
        self.paths.extend(other.paths);
        self.paths.truncate(KEPT);
    }
}
