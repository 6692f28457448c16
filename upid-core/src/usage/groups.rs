//! The rows of a table by key, and for a long table by metric: as runs of neighbouring rows.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use super::metric::MetricId;
use super::rows::{Rows, Run};
use super::table::{KeyColumns, TextColumn, length};
use crate::error::{Error, ErrorKind, Result};

/// The rows of one key, and of one metric in a long table.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// Cluster, namespace, pod, container.
    pub(super) key: [&'a str; 4],
    /// Of a long table.
    pub(super) metric: Option<MetricId>,
    runs: Range<usize>,
}

/// All groups of a table, in order of key and metric.
#[derive(Debug)]
pub(super) struct Groups<'a> {
    pub(super) groups: Vec<Group<'a>>,
    runs: Vec<Run>,
}

impl<'a> Groups<'a> {
    /// Groups the rows; a long table brings the column of metric names.
    pub(super) fn of(
        keys: &KeyColumns<'a>,
        metric: Option<TextColumn<'a>>,
        rows: usize,
    ) -> Result<Self> {
        if u32::try_from(rows).is_err() {
            return Err(Error::new(ErrorKind::LimitExceeded, format!("a table of {rows} rows"))
                .hint("give at most 2^32 rows at once; a stream takes any number of tables"));
        }
        let columns = coded(keys, metric, rows)?;
        let runs = runs(&columns, rows);
        let mut index = Index::of(&columns, runs.len());
        let mut metrics: Vec<Option<MetricId>> = vec![None; columns[4].names.len()];
        let mut groups: Vec<Group<'a>> = Vec::new();
        let mut group_of = Vec::with_capacity(runs.len());
        for run in &runs {
            let row = run.start as usize;
            let codes = columns.each_ref().map(|column| column.code(row));
            let group = index.number(codes, groups.len() as u32);
            group_of.push(group);
            if (group as usize) < groups.len() {
                continue;
            }
            let id = match metrics.get_mut(codes[4] as usize).filter(|_| metric.is_some()) {
                Some(Some(id)) => Some(*id),
                Some(unread) => {
                    let parsed = MetricId::parse(columns[4].name(codes[4]));
                    *unread = Some(parsed.map_err(|e| e.at_path("metric").at_row(row))?);
                    *unread
                }
                None => None,
            };
            let key = [0, 1, 2, 3].map(|at| columns[at].name(codes[at]));
            groups.push(Group { key, metric: id, runs: 0..0 });
        }
        let (ranges, ordered) = in_order(&runs, &group_of, groups.len());
        groups.iter_mut().zip(ranges).for_each(|(group, runs)| group.runs = runs);
        let mut all = Self { groups, runs: ordered };
        all.groups.sort_by(|a, b| (a.key, a.metric).cmp(&(b.key, b.metric)));
        all.join_equal();
        Ok(all)
    }

    /// Joins groups that only a repeated name, or another name of the same metric, holds apart.
    fn join_equal(&mut self) {
        let same = |a: &Group<'_>, b: &Group<'_>| (a.key, a.metric) == (b.key, b.metric);
        if !self.groups.windows(2).any(|pair| same(&pair[0], &pair[1])) {
            return;
        }
        let mut joined: Vec<Group<'a>> = Vec::with_capacity(self.groups.len());
        for group in self.groups.drain(..) {
            match joined.last_mut().filter(|last| same(last, &group)) {
                Some(last) => {
                    let from = self.runs.len();
                    self.runs.extend_from_within(last.runs.clone());
                    self.runs.extend_from_within(group.runs);
                    self.runs[from..].sort_unstable();
                    last.runs = from..self.runs.len();
                }
                None => joined.push(group),
            }
        }
        self.groups = joined;
    }

    pub(super) fn rows(&self, group: &Group<'_>) -> Rows<'_> {
        Rows { runs: self.runs.get(group.runs.clone()).unwrap_or_default() }
    }
}

/// Numbers the distinct combinations of codes.
enum Index {
    /// A cell for each possible combination, where these are few: its number, from 1.
    Cells {
        sizes: [usize; 5],
        numbers: Vec<u32>,
    },
    Hashed(HashMap<[i32; 5], u32, BuildHasherDefault<Mix>>),
}

impl Index {
    fn of(columns: &[Coded<'_>; 5], runs: usize) -> Self {
        let sizes = columns.each_ref().map(|c| if c.codes.is_some() { c.names.len() } else { 1 });
        let cells = sizes.iter().try_fold(1usize, |cells, size| cells.checked_mul(*size));
        match cells.filter(|cells| *cells <= (4 * runs).max(1 << 12)) {
            Some(cells) => Self::Cells { sizes, numbers: vec![0; cells] },
            None => Self::Hashed(HashMap::default()),
        }
    }

    /// The number of a combination; a new one gets `next`.
    fn number(&mut self, codes: [i32; 5], next: u32) -> u32 {
        match self {
            Self::Cells { sizes, numbers } => {
                let cell =
                    codes.iter().zip(sizes).fold(0, |at, (code, n)| at * *n + *code as usize);
                match numbers.get_mut(cell) {
                    Some(0) => {
                        numbers[cell] = next + 1;
                        next
                    }
                    Some(number) => *number - 1,
                    None => next,
                }
            }
            Self::Hashed(numbers) => *numbers.entry(codes).or_insert(next),
        }
    }
}

/// The runs sorted by group, stable, by counting; and where each group's lie.
fn in_order(runs: &[Run], group_of: &[u32], groups: usize) -> (Vec<Range<usize>>, Vec<Run>) {
    let mut ranges = vec![0..0; groups];
    for group in group_of {
        ranges[*group as usize].end += 1;
    }
    let mut start = 0;
    for range in &mut ranges {
        let len = range.end;
        *range = start..start;
        start += len;
    }
    let mut ordered = vec![Run { start: 0, len: 0 }; runs.len()];
    for (run, group) in runs.iter().zip(group_of) {
        let end = &mut ranges[*group as usize].end;
        ordered[*end] = *run;
        *end += 1;
    }
    (ranges, ordered)
}

/// Maximal runs of rows whose codes are equal in every column.
fn runs(columns: &[Coded<'_>; 5], rows: usize) -> Vec<Run> {
    let mut starts = vec![false; rows];
    for codes in columns.iter().filter_map(|column| column.codes.as_deref()) {
        for (start, pair) in starts.iter_mut().skip(1).zip(codes.windows(2)) {
            *start |= pair[0] != pair[1];
        }
    }
    let mut runs = Vec::new();
    let mut from = 0;
    for (row, start) in starts.iter().enumerate() {
        if *start {
            runs.push(Run { start: from as u32, len: (row - from) as u32 });
            from = row;
        }
    }
    if rows > 0 {
        runs.push(Run { start: from as u32, len: (rows - from) as u32 });
    }
    runs
}

/// A column of names as codes into a list; without codes the first name stands in every row.
struct Coded<'a> {
    codes: Option<Cow<'a, [i32]>>,
    names: Cow<'a, [&'a str]>,
}

impl<'a> Coded<'a> {
    fn of(column: TextColumn<'a>) -> Self {
        match column {
            TextColumn::Constant(name) => Self { codes: None, names: vec![name].into() },
            TextColumn::Dictionary { codes, names } => {
                Self { codes: Some(codes.into()), names: names.into() }
            }
            TextColumn::Text(texts) => {
                let mut seen: HashMap<&str, i32> = HashMap::new();
                let mut names: Vec<&str> = Vec::new();
                let mut codes = Vec::with_capacity(texts.len());
                let mut last = ("", -1);
                for text in texts {
                    if last.1 < 0 || last.0 != *text {
                        let code = *seen.entry(text).or_insert_with(|| {
                            names.push(text);
                            (names.len() - 1) as i32
                        });
                        last = (text, code);
                    }
                    codes.push(last.1);
                }
                Self { codes: Some(codes.into()), names: names.into() }
            }
        }
    }

    fn code(&self, row: usize) -> i32 {
        self.codes.as_ref().and_then(|codes| codes.get(row).copied()).unwrap_or_default()
    }

    fn name(&self, code: i32) -> &'a str {
        self.names.get(code as usize).copied().unwrap_or_default()
    }

    /// The first row whose code names nothing.
    fn bad_row(&self) -> Option<usize> {
        let names = self.names.len() as u64;
        let bad = |code: &i32| u64::from(*code as u32) >= names;
        let codes = self.codes.as_deref()?;
        // One pass without a branch; a dictionary has fewer than 2^31 names, so a negative code is too large.
        let largest = codes.iter().fold(0, |largest, code| largest.max(*code as u32));
        if codes.is_empty() || u64::from(largest) < names {
            None
        } else {
            codes.iter().position(bad)
        }
    }
}

/// The key columns and the metric, checked.
fn coded<'a>(
    keys: &KeyColumns<'a>,
    metric: Option<TextColumn<'a>>,
    rows: usize,
) -> Result<[Coded<'a>; 5]> {
    let missing = |name: &str| {
        Error::new(ErrorKind::MissingColumn, format!("the table has no column {name}"))
            .at_path(name)
            .hint("a table needs timestamp, namespace and pod; cluster and container are optional")
    };
    let empty = TextColumn::Constant("");
    let columns = [
        ("cluster", keys.cluster.unwrap_or(empty)),
        ("namespace", keys.namespace.ok_or_else(|| missing("namespace"))?),
        ("pod", keys.pod.ok_or_else(|| missing("pod"))?),
        ("container", keys.container.unwrap_or(empty)),
        ("metric", metric.unwrap_or(empty)),
    ];
    for (name, column) in &columns {
        match column.len() {
            Some(len) if len != rows => return Err(length(name, len, rows)),
            _ => {}
        }
    }
    let names = columns.map(|(name, _)| name);
    let coded = columns.map(|(_, column)| Coded::of(column));
    let bad = coded.iter().zip(names).filter_map(|(column, name)| Some((column.bad_row()?, name)));
    match bad.min_by_key(|(row, _)| *row) {
        None => Ok(coded),
        Some((row, name)) => {
            Err(Error::new(ErrorKind::InvalidValue, format!("a code of {name} names no entry"))
                .at_path(name)
                .at_row(row)
                .hint("dictionary codes count from 0 into the list of names"))
        }
    }
}

/// Mixes the codes of a key: one multiplication each. Std's hash would take longer than the rest of the grouping.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        // The high half of the product carries every bit of the factors down to the bits that choose a cell.
        let product = u128::from(self.0 ^ word ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }

    fn write_usize(&mut self, _: usize) {
        // The length of the tuple, always the same.
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
