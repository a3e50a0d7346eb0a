//! Tenants beside the two: customers of a service provider.

use super::*;

const ADATUM: &str = "7e4a0000-0000-4000-8000-000000000001";

fn adatum() -> Value {
    json!({"tenants": [{"id": ADATUM, "name": "Adatum", "domain": "adatum.com"}]})
}

impl Rig {
    /// What runs in a tenant that was planted, as the application that it has consented to.
    fn in_tenant<T>(&mut self, tenant: &str, run: impl FnOnce(&mut Rig) -> T) -> T {
        let token = self.sign_in(tenant, CLIENT_ID, CLIENT_SECRET);
        let own = std::mem::replace(&mut self.token, token);
        let result = run(self);
        self.token = own;
        result
    }
}

#[test]
fn one_application_serves_many_tenants_and_each_has_its_own_things() {
    let mut rig = Rig::new();
    assert_eq!(rig.post("/_emulator/seed", &adatum()).0, 200);
    let group = rig.in_tenant("adatum.com", |rig| rig.group("theirs", None));
    assert_eq!(rig.get(&format!("/v1.0/groups/{group}")).0, 404, "it is not Contoso's");
    rig.in_tenant(ADATUM, |rig| {
        assert_eq!(rig.get(&format!("/v1.0/groups/{group}")).0, 200);
        let organization = rig.get("/v1.0/organization").1;
        assert_eq!(values(&organization)[0]["displayName"], json!("Adatum"));
        assert_eq!(values(&organization)[0]["verifiedDomains"][0]["name"], json!("adatum.com"));
        let users = rig.get("/v1.0/users").1;
        assert_eq!(values(&users)[0]["userPrincipalName"], json!("alain.charon@adatum.com"));
    });
    let (status, state) = rig.get("/_emulator/state?tenant=adatum.com");
    assert_eq!((status, &state["groups"][0]["name"]), (200, &json!("theirs")));
}

#[test]
fn a_planted_tenant_is_there_after_a_restart_and_planting_it_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.redb");
    let group = {
        let mut rig = Rig::over(World::open(Some(&file), 0.0).unwrap());
        rig.post("/_emulator/seed", &adatum());
        rig.in_tenant("adatum.com", |rig| rig.group("theirs", None))
    };
    let mut rig = Rig::over(World::open(Some(&file), 0.0).unwrap());
    assert_eq!(rig.post("/_emulator/seed", &adatum()).0, 200);
    rig.in_tenant("adatum.com", |rig| {
        assert_eq!(rig.get(&format!("/v1.0/groups/{group}")).0, 200);
        assert_eq!(values(&rig.get("/v1.0/organization").1)[0]["displayName"], json!("Adatum"));
    });
}

#[test]
fn a_tenant_with_the_domain_of_another_one_or_without_an_id_is_not_planted() {
    let mut rig = Rig::new();
    for (id, domain) in [(ADATUM, "contoso.com"), (TENANT_ID, "adatum.com"), ("adatum", "adatum.com")] {
        let (status, body) = rig.post("/_emulator/seed", &json!({"tenants": [{"id": id, "domain": domain}]}));
        assert_eq!(status, 400, "{id} {domain}: {body}");
    }
}
