//! What people do to a configuration from one day to the next.

use fastrand::Rng;

use super::{
    Key, Kind, Members, Thing, What, Whom, Wish,
    invent::{MODES, PLATFORMS, TAGS, pick, row},
};

type Edit = fn(&mut Wish, &mut Rng) -> Option<String>;

/// All of them. One that finds nothing to do says so by None.
const EDITS: [Edit; 18] = [
    rename_without_moved,
    call_differently,
    describe_differently,
    aim_differently,
    aim_at_one_more,
    aim_at_nothing,
    turn_exclusion_over,
    tag_differently,
    make_anew,
    turn_order_of_replacement,
    remove,
    add,
    add_twin,
    change_settings,
    move_rows,
    change_rows,
    write_serial_numbers_in_other_case,
    change_identifiers,
];

/// Makes so many edits, and tells them.
pub(crate) fn edit(wish: &mut Wish, rng: &mut Rng, number: u32) -> Vec<String> {
    let mut told = Vec::new();
    while told.len() < number as usize {
        told.extend(pick(rng, &EDITS)(wish, rng));
    }
    told
}

impl Wish {
    fn any(&self, rng: &mut Rng, fits: impl Fn(&Thing) -> bool) -> Option<Key> {
        let found: Vec<_> = self.things.iter().filter(|(_, thing)| fits(thing)).map(|(key, _)| *key).collect();
        rng.choice(found)
    }

    fn change(&mut self, key: Key, change: impl FnOnce(&mut Thing)) -> Option<String> {
        let thing = self.things.get_mut(&key)?;
        change(thing);
        Some(thing.address())
    }
}

fn rename_without_moved(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let key = wish.any(rng, |_| true)?;
    let number = wish.next();
    let before = wish.things[&key].address();
    let after = wish.change(key, |thing| {
        thing.label = format!("b{number}");
        match &mut thing.what {
            // Entra has no two groups with one nickname, and Intune no two scope tags of one name.
            What::Group(Members::Assigned(Some(nickname))) => *nickname = format!("nick{number}"),
            What::Tag => thing.name = format!("Tag {number}"),
            _ => {}
        }
    })?;
    Some(format!("{before} is called {after}"))
}

fn call_differently(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let key = wish.any(rng, |thing| thing.kind().rows().is_none())?;
    let number = wish.next();
    let at = wish.change(key, |thing| thing.name = format!("Renamed {number}"))?;
    Some(format!("{at} has another name"))
}

fn describe_differently(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let key = wish.any(rng, |thing| thing.kind().rows().is_none())?;
    let description = wish.description(rng);
    let at = wish.change(key, |thing| thing.description = description)?;
    Some(format!("{at} has another description"))
}

fn aim_differently(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let key = wish.any(rng, |thing| thing.kind().is_assigned())?;
    let mut thing = wish.things[&key].clone();
    thing.targets = Some(Default::default());
    for _ in 0..rng.usize(1..4) {
        wish.aim(rng, &mut thing);
    }
    let at = thing.address();
    wish.things.insert(key, thing);
    Some(format!("{at} has other targets"))
}

fn aim_at_one_more(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let key = wish.any(rng, |thing| thing.targets.is_some())?;
    let mut thing = wish.things[&key].clone();
    wish.aim(rng, &mut thing);
    let at = thing.address();
    wish.things.insert(key, thing);
    Some(format!("{at} has a further target"))
}

fn aim_at_nothing(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let key = wish.any(rng, |thing| thing.targets.as_ref().is_some_and(|targets| !targets.is_empty()))?;
    let at = wish.change(key, |thing| thing.targets = Some(Default::default()))?;
    Some(format!("{at} has no target"))
}

fn turn_exclusion_over(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let turnable = |thing: &Thing| {
        let targets = thing.targets.as_ref();
        thing.kind() == Kind::Profile
            && targets.is_some_and(|all| !all.is_empty() && !all.contains_key(&Whom::AllDevices))
    };
    let key = wish.any(rng, turnable)?;
    let whom = rng.choice(wish.things[&key].targets.iter().flatten().map(|(whom, _)| *whom).collect::<Vec<_>>())?;
    let at = wish.change(key, |thing| {
        if let Some(manner) = thing.targets.as_mut().and_then(|targets| targets.get_mut(&whom)) {
            manner.excluded = !manner.excluded;
        }
    })?;
    Some(format!("{at} turns an inclusion or an exclusion over"))
}

fn tag_differently(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let key = wish.any(rng, |thing| thing.kind().has_scope_tags())?;
    let tag = wish.any(rng, |thing| thing.kind() == Kind::Tag)?;
    let at = wish.change(key, |thing| {
        if !thing.tags.remove(&tag) {
            thing.tags.insert(tag);
        }
    })?;
    Some(format!("{at} has other scope tags"))
}

/// Changes what Graph cannot change, so that the object is made anew.
fn make_anew(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let key = wish.any(rng, |thing| matches!(thing.kind(), Kind::Profile | Kind::Filter))?;
    let is_used = wish.things.values().any(|other| other.refers_to(key));
    if is_used && wish.things[&key].kind() == Kind::Filter {
        // One of another platform would not fit, and Intune deletes none that is in use.
        return None;
    }
    let at = wish.change(key, |thing| match &mut thing.what {
        What::Profile { mode, .. } => *mode = if *mode == MODES[0] { MODES[1] } else { MODES[0] },
        What::Filter { platform, .. } => {
            *platform = if *platform == PLATFORMS[0] { PLATFORMS[1] } else { PLATFORMS[0] }
        }
        _ => {}
    })?;
    wish.anew.insert(at.clone());
    Some(format!("{at} is to be made anew"))
}

fn turn_order_of_replacement(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let key = wish.any(rng, |thing| thing.kind() != Kind::Filter)?;
    let at = wish.change(key, |thing| thing.before_destroy = !thing.before_destroy)?;
    Some(format!("{at} turns create_before_destroy over"))
}

fn remove(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let key = wish.any(rng, |_| true)?;
    let needed = |thing: &Thing| matches!(thing.what, What::Preparation { group, .. } if group == key);
    let kind = wish.things[&key].kind();
    if wish.things.values().any(needed) || wish.keys(kind).len() == 1 {
        return None;
    }
    let gone = wish.things.remove(&key)?;
    for thing in wish.things.values_mut() {
        thing.tags.remove(&key);
        if let Some(targets) = &mut thing.targets {
            targets.remove(&Whom::Group(key));
            for manner in targets.values_mut() {
                manner.filter = manner.filter.filter(|(filter, _)| *filter != key);
            }
        }
    }
    Some(format!("{} is removed", gone.address()))
}

fn add(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let kind = pick(rng, &Kind::ALL);
    let key = wish.add(rng, kind);
    if kind == Kind::Import {
        for _ in 0..rng.usize(1..6) {
            let (serial, row) = (wish.serial_number(), row(rng));
            wish.rows_of(key).insert(serial, row);
        }
    }
    Some(format!("{} is added", wish.things[&key].address()))
}

/// A second one that is equal in all: neither may be taken for the other.
fn add_twin(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let single = |thing: &Thing| {
        let named = matches!(thing.what, What::Tag | What::Group(Members::Assigned(Some(_))));
        let everywhere = thing.targets.as_ref().is_some_and(|targets| targets.contains_key(&Whom::AllDevices));
        thing.kind().rows().is_none() && !named && !everywhere
    };
    let key = wish.any(rng, single)?;
    let number = wish.next();
    let mut twin = wish.things[&key].clone();
    twin.label = format!("c{number}");
    let told = format!("{} is a twin of {}", twin.address(), wish.things[&key].address());
    wish.things.insert(number, twin);
    Some(told)
}

fn change_settings(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let own = |thing: &Thing| {
        matches!(thing.what, What::Filter { .. } | What::Profile { .. } | What::Page { .. } | What::Preparation { .. })
            || matches!(&thing.what, What::Group(Members::Tagged(_)))
    };
    let key = wish.any(rng, own)?;
    let (template, minutes) = (wish.template(rng), rng.u32(15..=720));
    let tag = pick(rng, &TAGS).to_owned();
    let at = wish.change(key, |thing| match &mut thing.what {
        What::Filter { maker, .. } => *maker = format!("Maker {minutes}"),
        What::Profile { template: old, .. } => *old = template,
        What::Page { minutes: old } | What::Preparation { minutes: old, .. } => *old = minutes,
        What::Group(Members::Tagged(old)) => *old = tag,
        _ => {}
    })?;
    Some(format!("{at} has other settings"))
}

fn move_rows(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let kind = pick(rng, &[Kind::Import, Kind::Import, Kind::Identifiers]);
    let mut ends = wish.keys(kind);
    rng.shuffle(&mut ends);
    let [from, to, ..] = ends.as_slice() else { return None };
    let (from, to) = (*from, *to);
    let number = rng.usize(1..8);
    let moved = if kind == Kind::Import {
        let rows: Vec<_> = wish.rows_of(from).keys().take(number).cloned().collect();
        for serial in &rows {
            let row = wish.rows_of(from).remove(serial)?;
            wish.rows_of(to).insert(serial.clone(), row);
        }
        rows.len()
    } else {
        let rows: Vec<_> = wish.identifiers_of(from).keys().take(number).cloned().collect();
        for key in &rows {
            let row = wish.identifiers_of(from).remove(key)?;
            wish.identifiers_of(to).insert(key.clone(), row);
        }
        rows.len()
    };
    let (from, to) = (wish.things[&from].address(), wish.things[&to].address());
    (moved > 0).then(|| format!("{moved} rows move from {from} to {to}"))
}

fn change_rows(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let key = wish.any(rng, |thing| thing.kind() == Kind::Import)?;
    let serials: Vec<_> = wish.rows_of(key).keys().cloned().collect();
    let (mut added, mut dropped, mut changed) = (0, 0, 0);
    for serial in serials.iter().take(rng.usize(0..9)) {
        if rng.u8(0..4) == 0 {
            wish.rows_of(key).remove(serial);
            dropped += 1;
        } else {
            let hashed = wish.rows_of(key)[serial].hashed;
            let new = super::Row { hashed, ..row(rng) };
            wish.rows_of(key).insert(serial.clone(), new);
            changed += 1;
        }
    }
    for _ in 0..rng.usize(0..3) {
        let (serial, row) = (wish.serial_number(), row(rng));
        wish.rows_of(key).insert(serial, row);
        added += 1;
    }
    let at = wish.things[&key].address();
    (added + dropped + changed > 0).then(|| format!("{at}: {added} rows added, {dropped} dropped, {changed} changed"))
}

fn write_serial_numbers_in_other_case(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let key = wish.any(rng, |thing| thing.kind() == Kind::Import)?;
    let rows = std::mem::take(wish.rows_of(key));
    let number = rows.len();
    let turned = |serial: String| {
        if serial == serial.to_uppercase() { serial.to_lowercase() } else { serial.to_uppercase() }
    };
    *wish.rows_of(key) = rows.into_iter().map(|(serial, row)| (turned(serial), row)).collect();
    let at = wish.things[&key].address();
    (number > 0).then(|| format!("{at}: {number} serial numbers in other case"))
}

fn change_identifiers(wish: &mut Wish, rng: &mut Rng) -> Option<String> {
    let key = wish.any(rng, |thing| thing.kind() == Kind::Identifiers)?;
    let rows: Vec<_> = wish.identifiers_of(key).keys().cloned().collect();
    let number = wish.next();
    if let Some(dropped) = rng.choice(&rows) {
        wish.identifiers_of(key).remove(dropped);
    }
    if let Some(described) = rng.choice(&rows) {
        wish.identifiers_of(key).insert(described.clone(), format!("Room {number}"));
    }
    let new = wish.identifier();
    wish.identifiers_of(key).insert(new, format!("Room {number}"));
    Some(format!("{} has other identifiers", wish.things[&key].address()))
}
