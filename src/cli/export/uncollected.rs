//! What an export does not look for: how many there are, where one request tells it, and how they come in.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::join_all;
use serde_json::Value as Json;
use tokio::time::{Duration, Instant};

use super::unread::Unread;
use crate::{
    graph::{self, Client},
    resource::{self, Registry, Shape, Spec, body::ODATA_TYPE, shape},
};

pub(super) const GROUP: &str = "autopilot_group";
const APP: &str = "autopilot_app";

/// A count is worth no longer wait.
const TIME: Duration = Duration::from_secs(30);

/// How apps are called whose type Graph names otherwise than people do; all others are one line.
const APPS: [(&str, &str); 7] = [
    ("#microsoft.graph.win32LobApp", "Win32"),
    ("#microsoft.graph.windowsMobileMSI", "MSI"),
    ("#microsoft.graph.windowsUniversalAppX", "AppX and MSIX"),
    ("#microsoft.graph.windowsMicrosoftEdgeApp", "Microsoft Edge"),
    ("#microsoft.graph.microsoftStoreForBusinessApp", "Microsoft Store for Business"),
    ("#microsoft.graph.officeSuiteApp", "Microsoft 365 Apps by an XML file"),
    ("#microsoft.graph.windowsWebApp", "web links"),
];

/// A kind that is not looked for.
pub(super) struct Uncollected {
    kind: String,
    /// What one is called.
    one: &'static str,
    /// How they come in, as a part of a table.
    brought_in: String,
    count: Count,
    what: What,
}

/// What is counted.
enum What {
    /// What rows of this table are.
    Rows(Arc<Spec>),
    Groups,
    Apps,
}

/// How many there are.
enum Count {
    NotAsked,
    Told(Told),
    /// Why that is not known.
    Unknown(String),
}

/// What one request told.
struct Told {
    count: usize,
    /// Whether there may be more.
    is_at_least: bool,
    /// Of which types they are, where that says something.
    of_types: Vec<(&'static str, usize)>,
}

/// Every kind that is not looked for, not counted.
pub(super) fn all(registry: &Registry) -> Vec<Uncollected> {
    let rows = registry.all_resources().filter_map(|registered| {
        let (spec, type_name) = (&registered.spec, &registered.type_name);
        let Shape::Rows(_) = spec.shape else { return None };
        let brought_in = format!(
            "An import block with `to = {type_name}.all` and `id = \"all\"`, then `terraform plan \
             -generate-config-out={}.tf`.",
            spec.name
        );
        let what = What::Rows(Arc::clone(spec));
        Some(Uncollected { kind: spec.nouns.clone(), one: spec.noun, brought_in, count: Count::NotAsked, what })
    });
    let others = [
        (
            ("group of another kind", "groups of other kinds"),
            What::Groups,
            "Those with mail, those of Microsoft 365 and those that are synchronised from on premises are kept elsewhere. One \
             that is referred to is a data source.",
        ),
        (
            ("app of another kind", "apps of other kinds"),
            What::Apps,
            "Microsoft Store apps and Microsoft 365 Apps are exported, but not Microsoft 365 Apps that an XML file describes. \
             An app that a page or a policy names is a data source.",
        ),
    ];
    let others = others.into_iter().map(|((one, kind), what, brought_in)| Uncollected {
        kind: kind.to_owned(),
        one,
        brought_in: brought_in.to_owned(),
        count: Count::NotAsked,
        what,
    });
    rows.chain(others).collect()
}

/// Counts them, by a request for each. What cannot be counted says why. `groups`: how many of ours were read.
pub(super) async fn count(all: &mut [Uncollected], registry: &Registry, graph: &Client, groups: Option<usize>) {
    let graph = &graph.until(Instant::now() + TIME);
    let counting = all.iter().map(|it| async move {
        let (doing, permission) = (format!("counting the {}", it.kind), it.what.permission(registry));
        let told = match (&it.what, groups) {
            (What::Rows(spec), _) => first_page(graph, spec.collection, |json| shape::is_of_kind(spec, json)).await,
            (What::Groups, Some(ours)) => groups_beside(graph, ours).await,
            (What::Groups, None) => return Count::Unknown("the groups could not be read".to_owned()),
            (What::Apps, _) => apps(registry, graph).await,
        };
        told.map_or_else(|error| why_not(&it.kind, error, &doing, permission), Count::Told)
    });
    let counted = join_all(counting).await;
    for (it, count) in all.iter_mut().zip(counted) {
        it.count = count;
    }
}

fn why_not(kind: &str, error: graph::Error, doing: &str, permission: &str) -> Count {
    let told = resource::Error::from(error).diagnostic(doing, permission);
    Count::Unknown(Unread::of(kind, &told.detail).reason())
}

/// Those of the first page that count. A further page is not read.
async fn first_page(graph: &Client, collection: &str, is_one: impl Fn(&Json) -> bool) -> Result<Told, graph::Error> {
    let page = graph.page(collection).await?;
    let count = page.items.iter().filter(|json| is_one(json)).count();
    Ok(Told { count, is_at_least: page.next.is_some(), of_types: Vec::new() })
}

/// The groups beside those that were read.
async fn groups_beside(graph: &Client, ours: usize) -> Result<Told, graph::Error> {
    let answer = graph.get("/v1.0/groups?$count=true&$top=1&$select=id").await?;
    let all = answer["@odata.count"].as_u64().and_then(|all| usize::try_from(all).ok());
    // Where Graph does not count, at least those that were read are there.
    let count = all.unwrap_or(ours).saturating_sub(ours);
    Ok(Told { count, is_at_least: all.is_none(), of_types: Vec::new() })
}

/// The apps of the first page that no table of ours is of, by their types.
async fn apps(registry: &Registry, graph: &Client) -> Result<Told, graph::Error> {
    let Some(collection) = app_table(registry).map(|table| table.collection) else { return Ok(Told::nothing()) };
    let ours: Vec<&Arc<Spec>> =
        registry.all_resources().map(|it| &it.spec).filter(|it| it.collection == collection).collect();
    let page = graph.page(collection).await?;
    let others = page.items.iter().filter(|json| !ours.iter().any(|spec| shape::is_of_kind(spec, json)));
    let mut types = BTreeMap::<&str, usize>::new();
    for app in others {
        let found = APPS.iter().find(|(graph, _)| app[ODATA_TYPE] == *graph);
        *types.entry(found.map_or(OTHERS, |(_, called)| called)).or_default() += 1;
    }
    let count = types.values().sum();
    let mut of_types: Vec<_> = types.into_iter().collect();
    of_types.sort_by_key(|(called, count)| (*called == OTHERS, std::cmp::Reverse(*count)));
    Ok(Told { count, is_at_least: page.next.is_some(), of_types })
}

/// Apps of types that have no name here.
const OTHERS: &str = "others";

fn app_table(registry: &Registry) -> Option<Arc<Spec>> {
    registry.data_source(APP)?.data_source.table()
}

impl What {
    fn permission(&self, registry: &Registry) -> &'static str {
        match self {
            What::Rows(spec) => spec.permissions.0,
            What::Groups => registry.resource(GROUP).map_or("", |it| it.spec.permissions.0),
            What::Apps => app_table(registry).map_or("", |table| table.permissions.0),
        }
    }
}

impl Told {
    fn nothing() -> Told {
        Told { count: 0, is_at_least: false, of_types: Vec::new() }
    }

    /// The number, and of which types they are.
    fn number(&self) -> String {
        let or_more = if self.is_at_least { " or more" } else { "" };
        format!("{}{or_more}", self.count)
    }

    fn types(&self) -> String {
        let types: Vec<_> = self.of_types.iter().map(|(called, count)| format!("{called} {count}")).collect();
        if types.is_empty() { String::new() } else { format!(" ({})", types.join(", ")) }
    }
}

/// What the screen says of them in one line; nothing where none is there.
pub(super) fn line(all: &[Uncollected]) -> Option<String> {
    let said: Vec<String> = all
        .iter()
        .filter_map(|it| match &it.count {
            Count::Told(told) if told.count > 0 || told.is_at_least => {
                let kind = if told.count == 1 && !told.is_at_least { it.one } else { &it.kind };
                Some(format!("{} {kind}{}", told.number(), told.types()))
            }
            Count::Unknown(why) => Some(format!("{} that were not counted ({why})", it.kind)),
            Count::Told(_) | Count::NotAsked => None,
        })
        .collect();
    (!said.is_empty()).then(|| format!("Not looked for: {}. README.md says how they come in.", said.join(", ")))
}

/// What a README says of them: a table, since how many there are is no difference between a folder and its tenant.
pub(super) fn table(all: &[Uncollected]) -> String {
    let row = |it: &Uncollected| {
        let count = match &it.count {
            Count::Told(told) if told.count == 0 && !told.is_at_least => "none".to_owned(),
            Count::Told(told) => format!("{}{}", told.number(), told.types()),
            Count::Unknown(why) => format!("not counted: {why}"),
            Count::NotAsked => "not counted".to_owned(),
        };
        format!("| {} | {} | {} |\n", it.kind, count.replace('|', "\\|"), it.brought_in)
    };
    let rows: String = all.iter().map(row).collect();
    format!("| not looked for | there are | how they come in |\n|---|---|---|\n{rows}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, count: Count) -> Uncollected {
        Uncollected { kind: kind.into(), one: "one", brought_in: "So.".into(), count, what: What::Groups }
    }

    #[test]
    fn what_there_is_is_one_line_and_what_there_is_none_of_is_no_word() {
        let types = vec![("Win32", 20), ("MSI", 11)];
        let all = [
            of("corporate identifiers", Count::Told(Told { count: 1000, is_at_least: true, of_types: vec![] })),
            of("device associations", Count::Told(Told::nothing())),
            of("groups of other kinds", Count::Unknown("the permission X is missing".into())),
            of("apps of other kinds", Count::Told(Told { count: 31, is_at_least: false, of_types: types })),
        ];
        assert_eq!(
            line(&all).as_deref(),
            Some(
                "Not looked for: 1000 or more corporate identifiers, groups of other kinds that were not counted (the permission \
                 X is missing), 31 apps of other kinds (Win32 20, MSI 11). README.md says how they come in."
            )
        );
        assert_eq!(line(&[of("groups", Count::NotAsked), of("apps", Count::Told(Told::nothing()))]), None);
        let table = table(&all);
        for row in [
            "| corporate identifiers | 1000 or more | So. |",
            "| device associations | none | So. |",
            "| groups of other kinds | not counted: the permission X is missing | So. |",
            "| apps of other kinds | 31 (Win32 20, MSI 11) | So. |",
        ] {
            assert!(table.contains(row), "{table}");
        }
    }
}
