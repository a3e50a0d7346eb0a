//! Reading a collection: lists with `$filter`, `$orderby` and pages, and one item.

use serde_json::Value;

use super::entity::{asked, entity, shown};
use super::order::{compare, order};
use super::{BetaKinds, Collection, Filters, Shown, View, found, is_alive, view};
use crate::emulator::call::{Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, Version};
use crate::emulator::model::{find, kind};
use crate::emulator::odata::filter::{Comparison, Filter};
use crate::emulator::paging::{bad_token, page, position};
use crate::emulator::site::Site;
use crate::emulator::tenant::item::Item;

/// The filter of a list, as far as it works on the collection.
fn filter(call: &Call, collection: &Collection) -> Result<Option<Filter>, Failure> {
    let Some(filter) = call.query.filter()? else { return Ok(None) };
    let mut failure = None;
    match collection.filters {
        Filters::All => filter
            .leaves(&mut |leaf| failure = failure.take().or_else(|| unknown_property(collection, leaf, call.version))),
        Filters::Equality(names) => filter.leaves(&mut |leaf| {
            let works = matches!(leaf, Filter::Compare(path, Comparison::Equal, _) if names.contains(&path.as_str()));
            let refused = (!works).then(Failure::intune_refuses);
            failure = failure.take().or_else(|| unknown_property(collection, leaf, call.version)).or(refused);
        }),
    }
    failure.map_or(Ok(Some(filter)), Err)
}

/// What is answered to a part of a filter that asks for a property the declared type does not have, or
/// has in beta only.
fn unknown_property(collection: &Collection, leaf: &Filter, version: Version) -> Option<Failure> {
    let (Filter::Compare(path, ..) | Filter::In(path, _) | Filter::Text(_, path, _) | Filter::Any(path, ..)) = leaf
    else {
        return None;
    };
    let mut declared = Some(kind(collection.kind));
    for name in path.split('/') {
        // What is below a property whose type is not known is not looked into.
        let of = declared?;
        let known = of.property(name).filter(|property| version == Version::Beta || !property.beta);
        let Some(known) = known else {
            return Some(Failure::unreadable(format!(
                "Invalid filter clause: Could not find a property named '{name}' on type 'microsoft.graph.{}'.",
                of.name
            )));
        };
        declared = find(&known.kind);
    }
    None
}

pub(crate) fn list(collection: &'static Collection, site: &mut Site<'_>, call: &Call) -> Outcome {
    let filter = filter(call, collection)?;
    let order = order(call, collection)?;
    let size = call.query.top(1000)?.unwrap_or(1000);
    let asked = asked(call, collection)?;
    let from = position(call)?.map(|place| place.parse::<usize>().map_err(|_| bad_token())).transpose()?;
    let skip = call.query.get("$skip").and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    let counts = call.query.wants_count();
    let tenant = &*site.tenant;
    let listed = view(site, call, Shown::Listed);
    let visible = |item: &&Item| {
        let Some(filter) = &filter else { return true };
        let mut entity = entity(collection, item, &View { version: Version::Beta, ..view(site, call, Shown::Single) });
        // `isof` asks for the type, also where an answer leaves it unsaid.
        entity.insert("@odata.type".into(), Value::from(collection.kind_of(item).odata_type()));
        filter.matches(&entity)
    };
    let items = tenant.items(collection.name).values();
    let hidden = |item: &Item| collection.beta_kinds == BetaKinds::Hidden && collection.kind_of(item).beta;
    let items = items.filter(|item| call.version == Version::Beta || !hidden(item));
    let items = items.filter(|item| is_alive(collection, item, call.now));
    let mut items: Vec<&Item> = items.filter(visible).collect();
    items.sort_by_key(|item| item.sequence);
    if !order.is_empty() {
        let mut sorted: Vec<(Object, &Item)> =
            items.into_iter().map(|item| (entity(collection, item, &listed), item)).collect();
        sorted.sort_by(|(left, _), (right, _)| compare(&order, left, right));
        items = sorted.into_iter().map(|(_, item)| item).collect();
    }
    let places: Vec<String> = (1..=items.len()).map(|place| place.to_string()).collect();
    let rows = places.iter().map(String::as_str).zip(&items).skip(from.unwrap_or(skip));
    Ok(page(call, rows, size, counts.then_some(items.len()), |item| shown(call, collection, item, &listed, &asked)))
}

pub(crate) fn get(collection: &'static Collection, site: &mut Site<'_>, call: &Call) -> Outcome {
    let item = found(site.tenant, collection, call)?;
    Ok(call.entity(200, shown(call, collection, item, &view(site, call, Shown::Single), &asked(call, collection)?)))
}
