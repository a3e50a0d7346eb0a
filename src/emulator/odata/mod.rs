//! OData as far as Graph speaks it: paths and keys, query options, filters, searches, orders.

pub(crate) mod admit;
pub(crate) mod caseless;
pub(crate) mod expand;
pub(crate) mod filter;
pub(crate) mod options;
pub(crate) mod order;
pub(crate) mod path;
pub(crate) mod query;
pub(crate) mod search;
