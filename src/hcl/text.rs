//! Text as it stands in a configuration.

use hcl_edit::{
    Decorate,
    expr::Expression,
    structure::Body,
    template::{Element, Interpolation, StringTemplate},
};

/// What begins an expression within text, where a brace follows.
const MARKERS: [char; 2] = ['$', '%'];

/// Text as an expression: a literal, whatever it holds. Text of several lines is a heredoc, where one says the same.
pub(crate) fn literal(text: &str) -> Expression {
    if let Some(template) = with_markers_apart(text) {
        return template;
    }
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

/// Text in which markers stand beside each other before a brace, such as `50%${x}`: each of them as a text of its own. Doubled
/// as a marker is otherwise, they are read in more than one way, and what somebody wrote in a tenant would be run as an
/// expression by whoever plans it. (The crate hcl-primitives 0.1.13 doubles only every other one of them.)
fn with_markers_apart(text: &str) -> Option<Expression> {
    let mut elements: Vec<Element> = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(MARKERS) {
        let (before, after) = rest.split_at(at);
        let end = after.find(|character| !MARKERS.contains(&character)).unwrap_or(after.len());
        let (run, after) = after.split_at(end);
        plain.push_str(before);
        if run.len() > 1 && after.starts_with('{') {
            elements.push(Element::Literal(std::mem::take(&mut plain).into()));
            elements.extend(run.chars().map(|marker| {
                let mut marker = Expression::from(marker.to_string());
                marker.decor_mut().set_prefix("");
                marker.decor_mut().set_suffix("");
                Element::Interpolation(Interpolation::new(marker))
            }));
        } else {
            plain.push_str(run);
        }
        rest = after;
    }
    if elements.is_empty() {
        return None;
    }
    plain.push_str(rest);
    elements.push(Element::Literal(plain.into()));
    Some(Expression::StringTemplate(StringTemplate::from_iter(elements)))
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

    #[test]
    fn no_text_is_an_expression_to_whoever_reads_it() {
        let said = |text: &str| literal(text).to_string();
        assert_eq!(said("${a} 50%${b}"), r#""$${a} 50${"%"}${"$"}{b}""#);
        assert_eq!(said("$${a} %%{b}"), r#""${"$"}${"$"}{a} ${"%"}${"%"}{b}""#);
        assert_eq!(said("a\n50%${b}\n"), r#""a\n50${"%"}${"$"}{b}\n""#, "no heredoc");
        assert_eq!(said("$$ 100%% ${a} $"), r#""$$ 100%% $${a} $""#);
        // Whatever markers stand in it, an expression begins only where one stands alone in a text of its own.
        for number in 0..4_u32.pow(6) {
            let text: String = (0..6).map(|at| ['$', '%', '{', 'x'][(number / 4_u32.pow(at) % 4) as usize]).collect();
            let said =
                said(&text).replace(r#"${"$"}"#, "D").replace(r#"${"%"}"#, "P").replace("$${", "E").replace("%%{", "E");
            assert!(!said.contains("${") && !said.contains("%{"), "{text} is {said}");
        }
    }
}
