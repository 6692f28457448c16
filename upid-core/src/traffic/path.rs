//! Paths: normal form, template, and the tables of probe, scrape and scanner paths (idle.md §2).

use super::verdict::Verdict;

/// Shortest hexadecimal segment that counts as an identifier.
const MIN_HEX: usize = 8;
/// Shortest base64url segment that counts as an identifier.
const MIN_BASE64: usize = 20;

/// Strong paths in lower case; `*` stands for one segment.
const STRONG_PROBE: &[&str] = &[
    "/health",
    "/healthz",
    "/healthz/live",
    "/healthz/ready",
    "/health/live",
    "/health/ready",
    "/health_check",
    "/health-check",
    "/healthcheck",
    "/livez",
    "/readyz",
    "/startupz",
    "/liveness",
    "/readiness",
    "/_health",
    "/__heartbeat__",
    "/__lbheartbeat__",
    "/actuator/health",
    "/actuator/health/liveness",
    "/actuator/health/readiness",
    "/q/health",
    "/q/health/live",
    "/q/health/ready",
    "/q/health/started",
    "/-/healthy",
    "/-/ready",
    "/app-health/*/livez",
    "/app-health/*/readyz",
    "/app-health/*/startupz",
    "/v1/sys/health",
];

const STRONG_SCRAPE: &[&str] = &[
    "/metrics",
    "/actuator/prometheus",
    "/actuator/metrics",
    "/actuator/info",
    "/q/metrics",
    "/stats/prometheus",
    "/nginx_status",
    "/server-status",
];

const WEAK: &[&str] = &[
    "/status",
    "/up",
    "/ping",
    "/live",
    "/ready",
    "/alive",
    "/info",
    "/version",
    "/heartbeat",
    "/_status",
    "/grpc.reflection.v1.serverreflection/*",
    "/grpc.reflection.v1alpha.serverreflection/*",
];

const GRPC_HEALTH: &[&str] = &[
    "/grpc.health.v1.health/check",
    "/grpc.health.v1.health/watch",
    "/grpc.health.v1.health/list",
];

const SCANNER: &[&str] =
    &["/.env", "/.git/*", "/wp-login.php", "/xmlrpc.php", "/phpmyadmin*", "/cgi-bin/*"];

/// What the tables say about a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathKind {
    /// Probe or scrape for sure.
    Strong(Verdict),
    /// May be a probe.
    Weak,
    /// The gRPC health protocol.
    GrpcHealth,
    /// Only scanners ask for it.
    Scanner,
    /// Anything else.
    Plain,
}

/// The template of a raw path: normal form with identifiers as `{}`; "" if the path is unknown.
///
/// Scheme, host, query and fragment go; unreserved %XX are decoded; `//` collapses; a trailing slash and the first
/// matching of `base_paths` are cut off. Case is kept.
pub fn template(raw: Option<&str>, base_paths: &[String]) -> String {
    let raw = raw.map_or("", str::trim);
    if raw.is_empty() || raw == "-" {
        return String::new();
    }
    let path = match raw.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
        }
        _ => raw,
    };
    let path = decode_unreserved(path.split(['?', '#']).next().unwrap_or_default());
    let plain = join(path.split('/').filter(|segment| !segment.is_empty()));
    let local = base_paths.iter().find_map(|base| below(&plain, base)).unwrap_or(&plain);
    join(
        local
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(|segment| if is_identifier(segment) { "{}" } else { segment }),
    )
}

fn join<'a>(segments: impl Iterator<Item = &'a str>) -> String {
    let mut path = String::new();
    for segment in segments {
        path.push('/');
        path.push_str(segment);
    }
    if path.is_empty() { "/".to_owned() } else { path }
}

/// What follows `base` in `path`, if that is a prefix of whole segments.
fn below<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    let base = base.trim_matches('/');
    let rest = path.get(1..)?.strip_prefix(base)?;
    (!base.is_empty() && (rest.is_empty() || rest.starts_with('/'))).then_some(rest)
}

/// Decodes %XX where it stands for a letter, a digit or one of `-._~` (RFC 3986 §2.3).
fn decode_unreserved(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let code = tail
            .get(1..3)
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .filter(|code| code.is_ascii_alphanumeric() || b"-._~".contains(code));
        let (decoded, skip) = code.map_or(('%', 1), |code| (char::from(code), 3));
        out.push(decoded);
        rest = tail.get(skip..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// All digits, a UUID, hexadecimal of at least 8 or base64url of at least 20 characters.
fn is_identifier(segment: &str) -> bool {
    let bytes = segment.as_bytes();
    let all = |test: fn(&u8) -> bool| bytes.iter().all(test);
    all(u8::is_ascii_digit)
        || (bytes.len() >= MIN_HEX && all(u8::is_ascii_hexdigit))
        || (bytes.len() >= MIN_BASE64
            && all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')))
}

/// What the built-in tables say about a template.
pub(super) fn kind(template: &str) -> PathKind {
    let path = template.to_ascii_lowercase();
    if GRPC_HEALTH.contains(&path.as_str()) {
        return PathKind::GrpcHealth;
    }
    if STRONG_PROBE.iter().any(|pattern| is_like(&path, pattern)) {
        return PathKind::Strong(Verdict::Probe);
    }
    if STRONG_SCRAPE.contains(&path.as_str()) {
        return PathKind::Strong(Verdict::Scrape);
    }
    if WEAK.iter().any(|pattern| is_like(&path, pattern)) || ends_in_strong(&path) {
        return PathKind::Weak;
    }
    if SCANNER.iter().any(|pattern| is_scanner(&path, pattern)) {
        return PathKind::Scanner;
    }
    PathKind::Plain
}

fn is_like(path: &str, pattern: &str) -> bool {
    let (mut have, mut want) = (path.split('/'), pattern.split('/'));
    loop {
        match (have.next(), want.next()) {
            (None, None) => return true,
            (Some(segment), Some(pattern)) if segment == pattern || pattern == "*" => {}
            _ => return false,
        }
    }
}

/// A path of depth 2 or 3 whose last segment is a strong path by itself, such as `/api/healthz`.
fn ends_in_strong(path: &str) -> bool {
    let depth = path.matches('/').count();
    let Some(at) = path.rfind('/').filter(|_| (2..=3).contains(&depth)) else { return false };
    let last = path.get(at..).unwrap_or_default();
    STRONG_PROBE.contains(&last) || STRONG_SCRAPE.contains(&last)
}

fn is_scanner(path: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => path.starts_with(prefix) || prefix.strip_suffix('/') == Some(path),
        None => path == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        let base = ["/shop".to_owned(), "api/v2/".to_owned()];
        for (raw, want) in [
            ("https://shop.example:8443/a//b/?q=1#x", "/a/b"),
            ("https://shop.example", "/"),
            ("/", "/"),
            ("", ""),
            ("-", ""),
            ("/%68ealth%7A", "/healthz"),
            ("/a%2Fb/%zz/%4", "/a%2Fb/%zz/%4"),
            ("/orders/123/items", "/orders/{}/items"),
            ("/o/550e8400-e29b-41d4-a716-446655440000", "/o/{}"),
            ("/o/deadbeef", "/o/{}"),
            ("/o/deadbee", "/o/deadbee"),
            ("/t/eyJhbGciOiJIUzI1NiJ9_", "/t/{}"),
            ("/shop/healthz/", "/healthz"),
            ("/shopping", "/shopping"),
            ("/api/v2/x", "/x"),
            ("/shop", "/"),
            ("/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Check"),
        ] {
            assert_eq!(template(Some(raw), &base), want, "{raw}");
        }
        assert_eq!(template(None, &[]), "");
    }

    /// idle.md §14.2: each path with query, trailing slash, capitals and base path.
    #[test]
    fn every_strong_path_in_every_dress() {
        let base = ["/base".to_owned()];
        for (table, want) in [(STRONG_PROBE, Verdict::Probe), (STRONG_SCRAPE, Verdict::Scrape)] {
            for path in table {
                let path = path.replace('*', "app");
                for dress in [
                    path.clone(),
                    format!("{path}/"),
                    format!("{path}?full=1"),
                    format!("/base{path}"),
                    format!("http://10.0.0.1:8080{path}"),
                    path.to_uppercase(),
                ] {
                    let got = kind(&template(Some(&dress), &base));
                    assert_eq!(got, PathKind::Strong(want), "{dress}");
                }
            }
        }
        for path in WEAK {
            assert_eq!(kind(&template(Some(path), &[])), PathKind::Weak, "{path}");
        }
        for path in GRPC_HEALTH {
            assert_eq!(kind(path), PathKind::GrpcHealth, "{path}");
        }
    }

    #[test]
    fn lookalikes_are_plain() {
        for path in ["/healthcare/api", "/statuses", "/orders", "/", "/a/b/c/healthz", "/metricsx"]
        {
            assert_eq!(kind(&template(Some(path), &[])), PathKind::Plain, "{path}");
        }
        for path in ["/api/healthz", "/api/v1/metrics", "/shop/health-check"] {
            assert_eq!(kind(path), PathKind::Weak, "{path}");
        }
        for path in ["/.env", "/.git/config", "/.git", "/phpMyAdmin/index.php", "/cgi-bin/x"] {
            assert_eq!(kind(path), PathKind::Scanner, "{path}");
        }
    }
}
