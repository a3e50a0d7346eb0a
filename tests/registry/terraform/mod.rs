//! Every example, run by the real Terraform in a folder and a tenant of its own.

pub(crate) mod example;
mod import_sh;

#[path = "../../it/terraform/lab.rs"]
mod lab;
#[path = "../../it/terraform/run.rs"]
mod run;
pub(crate) mod scenario;
#[path = "../../it/terraform/tenant.rs"]
mod tenant;
