//! OData as far as Graph speaks it: paths and keys, query options, filters.

pub(crate) mod filter;
pub(crate) mod path;
pub(crate) mod query;
