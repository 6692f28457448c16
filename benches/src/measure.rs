//! What a run costs: processor time and wall time (least of several runs), and the greatest memory of the process.

use std::time::Instant;

use cpu_time::ProcessTime;

/// The least times of several runs, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Processor time of all threads.
    pub cpu_s: f64,
    /// Wall time.
    pub wall_s: f64,
}

/// Runs `f` `repeats` times, at least once; gives the least times and the last result.
pub fn least<T>(repeats: usize, mut f: impl FnMut() -> T) -> (Cost, T) {
    let mut once = || {
        let (wall, cpu) = (Instant::now(), ProcessTime::now());
        let result = f();
        (Cost { cpu_s: cpu.elapsed().as_secs_f64(), wall_s: wall.elapsed().as_secs_f64() }, result)
    };
    let (mut least, mut result) = once();
    for _ in 1..repeats {
        let (cost, again) = once();
        least = Cost { cpu_s: least.cpu_s.min(cost.cpu_s), wall_s: least.wall_s.min(cost.wall_s) };
        result = again;
    }
    (least, result)
}

/// The greatest resident memory of this process so far, in MiB (`VmHWM`); `None` where the system does not tell.
pub fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok().map(|kib| kib / 1024.0)
}
