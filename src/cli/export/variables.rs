//! What differs from tenant to tenant, as variables.

use crate::hcl::{self, Block, Expression};

/// A variable, with the value that it has in the tenant that is exported.
pub(super) struct Variable {
    pub(super) name: String,
    ty: &'static str,
    description: String,
    default: Expression,
}

impl Variable {
    /// What users are told.
    pub(super) fn text(name: &str, text: &str) -> Variable {
        Variable {
            name: name.to_owned(),
            ty: "string",
            description: "What users are told where setting up a device fails.".to_owned(),
            default: hcl::literal(text),
        }
    }

    /// The id of something whose name others have too.
    pub(super) fn id(name: &str, id: &str, noun: &str, title: &str) -> Variable {
        Variable {
            name: name.to_owned(),
            ty: "string",
            description: format!(
                "Id of the {noun} {title:?}. Several have this name, so that the name does not tell it."
            ),
            default: hcl::literal(id),
        }
    }

    /// The id of something that another tenant has to have first: it is not exported, or gone.
    pub(super) fn not_exported(name: &str, id: &str, what: &str) -> Variable {
        Variable {
            name: name.to_owned(),
            ty: "string",
            description: format!("Id of the {what}, which is referred to and is not in this configuration."),
            default: hcl::literal(id),
        }
    }

    /// Ids of whatever is in the directory: all of an attribute, or those beside what the configuration has.
    pub(super) fn ids<'a>(
        name: &str,
        ids: impl Iterator<Item = &'a str>,
        attribute: &str,
        of: &str,
        are_all: bool,
    ) -> Variable {
        let mut ids = ids.map(hcl::literal).map(|id| id.to_string()).collect::<Vec<_>>();
        ids.sort();
        Variable {
            name: name.to_owned(),
            ty: "set(string)",
            description: match are_all {
                true => format!("The {attribute} of the {of}. They are of one tenant; null leaves them as they are."),
                false => format!("The other {attribute} of the {of}. They are of one tenant; [] where there are none."),
            },
            default: hcl::written(&format!("[{}]", ids.join(", "))),
        }
    }

    /// As the configuration declares it: inside a module it has no value of its own.
    pub(super) fn declared(&self, with_value: bool) -> Block {
        let mut said = vec![
            ("type".to_owned(), hcl::written(self.ty)),
            ("description".to_owned(), hcl::literal(&self.description)),
        ];
        if with_value {
            said.push(("default".to_owned(), self.default.clone()));
        }
        hcl::block("variable", &[&self.name], said)
    }
}
