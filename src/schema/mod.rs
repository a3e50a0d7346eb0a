//! Attributes: declared once, as data.
//!
//! A declaration reads in one order: a constructor by type ([`string`], [`boolean`], …), role words
//! ([`required`](Attribute::required), [`read_only`](Attribute::read_only), [`default`](Attribute::default), …), behaviour
//! ([`force_new`](Attribute::force_new), [`stable`](Attribute::stable), …), checks, and how Graph says it
//! ([`graph`](Attribute::graph), [`values`](Attribute::values), …). Schema, wire form, checks, plan, request body and
//! read-back are derived from it.
//!
//! # Must not know
//! The protocol, HTTP, and any resource.
//!
//! # Start at
//! [`Attribute`] and its words, then [`validate`].

mod attribute;
mod check;
mod condition;
mod depends;
mod lint;
mod on_graph;
mod setting;
mod validate;
mod words;
mod write_only;

pub use attribute::{
    ANY_OBJECT, Attribute, Kind, Nesting, Role, Unset, boolean, id, integer, list_of, map_of, null_object, number,
    object, object_type, plain, scope_tag_ids, set_of, string, strings, texts, timestamp,
};
pub use check::Check;
pub use condition::Condition;
pub use lint::lint;
pub use on_graph::{OnGraph, Send};
pub use setting::{Holds, Setting};
pub use validate::{of_what_is_there, read_texts, validate, write_only_paths};
pub use write_only::without_write_only;
