//! `$expand` with options in brackets, as in `members($select=id,displayName)`.

/// One relationship to be expanded.
#[derive(Debug, PartialEq)]
pub(crate) struct Expand {
    pub(crate) name: String,
    /// What `$select` in its brackets names.
    pub(crate) names: Option<Vec<String>>,
}

/// Reads the option. Of options in brackets only `$select` is one.
pub(crate) fn parse(text: &str) -> Result<Vec<Expand>, String> {
    let mut depth = 0_usize;
    let parts = text.split(|c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.map(|part| one(part.trim())).collect()
}

fn one(part: &str) -> Result<Expand, String> {
    let (name, names) = match part.split_once('(') {
        None => (part, None),
        Some((name, rest)) => {
            let inner = rest.strip_suffix(')').ok_or_else(|| format!("Syntax error in '{part}'."))?;
            let names = inner.strip_prefix("$select=").filter(|names| !names.contains(['(', ';', '$']));
            let names = names.ok_or_else(|| format!("The query option '{inner}' is not supported inside $expand."))?;
            (name, Some(names.split(',').map(|name| name.trim().to_owned()).collect()))
        }
    };
    match name.is_empty() {
        true => Err("Syntax error: a relationship was expected.".into()),
        false => Ok(Expand { name: name.to_owned(), names }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_in_brackets_are_read_or_refused() {
        let plain = |name: &str| Expand { name: name.into(), names: None };
        assert_eq!(parse("members,owners").unwrap(), [plain("members"), plain("owners")]);
        let found = parse("manager($select=id,displayName),memberOf").unwrap();
        assert_eq!(found[0].names.as_deref(), Some(&["id".to_owned(), "displayName".into()][..]));
        assert_eq!(found[1], plain("memberOf"));
        for refused in
            ["manager($levels=max)", "manager($levels=max;$select=id)", "members(", "members($top=5)", "", "a,"]
        {
            assert!(parse(refused).is_err(), "{refused}");
        }
    }
}
