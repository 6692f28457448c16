"""From a running Prometheus to the report: what an embedding tool does, with nothing but the HTTP API in between.

    python examples/python/prometheus_live.py

Starts a Prometheus of its own on a free loopback port, fills it with the demo's samples as the kubelet would export
them, asks it for them over HTTP, hands the bytes to UPID, and prints the report. It needs the programs `prometheus` and
`promtool` (Debian, Ubuntu: `apt-get install prometheus`).
"""

import csv
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from pathlib import Path

DEMO = Path(__file__).parents[1] / "data" / "demo"

# Name of the series, its column in samples.csv, whether it is a counter, and whether it belongs to a container.
SERIES = [
    ("container_cpu_usage_seconds_total", "cpu_cores", True, True),
    ("container_memory_working_set_bytes", "memory_bytes", False, True),
    ("container_network_receive_bytes_total", "network_rx_bytes_per_second", True, False),
    ("container_network_transmit_bytes_total", "network_tx_bytes_per_second", True, False),
]
LONGEST_GAP = 300


def main() -> None:
    if not (shutil.which("prometheus") and shutil.which("promtool")):
        sys.exit(
            "prometheus and promtool are not installed. Debian, Ubuntu: apt-get install prometheus\n"
            "elsewhere: put both programs of a Prometheus release on the PATH"
        )
    with tempfile.TemporaryDirectory() as folder:
        answers = ask(Path(folder))
    report(answers)


def ask(folder: Path) -> list[bytes]:
    """What a Prometheus that holds the demo's samples answers, one body per name."""
    (folder / "samples.om").write_text(open_metrics(), encoding="utf-8")
    # It would scrape here; this one has only a past.
    (folder / "prometheus.yml").write_text("scrape_configs: []\n", encoding="utf-8")
    data = folder / "data"
    promtool = ["promtool", "tsdb", "create-blocks-from", "openmetrics", folder / "samples.om", data]
    subprocess.run(promtool, check=True, stdout=subprocess.DEVNULL)
    address = f"127.0.0.1:{free_port()}"
    server = subprocess.Popen(
        [
            "prometheus",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={data}",
            # The samples are of 2022, and shall not be dropped for their age.
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address={address}",
            "--log.level=error",
        ]
    )
    try:
        wait_until_ready(server, f"http://{address}/-/ready")
        # An instant query of a range gives the samples as they were scraped, at their own times.
        end = 1 + max(int(row["timestamp"]) for row in rows())
        names = [name for name, *_ in SERIES]
        return [get(f"http://{address}/api/v1/query", query=f"{name}[30d]", time=str(end)) for name in names]
    finally:
        server.terminate()
        server.wait()


def report(answers: list[bytes]) -> None:
    import upid

    usage = upid.Usage()
    # In one call, so that received and sent bytes give their sum.
    parsed = usage.add_prometheus(*answers)
    counts = parsed.value.report
    print(f"{sum(map(len, answers)):,} bytes from Prometheus: {parsed.value.series} series, {counts.accepted:,} samples")
    for notice in parsed.notices:
        print(f"{notice.code}: {notice.message} ({notice.count})")
    usage.merge(upid.Usage.from_json(upid.call("usage.summarize", (DEMO / "requests.json").read_text())))
    snapshot, config = ((DEMO / name).read_text() for name in ("snapshot.json", "config.json"))
    print(upid.analyze(snapshot, usage, config))


def rows() -> csv.DictReader:
    return csv.DictReader((DEMO / "samples.csv").read_text(encoding="utf-8").splitlines())


def open_metrics() -> str:
    """The demo's samples as text: rates become counters, as an exporter has them."""
    lines = []
    by_pod = defaultdict(list)
    for row in rows():
        by_pod[row["namespace"], row["pod"], row["container"]].append(row)
    for name, column, counter, of_container in SERIES:
        # OpenMetrics names a counter without its _total.
        family = name.removesuffix("_total") if counter else name
        lines.append(f"# TYPE {family} {'counter' if counter else 'gauge'}")
        for (namespace, pod, container), samples in by_pod.items():
            labels = f'namespace="{namespace}",pod="{pod}"'
            labels += f',container="{container}"' if of_container else ',interface="eth0"'
            total, before = 0.0, None
            for row in samples:
                at, value = int(row["timestamp"]), row[column]
                if not value:
                    continue
                if counter:
                    # The rate is the mean since the sample before; what a longer gap held nobody knows.
                    known = before is not None and at - before <= LONGEST_GAP
                    total += float(value) * (at - before) if known else 0.0
                    before = at
                    value = repr(total)
                lines.append(f"{name}{{{labels}}} {value} {at}")
    return "\n".join([*lines, "# EOF", ""])


def free_port() -> int:
    with socket.socket() as any_socket:
        any_socket.bind(("127.0.0.1", 0))
        return any_socket.getsockname()[1]


def wait_until_ready(server: subprocess.Popen, url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"prometheus ended with status {server.returncode}")
        try:
            get(url)
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    sys.exit("prometheus did not get ready in a minute")


def get(url: str, **parameters: str) -> bytes:
    # No proxy: the server is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    query = f"?{urllib.parse.urlencode(parameters)}" if parameters else ""
    with opener.open(url + query, timeout=60) as response:
        return response.read()


if __name__ == "__main__":
    main()
