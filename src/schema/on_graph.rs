//! How Graph says an attribute.

/// When Graph is sent an attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Send {
    /// At creation and at every change.
    #[default]
    Always,
    /// At creation only.
    AtCreate,
    /// Never.
    Never,
}

/// How Graph says an attribute.
#[derive(Clone, Debug)]
pub struct OnGraph {
    /// The property, where it is not the attribute's name in lowerCamelCase. After a slash: inside that object.
    pub property: Option<&'static str>,
    /// The setting of the settings catalog that holds it in the place of a property.
    pub setting: Option<super::Setting>,
    /// Words here and on Graph.
    pub values: Vec<(&'static str, &'static str)>,
    /// Whether Graph says the opposite.
    pub inverted: bool,
    /// Whether it is a point in time, with year 1 for none.
    pub is_time: bool,
    /// Whether Graph holds its text in base64.
    pub base64: bool,
    /// When Graph is sent it.
    pub send: Send,
    /// Whether Graph's answer holds it.
    pub read: bool,
}

impl Default for OnGraph {
    fn default() -> OnGraph {
        OnGraph {
            property: None,
            setting: None,
            values: Vec::new(),
            inverted: false,
            is_time: false,
            base64: false,
            send: Send::Always,
            read: true,
        }
    }
}

impl OnGraph {
    /// The way to the property: one name, or more where it is inside another object.
    pub fn property_path(&self, attribute: &str) -> Vec<String> {
        match self.property {
            Some(property) => property.split('/').map(str::to_owned).collect(),
            None => vec![lower_camel_case(attribute)],
        }
    }
}

fn lower_camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_graph_names() {
        let plain = OnGraph::default();
        assert_eq!(plain.property_path("role_scope_tag_ids"), ["roleScopeTagIds"]);
        let nested = OnGraph { property: Some("outOfBoxExperienceSetting/userType"), ..OnGraph::default() };
        assert_eq!(nested.property_path("account_type"), ["outOfBoxExperienceSetting", "userType"]);
    }
}
