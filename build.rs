//! Compiles `proto/` without protoc, and names the files of the scenarios, which the executable holds.

use std::{
    env,
    error::Error,
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

use prost::Message;

fn main() -> Result<(), Box<dyn Error>> {
    compile_protocol()?;
    name_examples()
}

fn compile_protocol() -> Result<(), Box<dyn Error>> {
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
        // Of all messages there are most of these: they are encoded one by one.
        .extern_path(".tfplugin6.Schema.Attribute", "crate::server::proto::EncodedAttribute")
        .compile_fds(files)?;
    Ok(())
}

/// Writes a list of the scenarios' files and of the modules that they call: the path below `examples/`, and the content.
fn name_examples() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?).join("examples");
    let mut list = String::from("&[\n");
    for kind in ["modules", "scenarios"] {
        println!("cargo::rerun-if-changed=examples/{kind}");
        let mut files = Vec::new();
        find(&root.join(kind), &mut files)?;
        files.sort();
        for file in files {
            let name = file.strip_prefix(&root)?.to_str().ok_or("a name in plain letters")?.replace('\\', "/");
            writeln!(list, "    ({name:?}, include_bytes!({file:?})),")?;
        }
    }
    list.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(Path::new(&out).join("examples.rs"), list)?;
    Ok(())
}

/// All files in a folder, but hidden ones and what runs of Terraform leave behind.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name.contains("tfstate") || name == "logs" {
            continue;
        }
        if path.is_dir() {
            find(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
