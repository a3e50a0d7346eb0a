//! Text as it stands in a configuration.

use hcl_edit::{Decorate, expr::Expression, structure::Body};

/// Text as an expression: a literal, whatever it holds. Text of several lines is a heredoc, where one says the same.
pub(crate) fn literal(text: &str) -> Expression {
    let is_heredoc = text.ends_with('\n')
        && text.trim_end_matches('\n').contains('\n')
        && !text.lines().any(|line| line.trim() == "EOT")
        && !text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\t'));
    // It is read as an attribute's value: alone it is no expression.
    let heredoc = || {
        let escaped = text.replace("${", "$${").replace("%{", "%%{");
        let body: Body = format!("x = <<EOT\n{escaped}EOT\n").parse().ok()?;
        let mut value = body.into_attributes().next()?.value;
        value.decor_mut().clear();
        Some(value)
    };
    is_heredoc.then(heredoc).flatten().unwrap_or_else(|| Expression::from(text))
}

/// An expression as somebody would write it, such as `autopilot_group.sales.id`. What is none is a literal.
pub(crate) fn written(text: &str) -> Expression {
    text.parse().unwrap_or_else(|_| literal(text))
}

/// Whether text is a name that a block or an attribute may have.
pub(crate) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_several_lines_is_a_heredoc_that_says_the_same() {
        assert_eq!(literal("a\nb ${c}\n").to_string(), "<<EOT\na\nb $${c}\nEOT");
        assert_eq!(literal("a\nb").to_string(), r#""a\nb""#);
        assert_eq!(literal("a\r\nb\r\n").to_string(), r#""a\r\nb\r\n""#);
        assert_eq!(literal("%{ if }").to_string(), r#""%%{ if }""#);
    }
}
