//! The file, line by line: what was answered is in it, whatever happens to the command.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::cli::recording::form;

pub(super) struct File {
    file: fs::File,
    path: PathBuf,
    /// Whether it has more than its header.
    holds_lines: bool,
    /// What went wrong first.
    failed: Option<io::Error>,
}

impl File {
    /// A new one: what was recorded before cannot be had again.
    pub(super) fn begin(path: &Path) -> io::Result<File> {
        let mut file =
            File { file: fs::File::create_new(path)?, path: path.to_owned(), holds_lines: false, failed: None };
        file.write(&form::header());
        file.failed.take().map_or(Ok(()), Err)?;
        file.holds_lines = false;
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
        self.holds_lines = true;
    }

    /// Whether anything was recorded; a file without is removed.
    pub(super) fn end(&mut self) -> io::Result<bool> {
        self.failed.take().map_or(Ok(()), Err)?;
        if !self.holds_lines {
            fs::remove_file(&self.path)?;
        }
        Ok(self.holds_lines)
    }
}
