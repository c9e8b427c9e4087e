//! `tidemark close`: what can be typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tidemark_insight::close::PackHash;
use tidemark_model::month::Month;

use super::{Output, Place, examples};

/// `close`.
#[derive(Debug, Subcommand)]
pub(crate) enum Close {
    /// Show what a close of the month would freeze and book, and what stands in its way; changes nothing
    #[command(after_help = examples::CLOSE_PREVIEW)]
    Preview {
        #[command(flatten)]
        of: OfMonth,
        /// Only this city
        #[arg(long)]
        city: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Prepare the month's pack, or approve the pack that another principal prepared, which closes the month for good
    #[command(after_help = examples::CLOSE_RUN)]
    Run {
        #[command(flatten)]
        of: OfMonth,
        /// Approve this pack: 64 hexadecimal digits, as its preparation printed them
        #[arg(long, value_name = "PACK")]
        approve: Option<PackHash>,
        /// Who prepares or approves; not the same principal for both
        #[arg(long, value_name = "NAME", value_parser = principal)]
        principal: String,
    },
    /// Show how the month stands, and the manifest of its pack
    #[command(after_help = examples::CLOSE_SHOW)]
    Show {
        #[command(flatten)]
        of: OfMonth,
        /// Write the files of the pack into this folder
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
    /// Work the month's pack out again from what it froze, and compare every byte; exit code 3 where one differs
    #[command(after_help = examples::CLOSE_REPRODUCE)]
    Reproduce {
        #[command(flatten)]
        of: OfMonth,
        /// Write the files, as they come out, into this folder
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
}

/// A name that is on record and compared: two that look the same must be the same.
fn principal(text: &str) -> Result<String, &'static str> {
    let is_plain = !text.is_empty() && text.trim() == text && !text.chars().any(char::is_control);
    if is_plain { Ok(text.to_owned()) } else { Err("a name on one line is expected, without spaces around it") }
}

/// Which month of which lake.
#[derive(Debug, Args)]
pub(crate) struct OfMonth {
    /// The month
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) month: Month,
    #[command(flatten)]
    pub(crate) place: Place,
}
