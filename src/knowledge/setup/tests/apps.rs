use super::*;

fn app(targets: Vec<Target>) -> App {
    App {
        name: "VPN".into(),
        id: Some("app".into()),
        runs_as_user: Some(false),
        assigned: assigned(targets),
        ..App::default()
    }
}

fn script(targets: Vec<Target>) -> Script {
    let (name, id) = ("Debloat".into(), Some("script".into()));
    Script { name, id, runs_as_user: Some(false), assigned: assigned(targets) }
}

fn as_(intent: &str, target: Target) -> Target {
    Target { intent: Some(intent.to_owned()), ..target }
}

fn waiting(app: App) -> Setup {
    let blocking_apps = Some(vec!["app".to_owned(), "one that is not given".to_owned()]);
    let page = Page { blocking_apps, ..page("Standard", vec![to_group("kiosks")]) };
    Setup { groups: all([kiosks()]), pages: all([page]), apps: all([app]), ..Setup::default() }
}

#[test]
fn a_page_waits_for_an_app_that_is_not_assigned_to_its_group() {
    let expected = [
        "warning: enrollment status page \"Standard\"",
        "It is to wait for the app \"VPN\", which is not assigned as required to the group \"kiosks\": there it waits for \
         nothing.",
        "Assign the app as required to the same groups, or take it from the blocking apps.",
    ];
    assert_told(&waiting(app(vec![])), &[expected]);
    assert_told(&waiting(app(vec![as_("available", to_group("kiosks"))])), &[expected]);
    for target in [to_group("kiosks"), to(Who::AllDevices), to(Who::AllUsers)] {
        assert_told(&waiting(app(vec![as_("required", target)])), &[]);
    }
}

fn prepared(app: App, script: Script) -> Setup {
    let policy = PreparationPolicy {
        name: "Prepared".into(),
        device_group: Some("prepared devices".into()),
        apps: Some(vec!["app".into()]),
        scripts: Some(vec!["script".into()]),
        assigned: Assigned::default(),
    };
    Setup {
        groups: all([group("Prepared devices", "")]),
        preparation_policies: all([policy]),
        apps: all([app]),
        scripts: all([script]),
        ..Setup::default()
    }
}

#[test]
fn an_app_or_a_script_of_a_policy_that_is_not_assigned_to_its_device_group() {
    let subject = "error: device preparation policy \"Prepared\"";
    let of_app = [
        subject,
        "The app \"VPN\" is not assigned to the device group \"Prepared devices\", so it is skipped.",
        "Assign the app to the device group as required.",
    ];
    let of_script = [
        subject,
        "The script \"Debloat\" is not assigned to the device group \"Prepared devices\", so it is skipped.",
        "Assign the script to the device group.",
    ];
    assert_told(&prepared(app(vec![]), script(vec![to_group("elsewhere")])), &[of_app, of_script]);
    let fits = || to_group("prepared devices");
    assert_told(&prepared(app(vec![as_("required", fits())]), script(vec![fits()])), &[]);
    assert_told(&prepared(app(vec![as_("available", fits())]), script(vec![fits()])), &[of_app]);
}

#[test]
fn an_app_or_a_script_of_a_policy_that_runs_as_the_user() {
    let fits = || vec![to_group("prepared devices")];
    let app = App { runs_as_user: Some(true), ..app(fits()) };
    let script = Script { runs_as_user: Some(true), ..script(fits()) };
    let told = told(&prepared(app, script));
    let problems: Vec<_> = told.iter().map(|[_, problem, remedy]| [problem.as_str(), remedy.as_str()]).collect();
    assert_eq!(
        problems,
        [
            [
                "The app \"VPN\" runs as the user, so it is skipped: no user is signed in yet.",
                "Let the app run as the system."
            ],
            [
                "The script \"Debloat\" runs as the user, so it is skipped: no user is signed in yet.",
                "Let the script run as the system."
            ]
        ]
    );
}
