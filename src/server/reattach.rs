//! How a core finds a provider that it did not start: `TF_REATTACH_PROVIDERS`.
//!
//! Source: hashicorp/terraform `internal/getproviders/reattach`, hashicorp/terraform-plugin-go `tf6server`.

use std::{
    io::{self, Write},
    process,
};

use serde_json::{Value, json};

use super::system::Address;

/// The provider's address in the registry.
const PROVIDER: &str = "registry.terraform.io/zero-touch/autopilot";

/// The value of the variable. `Test` says that core must not end the process.
fn providers(address: &Address, pid: u32) -> Value {
    json!({ PROVIDER: {
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": pid,
        "Test": true,
        "Addr": { "Network": address.network, "String": address.address },
    }})
}

/// Prints what to put into the environment.
pub(super) fn print(address: &Address) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(
        stdout,
        "The provider is running. Terraform uses it when started with this variable; Ctrl-C ends it.\n\n\
         TF_REATTACH_PROVIDERS='{}'",
        providers(address, process::id())
    )?;
    stdout.flush()
}
