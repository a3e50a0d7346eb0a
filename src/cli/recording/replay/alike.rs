//! Objects that differ in nothing but texts are told apart by what refers to them, in whichever order a run makes them.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Value as Json, json};

use super::{Call, Line, Replay};
use crate::cli::recording::{address::taken_apart, form::Exchange, redact::Redactor};

const GROUPS: &str = "/v1.0/groups";
const PROFILES: &str = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles";
const PAGES: &str = "/beta/deviceManagement/deviceEnrollmentConfigurations";

/// What answers: the service, or a replay.
type Ask<'a> = &'a mut dyn FnMut(&str, &str, Json) -> (u16, Json);

/// A service that has an object at each path.
#[derive(Default)]
struct Service {
    objects: BTreeMap<String, Json>,
    rng: Rng,
}

impl Service {
    fn ask(&mut self, method: &str, path: &str, body: Json) -> (u16, Json) {
        let plain = path.trim_end_matches("?$expand=assignments");
        let rows = |objects: &BTreeMap<String, Json>, at: &str| {
            let below = objects.iter().filter(|(path, _)| path.starts_with(&format!("{at}/assignments/")));
            below.map(|(_, row)| row.clone()).collect::<Vec<_>>()
        };
        match (method, plain.strip_suffix("/assign"), plain.strip_suffix("/assignments")) {
            ("POST", Some(page), _) => {
                self.objects.retain(|path, _| !path.starts_with(&format!("{page}/assignments/")));
                for row in body["assignments"].as_array().unwrap() {
                    self.assign(page, row);
                }
                (204, Json::Null)
            }
            ("POST", _, Some(owner)) => (201, self.assign(owner, &body)),
            ("GET", _, Some(owner)) => (200, json!({"value": rows(&self.objects, owner)})),
            ("POST", ..) => {
                let id = format!("a{:07x}-0000-4000-8000-{:012x}", self.rng.u32(..1 << 28), self.rng.u64(..1 << 48));
                let mut made = body;
                made["id"] = id.clone().into();
                made["securityIdentifier"] = format!("S-1-12-1-{}", self.rng.u32(..)).into();
                self.objects.insert(format!("{plain}/{id}"), made.clone());
                (201, made)
            }
            ("GET", ..) => match self.objects.get(plain) {
                Some(object) => {
                    let mut object = object.clone();
                    if plain != path {
                        object["assignments"] = rows(&self.objects, plain).into();
                    }
                    (200, object)
                }
                None => (404, json!({"error": {"code": "ResourceNotFound"}})),
            },
            _ => {
                self.objects.retain(|path, _| !path.starts_with(plain));
                (204, Json::Null)
            }
        }
    }

    fn assign(&mut self, owner: &str, row: &Json) -> Json {
        let mut made = row.clone();
        let group = row["target"]["groupId"].as_str().unwrap();
        let id = format!("{}_{group}_0", owner.rsplit('/').next().unwrap());
        made["id"] = id.clone().into();
        self.objects.insert(format!("{owner}/assignments/{id}"), made.clone());
        made
    }
}

/// What a run wants: which groups each profile and each page is assigned to.
struct Wish {
    groups: usize,
    profiles: Vec<Vec<usize>>,
    pages: Vec<Vec<usize>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Group(usize),
    SeeGroup(usize),
    Profile(usize),
    SeeProfile(usize),
    /// The nth group of a profile.
    Assign(usize, usize),
    Page(usize),
    AssignPage(usize),
}

impl Wish {
    fn steps(&self) -> Vec<Step> {
        let groups = (0..self.groups).flat_map(|each| [Step::Group(each), Step::SeeGroup(each)]);
        let profiles = self.profiles.iter().enumerate().flat_map(|(each, groups)| {
            let assign = (0..groups.len()).map(move |nth| Step::Assign(each, nth));
            [Step::Profile(each), Step::SeeProfile(each)].into_iter().chain(assign)
        });
        let pages = (0..self.pages.len()).flat_map(|each| [Step::Page(each), Step::AssignPage(each)]);
        groups.chain(profiles).chain(pages).collect()
    }

    fn needs(&self, step: Step) -> Vec<Step> {
        let seen = |groups: &[usize]| groups.iter().map(|each| Step::SeeGroup(*each)).collect();
        match step {
            Step::Group(_) => Vec::new(),
            Step::SeeGroup(each) => vec![Step::Group(each)],
            Step::Profile(each) => seen(&self.profiles[each]),
            Step::SeeProfile(each) => vec![Step::Profile(each)],
            Step::Assign(each, 0) => vec![Step::SeeProfile(each)],
            Step::Assign(each, nth) => vec![Step::Assign(each, nth - 1)],
            Step::Page(each) => seen(&self.pages[each]),
            Step::AssignPage(each) => vec![Step::Page(each)],
        }
    }
}

/// One run: makes all, reads all and deletes all, in an order of its own.
struct Client<'a> {
    wish: &'a Wish,
    name: &'a str,
    rng: Rng,
    ids: BTreeMap<String, String>,
}

impl Client<'_> {
    fn run(wish: &Wish, name: &str, seed: u64, ask: Ask<'_>) {
        let mut client = Client { wish, name, rng: Rng::with_seed(seed), ids: BTreeMap::new() };
        let (mut left, mut done) = (wish.steps(), Vec::new());
        while !left.is_empty() {
            let is_ready = |at: &usize| wish.needs(left[*at]).iter().all(|need| done.contains(need));
            let ready: Vec<usize> = (0..left.len()).filter(is_ready).collect();
            let step = left.remove(ready[client.rng.usize(..ready.len())]);
            client.take(step, ask);
            done.push(step);
        }
        client.look(ask);
        client.delete(ask);
    }

    fn id(&self, collection: &str, number: usize) -> String {
        self.ids[&format!("{collection} {number}")].clone()
    }

    fn path(&self, collection: &str, number: usize) -> String {
        format!("{collection}/{}", self.id(collection, number))
    }

    fn title(&self, collection: &str, number: usize) -> String {
        let short = collection.rsplit('/').next().unwrap();
        format!("{} {short} {number}", self.name)
    }

    fn make(&mut self, collection: &str, number: usize, ask: Ask<'_>) {
        let title = self.title(collection, number);
        let nickname = format!("n{:08x}", self.rng.u32(..));
        let body = json!({"displayName": title, "mailNickname": nickname, "enabled": true});
        let (status, made) = ask("POST", collection, body);
        assert_eq!((status, &made["displayName"], &made["mailNickname"]), (201, &json!(title), &json!(nickname)));
        self.ids.insert(format!("{collection} {number}"), made["id"].as_str().unwrap().to_owned());
    }

    fn target(&self, group: usize) -> Json {
        json!({"target": {"groupId": self.id(GROUPS, group)}})
    }

    fn take(&mut self, step: Step, ask: Ask<'_>) {
        match step {
            Step::Group(each) => self.make(GROUPS, each, ask),
            Step::SeeGroup(each) => {
                let (status, group) = ask("GET", &self.path(GROUPS, each), Json::Null);
                assert_eq!((status, &group["displayName"]), (200, &json!(self.title(GROUPS, each))));
            }
            Step::Profile(each) => self.make(PROFILES, each, ask),
            Step::SeeProfile(each) => {
                let path = format!("{}/assignments", self.path(PROFILES, each));
                assert_eq!(ask("GET", &path, Json::Null), (200, json!({"value": []})));
            }
            Step::Assign(each, nth) => {
                let path = format!("{}/assignments", self.path(PROFILES, each));
                assert_eq!(ask("POST", &path, self.target(self.wish.profiles[each][nth])).0, 201, "{step:?}");
            }
            Step::Page(each) => self.make(PAGES, each, ask),
            Step::AssignPage(each) => {
                let mut rows: Vec<Json> = self.wish.pages[each].iter().map(|group| self.target(*group)).collect();
                self.rng.shuffle(&mut rows);
                let path = format!("{}/assign", self.path(PAGES, each));
                assert_eq!(ask("POST", &path, json!({ "assignments": rows })).0, 204, "{step:?}");
            }
        }
    }

    /// Each object is the one that was made, and is assigned to the groups that it was assigned to.
    fn look(&mut self, ask: Ask<'_>) {
        let assigned = |all: &[Vec<usize>]| all.iter().cloned().enumerate().collect::<Vec<_>>();
        let mut each: Vec<(&str, usize, Vec<usize>)> =
            (0..self.wish.groups).map(|group| (GROUPS, group, vec![])).collect();
        each.extend(assigned(&self.wish.profiles).into_iter().map(|(at, groups)| (PROFILES, at, groups)));
        each.extend(assigned(&self.wish.pages).into_iter().map(|(at, groups)| (PAGES, at, groups)));
        self.rng.shuffle(&mut each);
        for (collection, number, groups) in each {
            let option = if collection == GROUPS { "" } else { "?$expand=assignments" };
            let (status, object) = ask("GET", &format!("{}{option}", self.path(collection, number)), Json::Null);
            assert_eq!((status, &object["displayName"]), (200, &json!(self.title(collection, number))));
            let rows = object["assignments"].as_array().into_iter().flatten();
            let mut told: Vec<_> = rows.map(|row| row["target"]["groupId"].as_str().unwrap().to_owned()).collect();
            let mut expected: Vec<_> = groups.iter().map(|group| self.id(GROUPS, *group)).collect();
            told.sort();
            expected.sort();
            assert_eq!(told, expected);
        }
    }

    fn delete(&mut self, ask: Ask<'_>) {
        let of = |collection: &'static str, count: usize| (0..count).map(move |each| (collection, each));
        let mut owners: Vec<_> =
            of(PROFILES, self.wish.profiles.len()).chain(of(PAGES, self.wish.pages.len())).collect();
        let mut groups: Vec<_> = of(GROUPS, self.wish.groups).collect();
        self.rng.shuffle(&mut owners);
        self.rng.shuffle(&mut groups);
        for (collection, number) in owners.into_iter().chain(groups) {
            assert_eq!(ask("DELETE", &self.path(collection, number), Json::Null).0, 204);
        }
    }
}

/// What a run on the service leaves in a file.
fn recorded(wish: &Wish, seed: u64) -> Vec<Line> {
    let mut service = Service { rng: Rng::with_seed(seed), ..Service::default() };
    let (mut redactor, mut lines) = (Redactor::default(), Vec::new());
    Client::run(wish, "Recorded", seed, &mut |method, target, body| {
        let (status, answer) = service.ask(method, target, body.clone());
        let (path, query) = taken_apart(target);
        let (path, body) = (redactor.path(&path), redactor.json("", &body));
        let said = redactor.json("", &answer);
        let exchange =
            Exchange { method: method.into(), path, query, body, status, answer: said, ..Exchange::default() };
        lines.push(Line::Exchange(exchange));
        (status, answer)
    });
    lines
}

/// Nothing lacks, and nothing is left.
#[track_caller]
fn replays(lines: &[Line], wish: &Wish, seed: u64) {
    let replay = Replay::of(lines.to_vec(), "http://127.0.0.1:1");
    Client::run(wish, "Mine", seed, &mut |method, target, body| {
        let told = replay.with(|state| state.tell(Call::new(method, target, body)));
        assert_eq!(replay.outcome().missing, Vec::<String>::new(), "recorded {seed}");
        (told.status, told.answer)
    });
    assert_eq!(replay.outcome().left, Vec::<String>::new());
}

#[test]
fn alike_objects_are_told_apart_by_what_refers_to_them_in_each_order() {
    let wish = Wish {
        groups: 12,
        profiles: (0..6).map(|each| vec![2 * each, 2 * each + 1]).collect(),
        pages: (0..4).map(|each| vec![each, each + 1]).collect(),
    };
    for recording in 0..2 {
        let lines = recorded(&wish, recording);
        (10..16).for_each(|seed| replays(&lines, &wish, seed));
    }
}

#[test]
fn a_list_of_many_alike_objects_has_any_order() {
    let wish = Wish {
        groups: 9,
        profiles: (0..4).map(|each| vec![2 * each]).collect(),
        pages: vec![(0..9).collect(), (0..7).collect()],
    };
    let lines = recorded(&wish, 0);
    (10..16).for_each(|seed| replays(&lines, &wish, seed));
}

fn exchange(method: &str, path: &str, body: Json, status: u16, answer: Json) -> Line {
    Line::Exchange(Exchange { method: method.into(), path: path.into(), body, status, answer, ..Exchange::default() })
}

/// Two groups, what the service says of them, and a profile that has the second one.
fn two(made: fn(u32) -> Json, read: fn(u32) -> Json) -> Vec<Line> {
    let id = |number: u32| format!("00000000-0000-0000-0000-{number:012}");
    let with_id = |number: u32, mut answer: Json| {
        answer["id"] = id(number).into();
        answer
    };
    let mut lines = Vec::new();
    for number in [1, 2] {
        let body = json!({"displayName": format!("Name {}", number + 10)});
        lines.push(exchange("POST", GROUPS, body, 201, with_id(number, made(number))));
    }
    for number in [1, 2] {
        let path = format!("{GROUPS}/{}", id(number));
        lines.push(exchange("GET", &path, Json::Null, 200, with_id(number, read(number))));
    }
    lines.push(exchange("POST", PROFILES, json!({"groupId": id(2)}), 201, json!({"id": id(3)})));
    lines
}

/// What is told where the first group is read, and then said to be the second one: of the profile, and of that group.
fn swapped(lines: Vec<Line>) -> (u16, Json) {
    let replay = Replay::of(lines, "http://127.0.0.1:1");
    let ask = |method: &str, path: &str, body: Json| {
        let told = replay.with(|state| state.tell(Call::new(method, path, body)));
        (told.status, told.answer)
    };
    let group = ask("POST", GROUPS, json!({"displayName": "Sales"})).1["id"].clone();
    let path = format!("{GROUPS}/{}", group.as_str().unwrap());
    ask("GET", &path, Json::Null);
    let profile = ask("POST", PROFILES, json!({ "groupId": group }));
    let mut read = ask("GET", &path, Json::Null).1;
    assert_eq!(read["id"], group, "it keeps the id that was told");
    (profile.0, read.as_object_mut().unwrap().remove("members").unwrap_or_default())
}

#[test]
fn what_was_read_of_one_object_is_not_told_of_another() {
    let alike = two(|_| json!({}), |_| json!({"members": 5}));
    assert_eq!(swapped(alike), (201, json!(5)));
    let others = two(|_| json!({}), |number| json!({"members": 4 + number}));
    assert_eq!(swapped(others), (501, json!(5)), "it was told to have five");
    let others = two(|number| json!({"isCloud": number == 1}), |_| json!({"members": 5}));
    assert_eq!(swapped(others), (501, json!(5)), "it was made in the cloud");
}

#[test]
fn a_number_that_counts_what_was_made_before_tells_no_objects_apart() {
    let lines = two(|number| json!({"priority": number}), |_| json!({"members": 5}));
    assert_eq!(swapped(lines), (201, json!(5)));
}
