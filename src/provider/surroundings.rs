//! What is around the provider: the environment and the files of its process.

/// Variables and files. Tests have their own.
pub(super) trait Surroundings: Send + Sync {
    /// An environment variable.
    fn variable(&self, name: &str) -> Option<String>;
    /// The folder that the process works in.
    fn folder(&self) -> String;
    /// A file's text.
    fn file(&self, path: &str) -> std::io::Result<String>;
    /// What is in a file that is no text.
    fn bytes(&self, path: &str) -> std::io::Result<Vec<u8>>;
}

/// The surroundings of this process.
pub(super) struct Process;

impl Surroundings for Process {
    #[expect(clippy::disallowed_methods, reason = "this is where settings are read")]
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn folder(&self) -> String {
        std::env::current_dir().unwrap_or_default().display().to_string()
    }

    fn file(&self, path: &str) -> std::io::Result<String> {
        std::fs::read_to_string(path)
    }

    fn bytes(&self, path: &str) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}
