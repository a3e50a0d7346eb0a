//! Compiles `proto/` without protoc.

use std::{env, error::Error, fs, path::Path};

use prost::Message;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    let files = protox::compile(["tfplugin6.proto", "plugin.proto", "health.proto"], ["proto"])?;
    // A unit test compares the descriptors with HashiCorp's.
    let out = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(Path::new(&out).join("descriptors.bin"), files.encode_to_vec())?;
    tonic_prost_build::configure()
        // Clients are for the tests, which speak to the server as core does.
        .build_transport(false)
        // Messages are encoded the same way each time.
        .btree_map(".")
        // Whatever the server does not serve answers UNIMPLEMENTED.
        .generate_default_stubs(true)
        // Values may be secret: their `Debug` is written by hand and tells the size only.
        .skip_debug(["tfplugin6.DynamicValue", "tfplugin6.RawState"])
        .compile_fds(files)?;
    Ok(())
}
