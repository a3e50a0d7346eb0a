//! The file, line by line: what was answered is in it, whatever happens to the command.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use serde::Serialize;

use crate::cli::recording::form;

pub(super) struct File {
    file: fs::File,
    /// What went wrong first.
    failed: Option<io::Error>,
}

impl File {
    /// Takes the place of a file of that name.
    pub(super) fn begin(path: &Path) -> io::Result<File> {
        let mut file = File { file: fs::File::create(path)?, failed: None };
        file.write(&form::header());
        file.end()?;
        Ok(file)
    }

    /// The error comes at the end: the command has its answer.
    pub(super) fn write(&mut self, line: &impl Serialize) {
        let written = serde_json::to_string(line)
            .map_err(io::Error::from)
            .and_then(|line| self.file.write_all(format!("{line}\n").as_bytes()));
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }

    pub(super) fn end(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }
}
