//! Where the reading of a rule stands, and its next word.

use crate::emulator::rule::lex::{Kind, Token};
use crate::emulator::rule::syntax::Subject;

pub(super) struct Parser {
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
    pub(super) depth: usize,
    pub(super) subject: Option<Subject>,
    pub(super) member_of: bool,
}

impl Parser {
    pub(super) fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    pub(super) fn here(&self) -> String {
        match self.tokens.get(self.at) {
            Some(token) => format!("at position {}", token.at),
            None => "at the end".into(),
        }
    }

    /// Takes a word of the language, with or without its hyphen.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Kind::Word { text, .. }) if text.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    pub(super) fn take(&mut self, kind: &Kind) -> bool {
        let found = self.peek() == Some(kind);
        self.at += usize::from(found);
        found
    }
}
