//! Terraform core, so far as a provider can see it: the processes it starts, what it asks them and in which order.
//!
//! Facts: Terraform's `internal/terraform` (`node_resource_abstract_instance.go`, `node_resource_apply_instance.go`,
//! `node_resource_import.go`, `upgrade_resource_state.go`) and `internal/plugin6/grpc_provider.go`.

use autopilot::value::Value;

use super::{
    model::show,
    outcome::Action,
    process::{Import, Instance, Plan, Process, Told},
};

/// What an apply left behind.
pub(super) struct Applied {
    pub(super) action: Action,
    pub(super) instance: Option<Instance>,
    pub(super) errors: Vec<String>,
}

/// One core with its settings for the provider.
pub(super) struct Core {
    environment: Vec<(String, String)>,
    one_process: bool,
    process: Option<Process>,
}

impl Core {
    /// A core as it is: each phase has a process of its own.
    pub(super) fn new(environment: Vec<(String, String)>) -> Core {
        Core { environment, one_process: false, process: None }
    }

    /// One that does everything in one process, to be quick.
    pub(super) fn in_one_process(environment: Vec<(String, String)>) -> Core {
        Core { one_process: true, ..Core::new(environment) }
    }

    /// Begins a phase.
    pub(super) async fn phase(&mut self) -> &mut Process {
        if !self.one_process {
            self.end().await;
        }
        if self.process.is_none() {
            self.process = Some(Process::start(&self.environment).await);
        }
        self.process.as_mut().expect("it was started")
    }

    /// Ends the process that is running. It says nothing that core would show to a user.
    pub(super) async fn end(&mut self) {
        if let Some(Process { plugin, channel, .. }) = self.process.take() {
            let ended = plugin.shutdown(channel).await;
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            assert!(!ended.stderr.contains("panic"), "{}", ended.stderr);
        }
    }

    /// `terraform apply` for one resource; no configuration is a destroy.
    pub(super) async fn apply(&mut self, name: &str, config: &Value, instance: Option<Instance>) -> Told<Applied> {
        let process = self.phase().await;
        let prior = match &instance {
            Some(instance) => process.refresh(name, instance).await?,
            None => None,
        };
        if !config.is_null() {
            process.validate(name, config).await?;
        }
        if config.is_null() && prior.is_none() {
            return Ok(Applied { action: Action::Nothing, instance: None, errors: Vec::new() });
        }
        let plan = process.plan(name, config, prior.as_ref()).await?;

        let process = self.phase().await;
        let (held, errors) = match plan.action {
            Action::Nothing => (prior, Vec::new()),
            Action::Delete => process.apply(name, config, prior, &plan).await,
            Action::Create | Action::Update => {
                let plan = process.replan(name, config, prior.as_ref(), plan.action, &plan).await?;
                process.apply(name, config, prior, &plan).await
            }
            Action::Replace => {
                let identity = prior.as_ref().map_or(Value::Null, |prior| prior.identity.clone());
                let gone =
                    Plan { action: Action::Delete, planned: Value::Null, private: plan.private.clone(), identity };
                match process.apply(name, &Value::Null, prior, &gone).await {
                    (None, _) => {
                        let plan = process.replan(name, config, None, Action::Create, &plan).await?;
                        process.apply(name, config, None, &plan).await
                    }
                    kept => kept,
                }
            }
        };
        let instance = held.map(|held| process.store(name, &held));
        Ok(Applied { action: plan.action, instance, errors })
    }

    /// Holds that nothing is left to do: a refresh finds what was stored, and a plan shows no change.
    pub(super) async fn assert_no_change(&mut self, name: &str, config: &Value, instance: &Instance) {
        let process = self.phase().await;
        let stored = process.upgrade(name, instance).await.expect("the state is readable");
        let held = process.refresh(name, instance).await.expect("it is read").expect("it is there");
        assert_eq!(show(&held.value), show(&stored), "{name}: a refresh right after finds something else");
        let plan = process.plan(name, config, Some(&held)).await.expect("it is planned");
        assert_eq!(show(&plan.planned), show(&held.value), "{name}: a second plan shows a change");
        assert_eq!(plan.action, Action::Nothing);
    }

    /// `terraform import`: the state of what is named, refreshed.
    pub(super) async fn import(&mut self, name: &str, wanted: &Import) -> Told<Instance> {
        let process = self.phase().await;
        let imported = process.import(name, wanted).await?;
        let imported = process.store(name, &imported);
        let held = process.refresh(name, &imported).await?.expect("what was imported is there");
        Ok(process.store(name, &held))
    }
}
