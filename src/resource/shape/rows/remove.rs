//! Deletes rows.

use std::collections::BTreeMap;

use super::add::Outcome;
use super::row::{ADOPTED, ID, IMPORTED, ORIGIN, fold, rows_of};
use super::single;
use crate::{
    graph::{Call, segment},
    resource::{
        Cx, Result,
        shape::table::{Rows, Single},
        shared,
        wishes::Fate,
    },
    value::{Name, Value},
};

/// Deletes those of the rows that were made here, and that no other resource of this run wants.
pub(super) async fn remove<'a>(cx: &Cx, rows: impl Iterator<Item = (&'a Name, &'a Value)>) -> Result<()> {
    let spec = cx.spec();
    let (version, path) = spec.versioned_collection();
    let made = rows.filter(|(_, row)| row.get(ORIGIN).as_str() != Some(ADOPTED));
    let shared = shared::keys(&cx.private);
    let made = made.filter_map(|(key, row)| Some((fold(key), row.get(ID).as_str()?)));
    let made: BTreeMap<_, _> = made.filter(|(key, _)| !shared.contains(key)).collect();
    let Some(holder) = cx.holder().filter(|_| !made.is_empty()) else { return Ok(()) };
    cx.wait_for_others().await?;
    let going = holder.let_go(made.keys().map(String::as_str)).to_remove;
    let calls: Vec<_> =
        going.iter().map(|key| Call::delete(format!("{path}/{}", segment(made[key.as_str()])))).collect();
    let mut refused = Ok(());
    for (key, sent) in going.iter().zip(cx.graph()?.send_many(version, &calls).await) {
        match sent {
            Ok(_) => holder.removed(key, Fate::Gone),
            Err(error) if error.is_not_found() => holder.removed(key, Fate::Gone),
            Err(error) => {
                let is_refused = error.status().is_some_and(|status| status < 500);
                holder.removed(key, if is_refused { Fate::Stayed } else { Fate::Unsure });
                refused = refused.and(Err(error));
            }
        }
    }
    Ok(refused?)
}

/// Where another thing took the place of one that was made here, that one is of nothing any more.
pub(super) async fn remove_stale(
    (rows, of_one): (&Rows, &Single),
    cx: &Cx,
    prior: &Value,
    outcome: &Outcome,
) -> Result<()> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let (version, path) = spec.versioned_collection();
    let stale = rows_of(rows, prior).filter_map(|(key, row)| {
        let (id, there) = (row.get(ID).as_str()?, outcome.there.get(&fold(key))?.0.get(ID)?.as_str()?);
        let is_ours = row.get(ORIGIN).as_str() == Some(IMPORTED) && id != there;
        let config = cx.config.get(rows.attribute).get(key);
        (is_ours && single::is_another(of_one, &cx.private, key, config))
            .then(|| Call::delete(format!("{path}/{}", segment(id))))
    });
    for sent in graph.send_many(version, &stale.collect::<Vec<_>>()).await {
        match sent {
            Err(error) if !error.is_not_found() => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
