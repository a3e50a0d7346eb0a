//! How a write stands that a second administrator has to approve (Multi Admin Approval).

use std::fmt;

/// Where a request for approval stands that keeps a write from being done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// None was made: there is no justification to make one with.
    Unasked,
    /// It waits for a decision, and was not waited for any longer.
    Waits {
        /// Its id, which is the code that the write is sent again with.
        code: Box<str>,
        /// Why it was not waited for: `interrupted`, `timed out`, or why its status could not be read.
        ended: Box<str>,
    },
    /// One was made before for this very write, and its code is not known here.
    AskedBefore,
    /// Somebody ended it.
    Ended {
        /// Its id.
        code: Box<str>,
        /// How.
        how: End,
    },
}

/// How a request for approval ended without the write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// An administrator said no.
    Rejected,
    /// Whoever asked withdrew it.
    Cancelled,
    /// Nobody decided in time, or what was approved was not done in time.
    Expired,
}

impl End {
    /// As Graph says it in `status`.
    pub(super) fn named(status: &str) -> Option<End> {
        match status {
            "rejected" => Some(End::Rejected),
            "cancelled" => Some(End::Cancelled),
            "expired" => Some(End::Expired),
            _ => None,
        }
    }
}

impl Standing {
    /// A title for it, in three to six words.
    pub(super) fn title(&self) -> &'static str {
        match self {
            Standing::Unasked => "Approval of Another Administrator Needed",
            Standing::Waits { .. } => "Approval Not Given Yet",
            Standing::AskedBefore => "Approval Asked For Before",
            Standing::Ended { how: End::Rejected, .. } => "Approval Was Rejected",
            Standing::Ended { how: End::Cancelled, .. } => "Approval Request Was Cancelled",
            Standing::Ended { how: End::Expired, .. } => "Approval Request Has Expired",
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Standing::Unasked => f.write_str("another administrator has to approve it"),
            Standing::Waits { code, ended } => {
                write!(
                    f,
                    "another administrator has to approve it first, by the request {code}; waiting for that: {ended}"
                )
            }
            Standing::AskedBefore => {
                f.write_str("approval of it was asked for before, by a request whose code is not known")
            }
            Standing::Ended { code, how } => {
                let how = match how {
                    End::Rejected => "was rejected",
                    End::Cancelled => "was withdrawn",
                    End::Expired => "has expired",
                };
                write!(f, "the request {code} for its approval {how}")
            }
        }
    }
}
