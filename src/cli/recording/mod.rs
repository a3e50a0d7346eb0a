//! What a command asks of Microsoft's service and is answered, written to a file that can be published, and answered again from it.
//!
//! A recording is made between the command and the service ([`record`]): each request goes on to the service as it came, and
//! what is written has placeholders for all that names a tenant, a person or a machine ([`redact`]). A replay ([`replay`])
//! answers from the file alone. A placeholder stands for whatever takes its place first ([`bindings`]), so that who made the
//! recording replays it by his own configuration, and who reads it by one that says the placeholders.
//!
//! # Start at
//! [`form`], then [`record`] and [`replay`].

mod address;
mod bindings;
mod command;
mod comparison;
mod expression;
mod form;
mod message;
mod placeholder;
mod record;
mod redact;
mod replay;
mod served;
mod sign_in;
mod structure;

pub(super) use command::{record, replay};
