//! OData as far as Graph speaks it: paths and keys, query options, filters.

pub(crate) mod admit;
pub(crate) mod filter;
pub(crate) mod options;
pub(crate) mod path;
pub(crate) mod query;
