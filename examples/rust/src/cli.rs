//! The command line.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

/// Which Kubernetes pods are idle, what each costs, what size it should be, and how sure that is.
#[derive(Debug, Parser)]
#[command(name = "upid", version, arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    /// Threads to work on; 0 or absent: one per core. The number changes no byte of the result.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=256))]
    pub(crate) threads: Option<u16>,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Reads the command line; a wrong one ends the process with the usage text.
    pub(crate) fn checked() -> Self {
        let cli = Self::parse();
        if let Command::Analyze(Analyze { scope: Scope::Cluster, name: Some(name), .. }) =
            &cli.command
        {
            let mut command = Self::command();
            command.build();
            if let Some(analyze) = command.find_subcommand_mut("analyze") {
                let message = format!("unexpected argument '{name}': a cluster takes no name");
                analyze.error(ErrorKind::UnknownArgument, message).exit();
            }
        }
        cli
    }
}

const EXAMPLES: &str = "\
Examples:
  upid demo                                            two real applications, and demo-report.html
  upid snapshot objects.json prices.prom --now 2026-03-15T00:00:00Z > snapshot.json
  upid summarize --samples samples.csv -o usage.upus   samples to a mergeable summary
  upid analyze cluster --snapshot snapshot.json --usage usage.upus
  upid analyze cluster --snapshot snapshot.json --samples samples.csv --format html > report.html
  upid analyze pod shop/cart-0 --snapshot snapshot.json --usage usage.upus
  upid cost --snapshot snapshot.json --format csv      costs alone need no usage
  upid cost --snapshot snapshot.json --by label:team --idle cluster --bill focus.csv
  echo '{\"text\":\"7d\",\"now\":\"2026-03-15T00:00:00Z\"}' | upid call timerange.parse

Objects of a cluster, with everything that the safety checks read:
  kubectl get -A -o json nodes,namespaces,pods,deployments,replicasets,statefulsets,daemonsets,\
replicationcontrollers,jobs,cronjobs,services,endpointslices,ingresses,hpa,pdb,pvc,pv,storageclasses,\
priorityclasses,leases,validatingwebhookconfigurations,mutatingwebhookconfigurations,apiservices,\
customresourcedefinitions > objects.json
Where KEDA, Istio, Knative, Argo Rollouts or the VPA run, also scaledobjects, virtualservices,destinationrules,
services.serving.knative.dev, rollouts, verticalpodautoscalers; and `kubectl get --raw /apis` tells which do not.

Files: `-` is standard input. Samples: a CSV file with the columns timestamp (epoch seconds or
milliseconds, or RFC 3339), namespace, pod, container and any of cpu_cores, memory_bytes,
network_rx_bytes_per_second, network_tx_bytes_per_second; an empty field is a missing value.

Exit codes: 0 done; 1 the library refused the input (error[UPID_...] on standard error, with place
and hint); 2 the command was used wrongly (unknown option, unreadable file).";

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Analyse two real applications, print the report and write demo-report.html.
    Demo(Demo),
    /// Analyse a cluster, or one namespace, workload or pod of it.
    Analyze(Analyze),
    /// What everything costs: by workload and month, or for the window by any key, of a bill, as FOCUS rows.
    Cost(Cost),
    /// What size every container should have.
    Rightsize(Report),
    /// Make a Snapshot of a cluster: its objects (kubectl) and metrics (kube-state-metrics, Prometheus).
    Snapshot(SnapshotOf),
    /// Summarise samples into a file that `--usage` reads.
    Summarize(Summarize),
    /// Run one operation of the library: JSON on standard input, JSON on standard output.
    Call(Call),
    /// List the operations with one sentence each.
    Operations(Operations),
    /// Print the completions of a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables for a terminal.
    Text,
    /// The whole result as JSON.
    Json,
    /// Rows as RFC 4180.
    Csv,
    /// One page that needs nothing else.
    Html,
    /// Tables in Markdown.
    Markdown,
}

impl Format {
    /// Its name in the library.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Json => "Json",
            Self::Csv => "Csv",
            Self::Html => "Html",
            Self::Markdown => "Markdown",
        }
    }
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Form of the printed report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Where the page goes.
    #[arg(long, value_name = "FILE", default_value = "demo-report.html")]
    pub(crate) html: PathBuf,
}

/// What is analysed.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// The Snapshot: what exists and what it costs (JSON).
    #[arg(long, value_name = "FILE")]
    pub(crate) snapshot: PathBuf,
    /// Summaries written by `summarize`.
    #[arg(long, value_name = "FILE", conflicts_with = "samples")]
    pub(crate) usage: Option<PathBuf>,
    /// Samples (CSV).
    #[arg(long, value_name = "FILE")]
    pub(crate) samples: Option<PathBuf>,
    /// Requests beside the samples (JSON input of the operation `usage.summarize`).
    #[arg(long, value_name = "FILE", requires = "samples")]
    pub(crate) requests: Option<PathBuf>,
    /// Settings (JSON).
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// A source and a form.
#[derive(Debug, Args)]
pub(crate) struct Report {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Form of the result.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Options of `cost`.
#[derive(Debug, Args)]
pub(crate) struct Cost {
    #[command(flatten)]
    pub(crate) report: Report,
    /// What costs of the window are grouped by: namespace, controller, node, label:app and others.
    #[arg(long, value_name = "KEY,…", value_delimiter = ',')]
    pub(crate) by: Vec<String>,
    /// Over whom idle cost is spread.
    #[arg(long, value_enum)]
    pub(crate) idle: Option<IdleScope>,
    /// More rules of sharing (JSON, the `config` of the operation `cost.share`).
    #[arg(long, value_name = "FILE")]
    pub(crate) share: Option<PathBuf>,
    /// A cloud's bill in place of modelled prices: FOCUS, AWS, Azure or Google, as text.
    #[arg(long, value_name = "FILE")]
    pub(crate) bill: Option<PathBuf>,
    /// Write FOCUS 1.3 rows; the file says what an attribution does not know (JSON, the `context` of `cost.focus`).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["by", "idle", "share"])]
    pub(crate) focus: Option<PathBuf>,
}

/// Over whom idle cost is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum IdleScope {
    /// Nobody: it is shown apart.
    Keep,
    /// The pods of its node.
    Node,
    /// The pods of the cluster.
    Cluster,
}

/// Options of `analyze`.
#[derive(Debug, Args)]
pub(crate) struct Analyze {
    /// How much of it.
    pub(crate) scope: Scope,
    /// The namespace (NAME), workload (NAMESPACE/NAME or NAMESPACE/KIND/NAME) or pod (NAMESPACE/NAME).
    #[arg(required_if_eq_any([("scope", "namespace"), ("scope", "workload"), ("scope", "pod")]))]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) report: Report,
}

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scope {
    /// Everything.
    Cluster,
    /// One namespace.
    Namespace,
    /// One workload.
    Workload,
    /// One pod.
    Pod,
}

/// Options of `snapshot`.
#[derive(Debug, Args)]
pub(crate) struct SnapshotOf {
    /// Objects (JSON) and metrics (text or JSON), in any order.
    #[arg(required = true)]
    pub(crate) documents: Vec<PathBuf>,
    /// When they were fetched (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub(crate) now: String,
    /// Further options (JSON), those of the operation `ingest.kubernetes`.
    #[arg(long, value_name = "FILE")]
    pub(crate) options: Option<PathBuf>,
}

/// Options of `summarize`.
#[derive(Debug, Args)]
pub(crate) struct Summarize {
    /// Samples (CSV).
    #[arg(long, value_name = "FILE")]
    pub(crate) samples: PathBuf,
    /// Requests beside the samples (JSON input of the operation `usage.summarize`).
    #[arg(long, value_name = "FILE")]
    pub(crate) requests: Option<PathBuf>,
    /// Where the summary goes.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// Options of `call`.
#[derive(Debug, Args)]
pub(crate) struct Call {
    /// Name of the operation; `upid operations` lists them.
    pub(crate) operation: String,
    /// The Usage of the call.
    #[arg(long, value_name = "FILE")]
    pub(crate) usage: Option<PathBuf>,
}

/// Options of `operations`.
#[derive(Debug, Args)]
pub(crate) struct Operations {
    /// With the JSON Schema of every input and output.
    #[arg(long)]
    pub(crate) schema: bool,
}
