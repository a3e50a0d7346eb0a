//! Pages of the Terraform registry, as Markdown: what is to be read of a thing, part by part.
//!
//! The form is that of HashiCorp's `tfplugindocs`: front matter, one heading of the first level, then parts with the
//! headings that readers of the registry know. A part is empty where there is nothing to tell. Which parts are on which
//! page is not known here.
//!
//! # Must not know
//! Resources, files, and which parts a page has.
//!
//! # Start at
//! `Page`.

mod attribute;
mod example;
mod function;
mod import;
mod page;
mod permissions;
mod schema;

pub use attribute::description;
pub use example::{example, example_that_runs};
pub use function::{Argument, arguments, result, signature};
pub use import::{Brought, Part, import, moving};
pub use page::{Page, on_device};
pub use permissions::{
    Granted, Needs, permission, permission_and_of_parts, permissions, permissions_by_need, permissions_table,
};
pub use schema::schema;
