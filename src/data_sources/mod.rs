//! Data sources that are not derived from a resource.
