//! The tenant is signed in to and read, and what is found is told.

use tokio_util::sync::CancellationToken;

use super::{
    arguments::Arguments,
    devices,
    devices::Fleet,
    left_out::LeftOut,
    progress::Progress,
    reading::{self, Kinds},
    tenancy::Tenancy,
    uncollected,
    unread::Unread,
};
use crate::{
    cli::{not_set, screen::Screen, stopped::Stopped, text::counted},
    data_sources::tenant_readiness::{self, Finding},
    diagnostic::Diagnostics,
    graph::Client,
    resource::{self, Registry, Shape, Tenant, engine::Scope},
    schema::null_object,
    value::Value,
};

/// The tenant that the settings of the environment lead to.
pub(super) async fn sign_in(registry: &Registry, tenant: Option<&str>) -> Result<Scope, Stopped> {
    let mut config = null_object(&registry.provider.attributes());
    config.insert("tenant_id", tenant.map_or(Value::Null, Value::from));
    let (cancel, mut told) = (CancellationToken::new(), Diagnostics::default());
    let tenant = registry.provider.configure(&config, "", &cancel, &mut told).await;
    let missing = match &tenant {
        Tenant::Ready(_) => None,
        Tenant::Missing(why) => Some(why.clone()),
    };
    match told.into_iter().next().or(missing) {
        Some(why) => {
            // Of a configuration it has this alone.
            let detail = not_set::detail(&why).replace("(from the configuration)", "(from --tenant)");
            Err(Stopped::because(format!("{}\n\n{detail}", why.summary)))
        }
        None => Ok(Scope { tenant, cancel }),
    }
}

/// Reads what was asked for. What there is of a kind is a line, and what there is none of is said in one.
pub(super) async fn read(
    screen: Screen,
    registry: &Registry,
    scope: &Scope,
    kinds: &Kinds<'_>,
    arguments: &Arguments,
) -> Result<Tenancy, Stopped> {
    let Tenant::Ready(graph) = &scope.tenant else { return Err(Stopped::because("There is no tenant.")) };
    let id = graph.tenant_id().await.map_err(Stopped::while_doing("Cannot sign in"))?;
    screen.title(&format!("The tenant {id}"));
    let name = arguments.name_contains.as_deref();
    let mut progress = Progress::of((!arguments.check).then_some(arguments.out.as_path()), &id, name);
    if progress.is_resumed() {
        screen.line("This goes on with an export of the last hour that did not end: what it read is not read again.");
    }
    let mut tenancy = Tenancy {
        id,
        objects: Vec::new(),
        devices: Vec::new(),
        left_out: Vec::new(),
        read: Default::default(),
        unread: Vec::new(),
        uncollected: uncollected::all(registry),
    };
    let mut none = Vec::new();
    for registered in &kinds.resources {
        let read = match progress.take(registered) {
            Some(read) => Ok(read),
            None => reading::objects(registered, scope, name).await,
        };
        match read {
            Ok(read) => {
                match read.len() {
                    // An order of nothing is no thing that is missing.
                    0 if !matches!(registered.spec.shape, Shape::Collection) => {}
                    0 => none.push(registered.spec.nouns.as_str()),
                    count => screen.good(&counted(count, registered.spec.noun, &registered.spec.nouns)),
                }
                progress.keep(registered, &read);
                tenancy.read.insert(registered.type_name.clone(), read.len());
                tenancy.left_out.extend(read.iter().filter_map(|read| read.lacking(registered)));
                for object in read.iter().map(|read| read.object(registered)) {
                    match object {
                        Ok(object) => tenancy.objects.push(object),
                        Err(left) => tenancy.left_out.push(left),
                    }
                }
            }
            Err(why) => tenancy.unread.push(Unread::of(&registered.spec.nouns, &why)),
        }
    }
    if kinds.devices {
        match devices::read(graph).await {
            Ok((fleets, odd)) => {
                match fleets.iter().map(Fleet::count).sum() {
                    0 => none.push("registered devices"),
                    count => screen.good(&counted(count, "registered device", "registered devices")),
                }
                if arguments.name_contains.is_some() {
                    screen.line("--name-contains does not narrow devices: all of them are exported.");
                }
                tenancy.read.insert(devices::IMPORT.to_owned(), fleets.iter().map(Fleet::count).sum());
                tenancy.devices = fleets;
                tenancy.left_out.extend(odd);
            }
            Err(error) => {
                let permission = registry.resource(devices::IMPORT).map_or("", |import| import.spec.permissions.0);
                let told = resource::Error::from(error).diagnostic("listing the registered devices", permission);
                tenancy.unread.push(Unread::of("registered devices", &told.detail));
            }
        }
    }
    if !none.is_empty() {
        screen.line(&format!("None of these is there: {}.", none.join(", ")));
    }
    tenancy.left_out.extend(tenancy.unread.iter().map(Unread::left_out).collect::<Vec<_>>());
    if has_nothing_of_intune(kinds, &tenancy) {
        tenancy.left_out.extend(intune_not_set_up(graph).await);
    }
    tenancy.left_out.extend(reading::never(registry, kinds));
    if arguments.only.is_empty() && name.is_none() && !arguments.check {
        let groups = tenancy.read.get(uncollected::GROUP).copied();
        uncollected::count(&mut tenancy.uncollected, registry, graph, groups).await;
    }
    if !tenancy.is_incomplete() {
        progress.ends();
    }
    Ok(tenancy)
}

/// Whether kinds of Intune's were read and nothing was found of any.
fn has_nothing_of_intune(kinds: &Kinds<'_>, tenancy: &Tenancy) -> bool {
    let is_of_intune = |permission: &str| permission.starts_with("DeviceManagement");
    let of_intune = kinds.resources.iter().filter(|kind| is_of_intune(kind.spec.permissions.0));
    let mut read = of_intune.filter(|kind| tenancy.read.contains_key(&kind.type_name)).peekable();
    let is_there = |type_name: &str| tenancy.objects.iter().any(|object| object.registered.type_name == type_name);
    tenancy.devices.is_empty() && read.peek().is_some() && read.all(|kind| !is_there(&kind.type_name))
}

/// That the tenant has no Intune. Nothing where it has, or where that is not known.
async fn intune_not_set_up(graph: &Client) -> Option<LeftOut> {
    let judged = tenant_readiness::judged(graph, |it| it.name == "mdm_authority").await.ok()?;
    judged.into_iter().find_map(|(_, finding)| match finding {
        Finding::NotMet(found) => Some(LeftOut::here(
            "Intune",
            format!("Nothing of it is there, and it is not set up in this tenant. {found}"),
        )),
        _ => None,
    })
}
