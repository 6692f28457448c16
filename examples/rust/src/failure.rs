//! What can go wrong, and what the command answers to the shell.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

/// A failed command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error of the library, with the file that it came from.
    Upid { error: Box<upid_core::Error>, source: Option<String> },
    /// The command itself was used wrongly: a file that cannot be read, a name that does not exist.
    Command { message: String, hint: String },
}

impl Failure {
    /// A wrong use of the command.
    pub(crate) fn command(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Command { message: message.into(), hint: hint.into() }
    }

    /// An error of the library about the content of a file.
    pub(crate) fn in_file(error: upid_core::Error, path: &Path) -> Self {
        let source = if path == Path::new("-") {
            "standard input".to_owned()
        } else {
            path.display().to_string()
        };
        Self::Upid { error: Box::new(error), source: Some(source) }
    }

    /// 1 for a typed error of the library, 2 for a wrong use of the command (as clap does).
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Upid { .. } => 1,
            Self::Command { .. } => 2,
        })
    }
}

impl From<upid_core::Error> for Failure {
    fn from(error: upid_core::Error) -> Self {
        Self::Upid { error: Box::new(error), source: None }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Upid { error, source } => {
                write!(f, "error[{}]: {}", error.code(), error.message())?;
                if let Some(source) = source {
                    write!(f, "\n  in: {source}")?;
                }
                let place = error.place().to_string();
                if !place.is_empty() {
                    write!(f, "\n  at: {place}")?;
                }
                if !error.hint_text().is_empty() {
                    write!(f, "\n  hint: {}", error.hint_text())?;
                }
                Ok(())
            }
            Self::Command { message, hint } => write!(f, "error: {message}\n  hint: {hint}"),
        }
    }
}
