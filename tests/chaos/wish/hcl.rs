//! The wish as Terraform reads it.

use std::fmt::{self, Write};

use autopilot::knowledge::hardware_hash::{HardwareHash, encode};
use serde_json::Value;

use super::{Key, Manner, Members, Thing, What, Whom, Wish};

impl Wish {
    pub(crate) fn hcl(&self) -> String {
        let mut text = String::new();
        for thing in self.things.values() {
            self.write(thing, &mut text).expect("text takes all that is written");
        }
        text
    }

    fn write(&self, thing: &Thing, to: &mut String) -> fmt::Result {
        writeln!(to, "resource \"{}\" \"{}\" {{", thing.kind().type_name(), thing.label)?;
        if thing.kind().rows().is_none() {
            writeln!(to, "  display_name = {}", quoted(&thing.name))?;
            if let Some(description) = &thing.description {
                writeln!(to, "  description = {}", quoted(description))?;
            }
        }
        match &thing.what {
            What::Tag => {}
            What::Filter { maker, platform } => {
                writeln!(to, "  rule = {}", quoted(&format!("(device.manufacturer -eq \"{maker}\")")))?;
                writeln!(to, "  platform = \"{platform}\"")?;
            }
            What::Group(Members::Assigned(None)) => {}
            What::Group(Members::Assigned(Some(nickname))) => writeln!(to, "  mail_nickname = {}", quoted(nickname))?,
            What::Group(Members::Tagged(tag)) => {
                writeln!(to, "  membership_rule = {}", quoted(&membership_rule(tag)))?;
            }
            What::Group(Members::Prepared) => writeln!(to, "  provisioning_client_owner = true")?,
            What::Profile { mode, template } => {
                writeln!(to, "  deployment_mode = \"{mode}\"\n  device_name_template = {}", quoted(template))?;
            }
            What::Page { minutes } => writeln!(to, "  timeout_minutes = {minutes}")?,
            What::Preparation { group, minutes } => {
                writeln!(to, "  timeout_minutes = {minutes}\n  device_group_id = {}", self.id(*group))?;
            }
            What::Identifiers(rows) => {
                writeln!(to, "  identifiers = {{")?;
                for (key, description) in rows {
                    writeln!(to, "    {} = {{ description = {} }}", quoted(key), quoted(description))?;
                }
                writeln!(to, "  }}")?;
            }
            What::Import(rows) => {
                // People remove whole imports here, and mean it.
                writeln!(to, "  deregister_many = true\n  devices = {{")?;
                for (serial, row) in rows {
                    write!(to, "    {} = {{", quoted(serial))?;
                    if row.hashed {
                        write!(to, " hardware_hash = {},", quoted(&hardware_hash(serial)))?;
                    }
                    if let Some(tag) = &row.tag {
                        write!(to, " group_tag = {},", quoted(tag))?;
                    }
                    if let Some(user) = row.user {
                        write!(to, " assigned_user = {},", quoted(user))?;
                    }
                    writeln!(to, " }}")?;
                }
                writeln!(to, "  }}")?;
            }
        }
        if !thing.tags.is_empty() {
            let ids: Vec<_> = thing.tags.iter().map(|tag| self.id(*tag)).collect();
            writeln!(to, "  role_scope_tag_ids = [\"0\", {}]", ids.join(", "))?;
        }
        if let Some(targets) = &thing.targets {
            writeln!(to, "  assignments = [")?;
            for (whom, manner) in targets {
                writeln!(to, "    {{ {} }},", self.target(*whom, *manner))?;
            }
            writeln!(to, "  ]")?;
        }
        if thing.before_destroy {
            writeln!(to, "  lifecycle {{\n    create_before_destroy = true\n  }}")?;
        }
        writeln!(to, "}}\n")
    }

    fn target(&self, whom: Whom, manner: Manner) -> String {
        let mut text = match whom {
            Whom::Group(key) => format!("group_id = {}", self.id(key)),
            Whom::AllDevices => "all_devices = true".to_owned(),
            Whom::AllUsers => "all_users = true".to_owned(),
        };
        if manner.excluded {
            text.push_str(", excluded = true");
        }
        if let Some((filter, include)) = manner.filter {
            let mode = if include { "include" } else { "exclude" };
            text.push_str(&format!(", filter_id = {}, filter_mode = \"{mode}\"", self.id(filter)));
        }
        text
    }

    fn id(&self, key: Key) -> String {
        format!("{}.id", self.things[&key].address())
    }
}

pub(crate) fn membership_rule(tag: &str) -> String {
    format!("(device.devicePhysicalIds -any (_ -eq \"[OrderID]:{tag}\"))")
}

fn hardware_hash(serial: &str) -> String {
    encode(&HardwareHash {
        serial_number: Some(serial.to_uppercase()),
        manufacturer: Some("Contoso".into()),
        model: Some("Book 5".into()),
        ..HardwareHash::default()
    })
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
