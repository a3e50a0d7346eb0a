//! What is read.

use crate::graph::pace::is_intune;

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read {
    /// The object's own path, version and query included.
    pub(crate) path: String,
    /// The collection that shows it whole, if one does.
    pub(crate) of: Option<Of>,
}

/// An object of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Of {
    /// The collection's path.
    pub(crate) collection: String,
    /// The object's id in lower case.
    pub(crate) id: String,
    /// What the object is read with, such as `$expand=assignments`; may be empty.
    pub(crate) query: String,
}

impl Of {
    /// The collection and how it is listed.
    pub(super) fn key(&self) -> String {
        format!("{}?{}", self.collection, self.query)
    }

    /// Whether a filter of ids takes its id. Entra refuses the whole filter for one that is none.
    pub(super) fn fits_a_filter(&self) -> bool {
        self.id.len() == 36 && uuid::Uuid::try_parse(&self.id).is_ok()
    }
}

/// Requests of one version to one service, of which one is under way at a time.
pub(crate) type Lane = (String, bool);

/// Version and service of a path.
pub(super) fn lane(path: &str) -> Lane {
    let version = path.split('/').nth(1).unwrap_or_default();
    (version.to_owned(), is_intune(path))
}
