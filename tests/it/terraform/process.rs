//! The processes that a Terraform starts.

use std::fs;

use rustix::process::Pid;

/// The provider that a Terraform has started, while it runs.
pub(super) fn provider_of(terraform: u32) -> Option<Pid> {
    let is_child = |stat: &str| {
        // pid (comm) state ppid ...; a name may have blanks and brackets.
        let after_name = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().nth(1).map(str::to_owned));
        after_name.flatten() == Some(terraform.to_string()) && stat.contains("(terraform-provi")
    };
    let mut processes = fs::read_dir("/proc").expect("/proc").filter_map(Result::ok);
    processes.find_map(|process| {
        let pid = process.file_name().to_string_lossy().parse().ok()?;
        let stat = fs::read_to_string(process.path().join("stat")).ok()?;
        is_child(&stat).then(|| Pid::from_raw(pid)).flatten()
    })
}
