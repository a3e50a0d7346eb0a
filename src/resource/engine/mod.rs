//! Calls the verbs of a resource as the protocol asks for them, in terms of values.
//!
//! Every answer that leaves here obeys core's rules: what fails half-way still tells what exists, nothing unknown is
//! left after an apply, write-only values are in no answer, and the tenant is the one that the state belongs to.

mod action;
mod apply;
mod data;
mod ephemeral;
mod fit;
mod generate;
mod identity;
mod import;
mod list;
mod moved;
mod never;
mod plan;
mod read;
mod referred;
mod scope;
mod tenant;
mod upgrade;
mod validate;
mod wish;

pub use action::{invoke_action, plan_action, validate_action};
pub use apply::{ApplyRequest, apply};
pub use data::{call_function, read_data, validate_data};
pub use ephemeral::{OpenAnswer, close, open, renew, validate_ephemeral};
pub use generate::{generate, sayable};
pub use import::{By, import};
pub use list::{ListRequest, list, validate_list};
pub use moved::{Source, take_over};
#[cfg(feature = "emulator")]
pub(crate) use never::is_of_azure_cli;
pub use plan::{PlanAnswer, PlanRequest, plan};
pub use read::read;
pub use scope::{Answer, Scope};
pub use upgrade::{upgrade, upgrade_identity};
pub use validate::{validate, validate_provider};
