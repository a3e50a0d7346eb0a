//! What a command is given to read.

use std::{fs, io::Read as _, path::Path};

use super::stopped::Stopped;
use crate::knowledge::visible;

/// The word for standard input.
pub(super) const STDIN: &str = "-";

/// The bytes of a file, or of standard input.
pub(super) fn bytes_of(file: &Path) -> Result<Vec<u8>, Stopped> {
    if file == Path::new(STDIN) {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(Stopped::while_doing("Cannot read standard input"))?;
        return Ok(bytes);
    }
    fs::read(file).map_err(Stopped::while_doing(&format!("Cannot read {}", file.display())))
}

/// What looks like the name of a file, and there is none.
pub(super) fn no_file(given: &str) -> Stopped {
    Stopped::because(format!("There is no file {}.", visible::quoted(given)))
}
