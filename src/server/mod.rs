//! Serves plugin protocol 6 as go-plugin does.

pub mod proto;
