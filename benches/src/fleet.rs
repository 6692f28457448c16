//! Workload W: a fleet of containers, the same bytes on every machine and in every language.
//!
//! Everything is an integer until one last division, so a peer script restates it exactly. All integers are
//! unsigned 64-bit and none overflows except where `mix` wraps; `/` of integers rounds down.
//!
//! ```text
//! G          = 0x9e3779b97f4a7c15
//! mix(z)     : z = (z ^ z>>30)·0xbf58476d1ce4e5b9;  z = (z ^ z>>27)·0x94d049bb133111eb;  z ^ z>>31   (mod 2^64)
//! draw(s, k) = mix(s + (k+1)·G)                    output k of SplitMix64 started at s
//! pick(s, k, m) = (draw(s, k) >> 32)·m >> 32       an integer in 0..m
//! bell(d)    = sum of the four 16-bit parts of d   0..262140, mean 131070
//! vary(x, a, d) = x·(131070·(256−a) + a·bell(d)) >> 25        about x·(1 ± a/256); 131070·256 is almost 2^25
//! stream(c, m) = draw(2022, 8·c + m)               m: 0 parameters, 1 cpu, 2 memory, 3 network, 4 requests, 5 missing
//! ```
//! Container `c` of class `c mod 20` ([`Class::of`]) has seven parameters `p[k] = pick(stream(c,0), k, 1024)`. At
//! sample `t` (one a minute from [`START_MS`](crate::START_MS), a Wednesday 00:00 UTC): `minute = t mod 1440`,
//! `day = (t/1440 + 2) mod 7` (0 is Monday), `tri = 720 − |minute − 720|`, `wave = tri·tri·1024 / 518400`
//! (0..1024, a quarter of it when `day ≥ 5`), `on(from, length)` = `minute` in `from .. from+length`.
//!
//! | class | share | level, nano-cores | a | memory, pages of 4 KiB (`base = 4096 + 128·p[2]`) | network, bytes a minute |
//! |---|---|---|---|---|---|
//! | Idle 0–5 | 30 % | 200 000 + 1 000·p\[0\] | 64 | base | 3 600 + 30·p\[3\] |
//! | Diurnal 6–11 | 30 % | peak/10 + peak·wave/1024, peak = 100 000 000 + 1 000 000·p\[0\] | 80 | base + base·wave/4096 | level/1000 |
//! | Batch 12–14 | 15 % | on(p\[4\]·360/1024, 30 + p\[5\]·150/1024): 500 000 000 + 3 000 000·p\[0\], else 500 000 | 48 | twice base while on | on: level/100, else 600 |
//! | Steady 15–17 | 15 % | 50 000 000 + 1 000 000·p\[0\] | 128 | base | level/1000 |
//! | Leak 18 | 5 % | x + x·t/T, x = 100 000 000 + 500 000·p\[0\] | 64 | base + 2·base·t/T | level/1000 |
//! | Abandoned 19 | 5 % | until t = 720 + 3·p\[6\] as Steady; after: 50 000 | 96 | base | until then level/1000, after 0 |
//!
//! Noise and units, with `dc = draw(stream(c,1), t)` and so on for each metric:
//! ```text
//! cpu     = (60·vary(level, a, dc) + (dc >> 32) mod 60) / 60e9        a counter of nanoseconds, over one minute
//!           Steady (and Abandoned while active): three times that level if dc mod 64 = 0
//! memory  = 4096·pages; Idle: pages + 1 if dm mod 4 = 0; Steady: vary(pages, 8, dm); others: vary(pages, 2, dm)
//! network = vary(bytes, 96, dn) / 60
//! requests of hour h (while t = 60·h + 30 < T): Diurnal, Steady, Leak, active Abandoned: vary(level / 100 000, 64, draw(stream(c,4), h)), else 0
//! missing : with `missing` per mille, sample t of all three metrics is NaN if pick(stream(c,5), t, 1000) < missing
//! ```
//! The level of a request row is that of its minute `60·h + 30`, before noise. Values are computed in f64 and then
//! rounded to f32. Requested: cpu `(1 + p[1] mod 16)·125` millicores, memory `2·(base + 1024)·4096` bytes.
//! Node: `c / 25`; its core-hour costs `25 + node mod 11` thousandths, its GiB-hour `3 + node mod 3` thousandths.

/// Containers of one node.
const PER_NODE: usize = 25;
const MINUTES_PER_DAY: u64 = 1440;
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
const SEED: u64 = 2022;

/// How a container behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Up, probed, unused.
    Idle,
    /// A wave of working days; weekends quiet.
    Diurnal,
    /// One burst a night.
    Batch,
    /// Noise around a level, with spikes.
    Steady,
    /// Grows through the window.
    Leak,
    /// Used at first, then never again.
    Abandoned,
}

impl Class {
    /// The class of container `index`.
    pub fn of(index: usize) -> Self {
        match index % 20 {
            0..=5 => Self::Idle,
            6..=11 => Self::Diurnal,
            12..=14 => Self::Batch,
            15..=17 => Self::Steady,
            18 => Self::Leak,
            _ => Self::Abandoned,
        }
    }
}

/// The workload: matrices of one row per container.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// Rows.
    pub containers: usize,
    /// Columns of `cpu`, `memory` and `network`.
    pub samples: usize,
    /// Cores.
    pub cpu: Vec<f32>,
    /// Bytes.
    pub memory: Vec<f32>,
    /// Bytes per second.
    pub network: Vec<f32>,
    /// Business requests, one column per hour (the last may be partial).
    pub requests: Vec<u32>,
    /// Requested millicores, per container.
    pub requested_millicores: Vec<u32>,
    /// Requested bytes, per container.
    pub requested_bytes: Vec<u64>,
    /// Thousandths of the currency unit per core-hour and GiB-hour, per container (from its node).
    pub rates_milli: Vec<[u32; 2]>,
}

/// Workload W with `containers` rows of `samples` minutes, `missing` per mille of the samples lost.
pub fn fleet(containers: usize, samples: usize, missing: u64) -> Fleet {
    let hours = samples.div_ceil(60);
    let mut fleet = Fleet {
        containers,
        samples,
        cpu: Vec::with_capacity(containers * samples),
        memory: Vec::with_capacity(containers * samples),
        network: Vec::with_capacity(containers * samples),
        requests: Vec::with_capacity(containers * hours),
        requested_millicores: Vec::with_capacity(containers),
        requested_bytes: Vec::with_capacity(containers),
        rates_milli: Vec::with_capacity(containers),
    };
    for index in 0..containers {
        let one = Container::new(index, samples as u64);
        for t in 0..samples as u64 {
            let lost = pick(one.stream(5), t, 1000) < missing;
            let at = one.moment(t);
            let keep = |value: f64| if lost { f32::NAN } else { value as f32 };
            fleet.cpu.push(keep(one.cpu(t, &at)));
            fleet.memory.push(keep(one.memory(t, &at)));
            fleet.network.push(keep(one.network(t, &at)));
        }
        fleet.requests.extend((0..hours as u64).map(|hour| one.requests(hour)));
        fleet.requested_millicores.push((1 + one.p[1] as u32 % 16) * 125);
        fleet.requested_bytes.push(2 * (one.base_pages() + 1024) * 4096);
        let node = (index / PER_NODE) as u32;
        fleet.rates_milli.push([25 + node % 11, 3 + node % 3]);
    }
    fleet
}

struct Container {
    class: Class,
    index: u64,
    samples: u64,
    p: [u64; 7],
}

/// What the class prescribes for a minute, before noise.
struct Moment {
    nano_cores: u64,
    pages: u64,
    bytes: u64,
    serves: bool,
}

impl Container {
    fn new(index: usize, samples: u64) -> Self {
        let index = index as u64;
        let parameters = stream(index, 0);
        let p = std::array::from_fn(|k| pick(parameters, k as u64, 1024));
        Self { class: Class::of(index as usize), index, samples, p }
    }

    fn stream(&self, metric: u64) -> u64 {
        stream(self.index, metric)
    }

    fn base_pages(&self) -> u64 {
        4096 + 128 * self.p[2]
    }

    fn moment(&self, t: u64) -> Moment {
        let minute = t % MINUTES_PER_DAY;
        let base = self.base_pages();
        let steady = 50_000_000 + 1_000_000 * self.p[0];
        match self.class {
            Class::Idle => Moment {
                nano_cores: 200_000 + 1_000 * self.p[0],
                pages: base,
                bytes: 3_600 + 30 * self.p[3],
                serves: false,
            },
            Class::Diurnal => {
                let tri = 720 - minute.abs_diff(720);
                let weekend = (t / MINUTES_PER_DAY + 2) % 7 >= 5;
                let wave = tri * tri * 1024 / 518_400 / if weekend { 4 } else { 1 };
                let peak = 100_000_000 + 1_000_000 * self.p[0];
                let nano_cores = peak / 10 + peak * wave / 1024;
                let pages = base + base * wave / 4096;
                Moment { nano_cores, pages, bytes: nano_cores / 1000, serves: true }
            }
            Class::Batch => {
                let (from, length) = (self.p[4] * 360 / 1024, 30 + self.p[5] * 150 / 1024);
                if (from..from + length).contains(&minute) {
                    let nano_cores = 500_000_000 + 3_000_000 * self.p[0];
                    let bytes = nano_cores / 100;
                    Moment { nano_cores, pages: 2 * base, bytes, serves: false }
                } else {
                    Moment { nano_cores: 500_000, pages: base, bytes: 600, serves: false }
                }
            }
            Class::Leak => {
                let start = 100_000_000 + 500_000 * self.p[0];
                let nano_cores = start + start * t / self.samples;
                let pages = base + 2 * base * t / self.samples;
                Moment { nano_cores, pages, bytes: nano_cores / 1000, serves: true }
            }
            Class::Abandoned if t >= 720 + 3 * self.p[6] => {
                Moment { nano_cores: 50_000, pages: base, bytes: 0, serves: false }
            }
            Class::Steady | Class::Abandoned => {
                Moment { nano_cores: steady, pages: base, bytes: steady / 1000, serves: true }
            }
        }
    }

    fn cpu(&self, t: u64, at: &Moment) -> f64 {
        let noise = draw(self.stream(1), t);
        let (amplitude, spikes) = match self.class {
            Class::Idle | Class::Leak => (64, false),
            Class::Diurnal => (80, false),
            Class::Batch => (48, false),
            Class::Steady => (128, true),
            Class::Abandoned => (96, at.serves),
        };
        let level =
            if spikes && noise.is_multiple_of(64) { 3 * at.nano_cores } else { at.nano_cores };
        (60 * vary(level, amplitude, noise) + (noise >> 32) % 60) as f64 / 60e9
    }

    fn memory(&self, t: u64, at: &Moment) -> f64 {
        let noise = draw(self.stream(2), t);
        let pages = match self.class {
            Class::Idle => at.pages + u64::from(noise.is_multiple_of(4)),
            Class::Steady => vary(at.pages, 8, noise),
            _ => vary(at.pages, 2, noise),
        };
        (4096 * pages) as f64
    }

    fn network(&self, t: u64, at: &Moment) -> f64 {
        vary(at.bytes, 96, draw(self.stream(3), t)) as f64 / 60.0
    }

    fn requests(&self, hour: u64) -> u32 {
        let minute = 60 * hour + 30;
        if minute >= self.samples {
            return 0;
        }
        let at = self.moment(minute);
        if !at.serves {
            return 0;
        }
        vary(at.nano_cores / 100_000, 64, draw(self.stream(4), hour)) as u32
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn draw(seed: u64, k: u64) -> u64 {
    mix(seed.wrapping_add(GAMMA.wrapping_mul(k + 1)))
}

fn pick(seed: u64, k: u64, below: u64) -> u64 {
    ((draw(seed, k) >> 32) * below) >> 32
}

fn stream(container: u64, metric: u64) -> u64 {
    draw(SEED, 8 * container + metric)
}

fn vary(x: u64, amplitude: u64, noise: u64) -> u64 {
    let bell = (noise & 0xffff) + (noise >> 16 & 0xffff) + (noise >> 32 & 0xffff) + (noise >> 48);
    (x * (131_070 * (256 - amplitude) + amplitude * bell)) >> 25
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floor_f32;

    /// What a peer script must find too: the wrapping sum of the bits of each matrix.
    #[test]
    fn the_same_bytes_everywhere() {
        let w = fleet(20, 10_080, 0);
        let sums = [floor_f32(&w.cpu), floor_f32(&w.memory), floor_f32(&w.network)];
        let requests = w.requests.iter().fold(0, |sum: u32, r| sum.wrapping_add(*r));
        assert_eq!((sums, requests), ([2_805_341_374, 1_653_182_176, 420_747_100], 5_913_340));
        let holes = fleet(20, 10_080, 10);
        let missing = holes.cpu.iter().filter(|v| v.is_nan()).count();
        assert_eq!(missing, 1989);
    }
}
