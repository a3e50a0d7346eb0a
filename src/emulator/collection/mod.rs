//! Collections that work alike: what differs between them is data and a few functions, one [`Collection`] each.
//!
//! Facts: Graph's pages on these entities, its rule that `assign` replaces the whole set, and reports that single
//! assignments have no route.
//!
//! To add one: a file in `intune/` with a `static` of this type (what is not said is as in [`PLAIN`]), and its lines in
//! `route/`, as in `collection::read::list => intune::scope_tags::SCOPE_TAGS`. Its table in the tenant comes with the
//! first row. Nothing here may know one collection from another: what is odd about one is a field, with a function or
//! a word in it.

pub(crate) mod assign;
pub(crate) mod entity;
mod order;
pub(crate) mod read;
pub(crate) mod target;
pub(crate) mod write;

use super::call::Call;
use super::clock::Millis;
use super::error::Failure;
use super::model::check::{Object, Version};
use super::model::{GraphType, find, kind, name_of};
use super::settings::Settings;
use super::site::Site;
use super::tenant::Tenant;
use super::tenant::assignment::{Assigned, Assignment};
use super::tenant::item::Item;

/// What a collection is.
pub(crate) struct Collection {
    /// The last segment of its path.
    pub(crate) name: &'static str,
    /// The declared type of its items.
    pub(crate) kind: &'static str,
    pub(crate) key: Key,
    /// What a new item has to say.
    pub(crate) required: &'static [&'static str],
    pub(crate) beta_kinds: BetaKinds,
    pub(crate) filters: Filters,
    /// The properties by which `$orderby` sorts; every one of the declared type where none is named.
    pub(crate) orders: &'static [&'static str],
    /// The type whose properties `$select` takes, where it is not the item's own.
    pub(crate) selects: Option<&'static str>,
    /// The most items that people may make in a tenant.
    pub(crate) most: usize,
    pub(crate) assign: Option<Assign>,
    /// What `$expand` takes besides assignments.
    pub(crate) expands: &'static [&'static str],
    /// What the service holds against a state of the item; before is nothing for a new one.
    pub(crate) check: fn(&Tenant, Option<&Item>, &Object) -> Result<(), Failure>,
    /// What the service adds to a new item.
    pub(crate) begin: fn(&Tenant, &mut Item, &Call) -> Result<(), Failure>,
    /// Whether a change has to name the item's type.
    pub(crate) typed_changes: bool,
    /// What a body may say is false though its type does not have it.
    pub(crate) false_is_ignored: &'static [&'static str],
    /// How long an item is kept.
    pub(crate) lifetime: Option<Millis>,
    /// What reads show besides or instead.
    pub(crate) show: fn(&Item, &mut Object, &View<'_>),
    /// What stands against deleting it.
    pub(crate) release: fn(&Tenant, &Item) -> Result<(), Failure>,
    /// What follows when an item is gone.
    pub(crate) released: fn(&mut Tenant, &Settings, Millis),
}

/// What `$filter` does on a list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Filters {
    /// It works on every property of the declared type.
    All,
    /// Equality of these properties works; anything else is refused without a word.
    Equality(&'static [&'static str]),
}

impl Collection {
    /// The concrete type of an item.
    pub(crate) fn kind_of(&self, item: &Item) -> &'static GraphType {
        find(name_of(item.text("@odata.type"))).unwrap_or_else(|| kind(self.kind))
    }
}

/// How a collection's `assign` action is called and answered.
pub(crate) struct Assign {
    /// The parameter that holds the assignments.
    pub(crate) parameter: &'static str,
    /// The type of an assignment.
    pub(crate) kind: &'static str,
    /// Whether the answer is the new set; 204 otherwise.
    pub(crate) answers: bool,
    /// Another parameter that is documented beside it, and has no effect.
    pub(crate) legacy: Option<&'static str>,
    /// What stands against assigning at all.
    pub(crate) check: fn(&Item, &View<'_>) -> Result<(), Failure>,
    /// The id and the extras of an assignment.
    pub(crate) make: fn(&Item, Assignment, Object) -> Result<Assigned, Failure>,
}

/// An `assign` that carries targets only.
pub(crate) const PLAIN_ASSIGN: Assign = Assign {
    parameter: "assignments",
    kind: "",
    answers: true,
    legacy: None,
    check: |_, _| Ok(()),
    make: |_, assignment, more| Ok(Assigned { assignment, more }),
};

/// How an item is looked at.
pub(crate) struct View<'a> {
    pub(crate) version: Version,
    pub(crate) now: Millis,
    pub(crate) settings: &'a Settings,
    pub(crate) how: Shown,
    /// Whether `$select` names what is wanted.
    pub(crate) selects: bool,
}

/// Where an item is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    Written,
    Single,
    Listed,
}

pub(crate) fn view<'a>(site: &'a Site<'_>, call: &Call, how: Shown) -> View<'a> {
    View {
        version: call.version,
        now: call.now,
        settings: site.settings,
        how,
        selects: call.query.get("$select").is_some(),
    }
}

/// What most collections do: nothing of their own.
pub(crate) const PLAIN: Collection = Collection {
    name: "",
    kind: "",
    key: Key::Guid,
    required: &["displayName"],
    beta_kinds: BetaKinds::Hidden,
    filters: Filters::All,
    orders: &[],
    selects: None,
    most: usize::MAX,
    assign: None,
    expands: &[],
    check: |_, _, _| Ok(()),
    begin: |_, _, _| Ok(()),
    typed_changes: false,
    false_is_ignored: &[],
    lifetime: None,
    show: |_, _, _| {},
    release: |_, _| Ok(()),
    released: |_, _, _| {},
};

pub(crate) fn is_alive(collection: &Collection, item: &Item, now: Millis) -> bool {
    collection.lifetime.is_none_or(|lifetime| item.created.is_none_or(|created| now - created <= lifetime))
}

/// How v1.0 shows items of types that only beta has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BetaKinds {
    /// Not at all.
    Hidden,
    /// As their base, and without a type.
    AsTheBase,
}

/// What the ids of a collection look like. Anything else is a bad request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key {
    Guid,
    /// A GUID and a word behind it, which tells the kind.
    GuidAndWord,
    /// A word and a GUID with an underscore between.
    WordAndGuid,
    Number,
}

impl Key {
    fn fits(self, id: &str) -> bool {
        match self {
            Key::Guid => uuid::Uuid::try_parse(id).is_ok(),
            Key::GuidAndWord => id.split_once('_').is_some_and(|(id, _)| uuid::Uuid::try_parse(id).is_ok()),
            Key::WordAndGuid => id.rsplit_once('_').is_some_and(|(_, id)| uuid::Uuid::try_parse(id).is_ok()),
            Key::Number => id.parse::<u64>().is_ok(),
        }
    }
}

/// The item of the path.
pub(crate) fn found<'a>(tenant: &'a Tenant, collection: &Collection, call: &Call) -> Result<&'a Item, Failure> {
    let id = call.id(0);
    if !collection.key.fits(&id) {
        return Err(Failure::intune_refuses());
    }
    let items = tenant.items(collection.name);
    // Ids that are no GUIDs, such as those that carry a kind as a suffix, are the same in any letter case too.
    let item = items.get(&id).or_else(|| items.values().find(|item| item.id.eq_ignore_ascii_case(&id)));
    item.filter(|item| is_alive(collection, item, call.now)).ok_or_else(Failure::no_intune_object)
}
