//! User agents: the built-in tables and the family a raw agent belongs to (idle.md §2).
//!
//! A family is a text from which the verdict can be found again, so only families need to be stored.

use super::config::{AgentRule, TrafficConfig};
use super::verdict::Verdict;

/// The family of browsers.
pub const BROWSER: &str = "browser";
/// Longest family of an unknown agent.
const MAX_FAMILY: usize = 64;

/// Where a token stands in an agent. A trailing slash in the table means: the name ends there, whatever the version.
#[derive(Clone, Copy)]
enum Token {
    P(&'static str),
    C(&'static str),
}
use Token::{C, P};

const PROBE: &[Token] = &[
    P("kube-probe/"),
    P("Knative-Activator-Probe"),
    P("Knative-Queue-Proxy-Probe"),
    P("Knative-Ingress-Probe"),
    P("Knative-Autoscaling-Probe"),
    P("Envoy/HC"),
    P("Consul Health Check"),
    P("ELB-HealthChecker/"),
    P("Amazon-Route53-Health-Check-Service"),
    P("Amazon Route 53 Health Check Service"),
    P("GoogleHC/"),
    C("Edge Health Probe"),
    C("Cloudflare-Healthchecks"),
    C("Cloudflare-Traffic-Manager"),
    C("(internal dummy connection)"),
    // Unverified from here on.
    P("Load Balancer Agent"),
    P("AlwaysOn"),
    P("HealthCheck/"),
    P("ReadyForRequest/"),
    P("Monit/"),
];

const SCRAPE: &[Token] = &[
    P("Prometheus/"),
    P("vm_promscrape"),
    P("GrafanaAgent/"),
    P("Alloy/"),
    P("OpenTelemetry Collector"),
    P("Datadog Agent/"),
    P("collectd/"),
    P("Grafana/"),
    P("munin/"),
    C("otelcol"),
    // Unverified from here on.
    P("vmagent"),
    P("Telegraf"),
    P("metrics-server"),
    P("Thanos/"),
];

const SYNTHETIC: &[Token] = &[
    P("Blackbox-Exporter/"),
    P("Blackbox Exporter/"),
    P("GoogleStackdriverMonitoring"),
    P("NodePing"),
    P("Uptime-Kuma/"),
    P("Datadog/Synthetics"),
    P("check_http/"),
    P("AppSignalBot/"),
    P("OnlineOrNot.com_bot"),
    P("updown.io"),
    P("HetrixTools"),
    P("synthetic-monitoring-agent/"),
    P("SentryUptimeBot/"),
    P("jetmon/"),
    P("CheckHost"),
    P("Rackspace Monitoring/"),
    P("LogicMonitor"),
    P("Zabbix"),
    C("UptimeRobot"),
    C("Pingdom"),
    C("StatusCake"),
    C("Site24x7"),
    C("Better Uptime Bot"),
    C("BetterUptimeBot"),
    C("Uptimebot"),
    C("uptime.com"),
    C("DatadogSynthetics"),
    C("DynatraceSynthetic"),
    C("RuxitSynthetic"),
    C("Catchpoint"),
    C("ThousandEyes"),
    C("Elastic/Synthetics"),
    C("Uptimia"),
    C("OhDear"),
    C("Oh Dear"),
    C("phpservermon"),
    C("Ghost Inspector"),
    C("NewRelicSynthetics"),
    C("Checkly"),
    C("FreshpingBot"),
    C("AppInsights"),
    C("DMBrowser"),
    C("HostTracker/"),
    C("PRTG"),
    C("WormlyBot"),
    C("monitoring360bot"),
    C("Chrome-Lighthouse"),
    C("PTST/"),
    // Unverified.
    C("NewRelicPinger"),
];

const BOT: &[Token] = &[
    C("zgrab"),
    C("masscan"),
    C("CensysInspect"),
    C("Nmap Scripting Engine"),
    C("l9explore"),
    C("l9tcpid"),
    C("Expanse"),
    C("Shodan"),
];

/// Clients that anybody may use: a family, but no verdict by itself.
const TOOL: &[Token] = &[
    P("curl/"),
    P("Wget/"),
    P("Go-http-client/"),
    P("python-requests/"),
    P("Python-urllib/"),
    P("okhttp/"),
    P("Java/"),
    P("Apache-HttpClient/"),
    P("axios/"),
    P("node-fetch"),
    P("libwww-perl/"),
    P("PostmanRuntime/"),
    P("grpc-"),
];

/// Tables in their order of matching.
const TABLES: &[(Verdict, &[Token])] = &[
    (Verdict::Probe, PROBE),
    (Verdict::Scrape, SCRAPE),
    (Verdict::Synthetic, SYNTHETIC),
    (Verdict::Bot, BOT),
];

impl Token {
    /// The token without the slash that stands for "any version".
    fn name(self) -> &'static str {
        let (P(text) | C(text)) = self;
        text.strip_suffix('/').unwrap_or(text)
    }

    fn matches(self, agent: &str) -> bool {
        let (P(text) | C(text)) = self;
        let name = self.name();
        let ends = |at: usize| {
            name.len() == text.len()
                || !agent.as_bytes().get(at + name.len()).is_some_and(u8::is_ascii_alphanumeric)
        };
        match self {
            P(_) => starts_with(agent.as_bytes(), name) && ends(0),
            C(_) => {
                let last = agent.len().saturating_sub(name.len());
                agent.len() >= name.len()
                    && (0..=last).any(|at| {
                        agent.as_bytes().get(at..).is_some_and(|rest| starts_with(rest, name))
                            && ends(at)
                    })
            }
        }
    }
}

fn starts_with(text: &[u8], prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// The first word that crawlers use: one ending in `bot`, or `crawler`, `spider`, `slurp`.
fn bot_word(agent: &str) -> Option<&str> {
    agent.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| {
        let bytes = word.as_bytes();
        let ends_in_bot = bytes.len() >= 3
            && bytes.get(bytes.len() - 3..).is_some_and(|end| end.eq_ignore_ascii_case(b"bot"));
        // A brand of phones.
        let phone = word.eq_ignore_ascii_case("cubot");
        (ends_in_bot && !phone)
            || ["crawler", "spider", "slurp"].iter().any(|name| word.eq_ignore_ascii_case(name))
    })
}

fn built_in(agent: &str) -> Option<(Verdict, &str)> {
    for (verdict, table) in TABLES {
        if let Some(token) = table.iter().find(|token| token.matches(agent)) {
            return Some((*verdict, token.name()));
        }
    }
    bot_word(agent).map(|word| (Verdict::Bot, word))
}

/// The family of a raw user agent: a table token, a configured pattern, `browser`, or the product name; "" if absent.
pub fn family(user_agent: Option<&str>, config: &TrafficConfig) -> String {
    let agent = user_agent.map_or("", str::trim);
    if agent.is_empty() || agent == "-" {
        return String::new();
    }
    if let Some(rule) = custom(agent, config) {
        return rule.pattern.clone();
    }
    if let Some((_, name)) = built_in(agent) {
        return name.to_owned();
    }
    if let Some(token) = TOOL.iter().find(|token| token.matches(agent)) {
        return token.name().to_owned();
    }
    if starts_with(agent.as_bytes(), "Mozilla/") {
        return BROWSER.to_owned();
    }
    let product =
        agent.split(|c: char| c == '/' || c.is_whitespace()).find(|part| !part.is_empty());
    product.unwrap_or(agent).chars().take(MAX_FAMILY).collect()
}

/// The verdict of a family by the configured agents and the tables; a scraper's only for reading methods.
pub(super) fn verdict(family: &str, reads: bool, config: &TrafficConfig) -> Option<Verdict> {
    if let Some(rule) = custom(family, config) {
        return Some(rule.verdict);
    }
    let (verdict, _) = built_in(family)?;
    (verdict != Verdict::Scrape || reads).then_some(verdict)
}

/// Whether the built-in tables know the family as a probe, a scraper or synthetic monitoring.
pub(super) fn is_known_monitor(family: &str) -> bool {
    built_in(family).is_some_and(|(verdict, _)| verdict != Verdict::Bot)
}

fn custom<'a>(agent: &str, config: &'a TrafficConfig) -> Option<&'a AgentRule> {
    config.agents.iter().find(|rule| rule.matches(agent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict_of(agent: &str) -> Option<Verdict> {
        let config = TrafficConfig::default();
        verdict(&family(Some(agent), &config), true, &config)
    }

    /// idle.md §14.2: every token with and without a version, in any case; and the family finds the verdict again.
    #[test]
    fn every_token_with_and_without_version() {
        for (want, table) in TABLES {
            for token in *table {
                let (P(text) | C(text)) = *token;
                let name = token.name();
                for agent in [
                    name.to_owned(),
                    format!("{name}/1.2.3"),
                    format!("{text} (+https://example.org)"),
                    text.to_uppercase(),
                    format!("{}/2.0", name.to_lowercase()),
                ] {
                    assert_eq!(verdict_of(&agent), Some(*want), "{agent}");
                }
                if matches!(token, C(_)) {
                    assert_eq!(
                        verdict_of(&format!("Mozilla/5.0 ({name}/1.0)")),
                        Some(*want),
                        "{name}"
                    );
                }
            }
        }
    }

    #[test]
    fn names_end_where_the_table_says() {
        for agent in ["JavaScript/1.0", "Monitoring/1", "Grafanas/2", "kube-prober/1"] {
            assert_eq!(verdict_of(agent), None, "{agent}");
        }
        assert_eq!(verdict_of("Mozilla/5.0 (compatible; Googlebot/2.1)"), Some(Verdict::Bot));
        assert_eq!(verdict_of("Mozilla/5.0 (Linux; CUBOT P20)"), None);
        assert_eq!(verdict_of("HealthCheck/1.0"), Some(Verdict::Probe));
    }

    #[test]
    fn families() {
        let config = TrafficConfig::default();
        for (agent, want) in [
            ("kube-probe/1.31", "kube-probe"),
            ("acme-poller/1.2", "acme-poller"),
            ("Mozilla/5.0 (X11; Linux)", BROWSER),
            ("curl/8.1", "curl"),
            ("grpc-go/1.60", "grpc-"),
            (" - ", ""),
            ("-", ""),
        ] {
            assert_eq!(family(Some(agent), &config), want, "{agent}");
        }
        assert_eq!(family(None, &config), "");
    }
}
