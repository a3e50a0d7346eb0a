//! Which permissions the token has, and which of ours it lacks, each with what it is for.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{
    findings::{Finding, Part, Standing},
    remedy,
};
use crate::{
    cli::{
        needs::{self, INVOKE, Need, READ, WRITE, covers},
        text::counted,
    },
    data_sources::tenant_readiness,
    graph::Claims,
    provider,
};

/// `needed` is what was asked about.
pub(super) fn part(claims: &Claims, needed: &[Need], credential: &str) -> Part {
    judged(claims, needed, &needs::all(&provider::registry()), credential)
}

/// What the permission is for: each purpose with its things.
type For<'a> = BTreeMap<&'a str, Vec<&'a str>>;

fn judged(claims: &Claims, needed: &[Need], all: &[Need], credential: &str) -> Part {
    let granted = [&claims.roles[..], &claims.scopes[..]].concat();
    let is_person = !claims.scopes.is_empty();
    let (possible, for_people): (Vec<&Need>, Vec<&Need>) =
        needed.iter().partition(|need| is_person || !need.is_for_people);
    let is_met = |need: &Need| {
        let by_write = || all.iter().any(|other| reads_too(other, need) && covers(&granted, other.permission));
        covers(&granted, need.permission) || by_write()
    };
    let unmet: Vec<&Need> = possible.into_iter().filter(|need| !is_met(need)).collect();
    let is_must =
        |need: &Need| unmet.iter().any(|other| other.permission == need.permission && !other.is_for_an_option);
    let (must, may): (Vec<&Need>, Vec<&Need>) = unmet.iter().partition(|need| is_must(need));
    let (missing, optional) = (by_permission(must.into_iter()), by_permission(may.into_iter()));
    let for_people = by_permission(for_people.into_iter());
    let mut of_parts = needs::of_parts(&provider::registry(), |thing| needed.iter().any(|need| need.thing == thing));
    // What this command looks at besides.
    of_parts.extend(tenant_readiness::needs().iter().map(|(permission, _)| *permission));
    let is_of_use = |name: &&String| {
        let asked = |need: &&Need| needed.contains(need) || needed.iter().any(|read| reads_too(need, read));
        let wanted = all.iter().filter(asked).map(|need| need.permission).chain(of_parts.iter().copied());
        wanted.into_iter().any(|wanted| covers(std::slice::from_ref(*name), wanted))
    };
    let (used, unused): (Vec<&String>, Vec<&String>) = granted.iter().partition(is_of_use);

    let mut findings = Vec::new();
    let said = match (missing.is_empty(), used.is_empty()) {
        (true, _) => "All permissions that are needed are granted:",
        (false, false) => "Of the permissions that are needed, these are granted:",
        (false, true) => "No permission that is needed is granted.",
    };
    if missing.is_empty() || !used.is_empty() {
        findings.push(Finding::new(Standing::Good, said).with(used.iter().map(|&name| name.clone())));
    }
    if !missing.is_empty() {
        let verb = if missing.len() == 1 { "is" } else { "are" };
        let least = least(&missing);
        let fewer = match least.len() < missing.len() {
            true => format!(
                "; {} of them {} the others",
                least.len(),
                if least.len() == 1 { "includes" } else { "include" }
            ),
            false => String::new(),
        };
        let said = format!("{} {verb} missing{fewer}:", counted(missing.len(), "permission", "permissions"));
        let finding = Finding::new(Standing::Missing, said).with(missing.iter().map(|(name, of)| line(name, of)));
        findings.push(remedy::of_permissions(finding, claims, credential, &least));
    }
    if !optional.is_empty() {
        let finding = Finding::new(Standing::Note, "Not granted, and needed only where this is set:");
        findings.push(finding.with(optional.iter().map(|(name, of)| line(name, of))));
    }
    if !for_people.is_empty() {
        let finding = Finding::new(Standing::Note, "Of no use to an application here; an administrator uses `login`:");
        findings.push(finding.with(for_people.iter().map(|(name, of)| line(name, of))));
    }
    // A person's token names what every sign-in has.
    if !unused.is_empty() && !is_person {
        let finding = Finding::new(Standing::Note, "Granted beyond what is asked for:");
        findings.push(finding.with(unused.iter().map(|name| (*name).clone())));
    }
    let json = json!({
        "granted": granted,
        "missing": rows(&missing),
        "optional": rows(&optional),
        "for_people_only": rows(&for_people),
        "unused": unused,
    });
    Part { name: "permissions", json, findings }
}

/// Whether the permission of one need, to write something, allows what another needs to read it.
fn reads_too(write: &Need, read: &Need) -> bool {
    read.purpose == READ && write.thing == read.thing && write.purpose == WRITE
}

fn by_permission<'a>(needs: impl Iterator<Item = &'a Need>) -> BTreeMap<&'static str, For<'a>> {
    let mut grouped: BTreeMap<&'static str, For<'a>> = BTreeMap::new();
    for need in needs {
        let things = grouped.entry(need.permission).or_default().entry(&need.purpose).or_default();
        things.push(&need.thing);
    }
    grouped
}

/// What an administrator has to add: without what another one of them allows too.
fn least(missing: &BTreeMap<&'static str, For<'_>>) -> Vec<&'static str> {
    let names: Vec<String> = missing.keys().map(|&name| name.to_owned()).collect();
    let is_spared = |name: &str| names.iter().any(|other| other != name && covers(std::slice::from_ref(other), name));
    missing.keys().copied().filter(|name| !is_spared(name)).collect()
}

fn line(permission: &str, of: &For<'_>) -> String {
    let purposes = of.iter().map(|(purpose, things)| {
        let things = things.iter().map(|thing| needs::bare(thing)).collect::<Vec<_>>().join(", ");
        match *purpose {
            WRITE => format!("write {things}"),
            READ | INVOKE => format!("{purpose} {things}"),
            of_some => format!("{of_some} ({things})"),
        }
    });
    format!("{permission}: {}", purposes.collect::<Vec<_>>().join("; "))
}

fn rows(permissions: &BTreeMap<&'static str, For<'_>>) -> Json {
    permissions.iter().map(|(permission, of)| json!({"permission": permission, "for": of})).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(permission: &'static str, thing: &str, purpose: &str) -> Need {
        Need {
            permission,
            thing: format!("autopilot_{thing}"),
            purpose: purpose.to_owned(),
            is_for_people: false,
            is_for_an_option: false,
        }
    }

    fn app(roles: &[&str]) -> Claims {
        Claims { roles: roles.iter().map(|&role| role.to_owned()).collect(), ..Claims::default() }
    }

    fn needs_of_two() -> Vec<Need> {
        vec![
            need("Group.Read.All", "group", READ),
            need("Group.ReadWrite.All", "group", WRITE),
            need("Policy.Read.All", "scope", READ),
            Need { is_for_people: true, ..need("Policy.ReadWrite.Mobility", "scope", WRITE) },
        ]
    }

    #[test]
    fn what_is_missing_is_told_with_what_it_is_for_and_the_least_first() {
        let needs = needs_of_two();
        let part = judged(&app(&["Policy.Read.All", "Mail.Send"]), &needs, &needs, "a client secret");
        let missing = &part.json["missing"];
        assert_eq!(missing[0], json!({"permission": "Group.Read.All", "for": {"read": ["autopilot_group"]}}));
        assert_eq!(missing[1]["permission"], "Group.ReadWrite.All");
        assert_eq!(part.json["for_people_only"][0]["permission"], "Policy.ReadWrite.Mobility");
        assert_eq!(part.json["unused"], json!(["Mail.Send"]));
        let missing = part.findings.iter().find(|finding| finding.standing == Standing::Missing);
        let commands = &missing.expect("it is told").commands;
        assert!(commands.contains("Group.ReadWrite.All") && !commands.contains("Group.Read.All"), "{commands}");
    }

    #[test]
    fn who_may_write_a_thing_may_read_it() {
        let needs = needs_of_two();
        let person = Claims {
            scopes: vec!["Policy.ReadWrite.Mobility".to_owned(), "Group.ReadWrite.All".to_owned()],
            ..Claims::default()
        };
        let part = judged(&person, &needs, &needs, "the sign-in of an administrator");
        assert_eq!(part.json["missing"], json!([]));
        assert_eq!(part.json["for_people_only"], json!([]), "it is a person");
    }

    #[test]
    fn what_one_option_needs_is_told_apart_and_not_asked_for() {
        let option = Need { is_for_an_option: true, ..need("Application.ReadWrite.All", "group", "write `owner`") };
        let needs = [&needs_of_two()[..2], &[option]].concat();
        let part = judged(&app(&[]), &needs, &needs, "a client secret");
        let missing = part.findings.iter().find(|finding| finding.standing == Standing::Missing).expect("it is told");
        assert_eq!(missing.said, "2 permissions are missing; 1 of them includes the others:");
        assert!(!missing.commands.contains("Application.ReadWrite.All"), "{}", missing.commands);
        let note = part.findings.last().expect("a note");
        assert_eq!(
            (note.standing, note.said.as_str()),
            (Standing::Note, "Not granted, and needed only where this is set:")
        );
        assert_eq!(note.details, ["Application.ReadWrite.All: write `owner` (group)"]);
        assert_eq!(part.json["optional"][0]["permission"], "Application.ReadWrite.All");
        let needs = [needs, vec![need("Application.ReadWrite.All", "application", WRITE)]].concat();
        let part = judged(&app(&["Group.ReadWrite.All"]), &needs, &needs, "a client secret");
        assert_eq!(part.json["missing"][0]["permission"], "Application.ReadWrite.All", "something cannot do without");
        assert_eq!(part.json["optional"], json!([]));
    }

    #[test]
    fn what_is_beyond_counts_by_what_was_asked() {
        let all = [&needs_of_two()[..2], &[need("Sites.Read.All", "site", READ)]].concat();
        let granted = app(&["Group.ReadWrite.All", "Sites.Read.All"]);
        assert_eq!(judged(&granted, &all, &all, "a client secret").json["unused"], json!([]));
        let asked = judged(&granted, &all[..2], &all, "a client secret");
        assert_eq!(asked.json["unused"], json!(["Sites.Read.All"]));
    }

    #[test]
    fn who_only_reads_is_asked_for_nothing_more() {
        let all = needs_of_two();
        let reads: Vec<Need> = all.iter().filter(|need| !need.is_to_write()).cloned().collect();
        let part = judged(&app(&["Group.Read.All", "Policy.Read.All"]), &reads, &all, "a client secret");
        assert!(part.findings.iter().all(|finding| finding.standing == Standing::Good), "{:?}", part.findings);
    }
}
