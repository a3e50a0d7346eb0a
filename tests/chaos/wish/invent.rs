//! New things of each kind.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;

use super::{Key, Kind, Manner, Members, Row, Thing, What, Whom, Wish};

const WORDS: [&str; 8] = ["Sales", "Kiosk", "Berlin", "Pilot", "Shared", "Standard", "Warehouse", "Reception"];
pub(super) const TAGS: [&str; 4] = ["Sales", "Kiosk", "Berlin", "Pilot"];
const USERS: [&str; 3] = ["adele.vance@contoso.com", "alex.wilber@contoso.com", "megan.bowen@contoso.com"];
pub(super) const MODES: [&str; 2] = ["user_driven", "self_deploying"];
pub(super) const PLATFORMS: [&str; 2] = ["windows", "macos"];

/// Of how many rows a map of rows is made.
const IDENTIFIERS: u32 = 6;

/// What an OEM has registered before anything is configured.
pub(crate) const FROM_OEM: [&str; 4] = ["OEM0001", "OEM0002", "OEM0003", "OEM0004"];

impl Wish {
    /// What a tenant begins with: some of each kind, and so many devices in two imports.
    pub(crate) fn invent(rng: &mut Rng, devices: u32) -> Wish {
        let mut wish = Wish::default();
        for (kind, number) in [
            (Kind::Tag, 2),
            (Kind::Group, 5),
            (Kind::Filter, 2),
            (Kind::Profile, 3),
            (Kind::Page, 2),
            (Kind::Preparation, 1),
            (Kind::Identifiers, 2),
            (Kind::Import, 2),
        ] {
            for _ in 0..number {
                wish.add(rng, kind);
            }
        }
        let imports = wish.keys(Kind::Import);
        for number in 0..devices {
            let serial = wish.serial_number();
            let row = row(rng);
            let import = imports[number as usize % imports.len()];
            wish.rows_of(import).insert(serial, row);
        }
        for serial in FROM_OEM {
            let tag = Some(pick(rng, &TAGS).to_owned());
            wish.rows_of(imports[0]).insert(serial.to_owned(), Row { hashed: false, tag, user: None });
        }
        wish
    }

    /// Adds something of that kind, and what it cannot be without.
    pub(super) fn add(&mut self, rng: &mut Rng, kind: Kind) -> Key {
        let what = match kind {
            Kind::Tag => What::Tag,
            Kind::Filter => What::Filter { maker: pick(rng, &WORDS).to_owned(), platform: PLATFORMS[0] },
            Kind::Group => What::Group(self.members(rng)),
            Kind::Profile => What::Profile { mode: pick(rng, &MODES), template: self.template(rng) },
            Kind::Page => What::Page { minutes: rng.u32(1..=1440) },
            Kind::Preparation => {
                let prepared = |(_, thing): &(Key, &Thing)| matches!(thing.what, What::Group(Members::Prepared));
                let found = self.of(Kind::Group).find(prepared).map(|(key, _)| key);
                let group = found.unwrap_or_else(|| self.put(rng, What::Group(Members::Prepared)));
                What::Preparation { group, minutes: rng.u32(15..=720) }
            }
            Kind::Identifiers => {
                let rows = (0..IDENTIFIERS).map(|_| (self.identifier(), pick(rng, &WORDS).to_owned()));
                What::Identifiers(rows.collect())
            }
            Kind::Import => What::Import(BTreeMap::new()),
        };
        self.put(rng, what)
    }

    fn put(&mut self, rng: &mut Rng, what: What) -> Key {
        let key = self.next();
        let name = format!("{} {key}", pick(rng, &WORDS));
        let mut thing = Thing {
            label: format!("a{key}"),
            name,
            description: self.description(rng),
            // Terraform deletes what is gone before it changes what has used it, and Intune keeps a filter that is in use.
            before_destroy: matches!(what, What::Filter { .. }) || rng.u8(..) < 40,
            tags: BTreeSet::new(),
            targets: None,
            what,
        };
        if thing.kind().has_scope_tags() && rng.bool() {
            thing.tags = rng.choice(self.keys(Kind::Tag)).into_iter().collect();
        }
        if thing.kind().is_assigned() && rng.u8(..) < 230 {
            thing.targets = Some(BTreeMap::new());
            for _ in 0..rng.usize(0..4) {
                self.aim(rng, &mut thing);
            }
        }
        self.things.insert(key, thing);
        key
    }

    /// One more target, or another manner of one, such as its kind of policy takes.
    pub(super) fn aim(&self, rng: &mut Rng, thing: &mut Thing) {
        let kind = thing.kind();
        let whom = match rng.u8(0..12) {
            0 if kind == Kind::Page => Whom::AllDevices,
            0 if kind == Kind::Profile && !self.has_all_devices() => Whom::AllDevices,
            1 if kind != Kind::Profile => Whom::AllUsers,
            _ => match rng.choice(self.keys(Kind::Group)) {
                Some(group) => Whom::Group(group),
                None => return,
            },
        };
        let targets = thing.targets.get_or_insert_default();
        let mut manner = Manner::default();
        if kind == Kind::Profile {
            // Intune refuses groups that are excluded from All Devices.
            let all = targets.contains_key(&Whom::AllDevices) || whom == Whom::AllDevices;
            manner.excluded = !all && rng.bool();
            if all {
                targets.retain(|_, manner| !manner.excluded);
            }
        }
        if kind == Kind::Page && rng.u8(..) < 80 {
            // A filter is of the platform of what it narrows.
            let windows = |(_, thing): &(Key, &Thing)| matches!(thing.what, What::Filter { platform: "windows", .. });
            let filters: Vec<_> = self.of(Kind::Filter).filter(windows).map(|(key, _)| key).collect();
            manner.filter = rng.choice(filters).map(|filter| (filter, rng.bool()));
        }
        targets.insert(whom, manner);
    }

    /// One profile at most is assigned to All Devices.
    fn has_all_devices(&self) -> bool {
        let holds = |thing: &Thing| thing.targets.as_ref().is_some_and(|all| all.contains_key(&Whom::AllDevices));
        self.of(Kind::Profile).any(|(_, profile)| holds(profile))
    }

    fn members(&mut self, rng: &mut Rng) -> Members {
        match rng.u8(0..4) {
            0 => Members::Assigned(None),
            1 => Members::Assigned(Some(format!("nick{}", self.next()))),
            2 => Members::Tagged(pick(rng, &TAGS).to_owned()),
            _ => Members::Prepared,
        }
    }

    pub(super) fn template(&mut self, rng: &mut Rng) -> String {
        format!("{}{}%SERIAL%", pick(rng, &["A", "BE", "KI"]), rng.u8(10..99))
    }

    pub(super) fn description(&mut self, rng: &mut Rng) -> Option<String> {
        rng.bool().then(|| format!("For {} {}", pick(rng, &WORDS), self.next()))
    }

    pub(super) fn identifier(&mut self) -> String {
        format!("Contoso,Book 5,{:06}", self.next())
    }

    pub(super) fn serial_number(&mut self) -> String {
        format!("FLEET{:04}", self.next())
    }

    pub(super) fn rows_of(&mut self, import: Key) -> &mut BTreeMap<String, Row> {
        match self.things.get_mut(&import).map(|thing| &mut thing.what) {
            Some(What::Import(rows)) => rows,
            _ => panic!("{import} is no import"),
        }
    }

    pub(super) fn identifiers_of(&mut self, key: Key) -> &mut BTreeMap<String, String> {
        match self.things.get_mut(&key).map(|thing| &mut thing.what) {
            Some(What::Identifiers(rows)) => rows,
            _ => panic!("{key} has no identifiers"),
        }
    }
}

pub(super) fn row(rng: &mut Rng) -> Row {
    let tag = rng.bool().then(|| pick(rng, &TAGS).to_owned());
    let user = (rng.u8(..) < 60).then(|| pick(rng, &USERS));
    Row { hashed: true, tag, user }
}

pub(super) fn pick<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(..of.len())]
}
