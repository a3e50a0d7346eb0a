//! A chaos run: the real Terraform over a configuration that people edit, while the service fails, replicates late, and
//! processes are ended. After each phase tenant, state and configuration are held against each other.
//!
//! `cargo test --test chaos -- --rounds 40 --faults 20 --seed 7` runs as long as somebody likes; an ordinary `cargo test`
//! has two rounds. A life is four rounds in one tenant; life number n has the seed plus n, and is lived again by
//! `--rounds 4 --seed` of that.

#![allow(clippy::disallowed_methods, reason = "it sees other processes in real time, as their users do")]
#![cfg_attr(not(target_os = "linux"), allow(dead_code, unused_imports, reason = "it finds processes by /proc"))]

mod compare;
mod ending;
mod figures;
#[path = "../it/terraform/lab.rs"]
#[allow(dead_code, reason = "shared with tests/it")]
mod lab;
mod life;
#[path = "../it/terraform/process.rs"]
mod process;
#[path = "../it/terraform/run.rs"]
#[allow(dead_code, reason = "shared with tests/it")]
mod run;
mod state;
#[path = "../it/terraform/tenant.rs"]
#[allow(dead_code, reason = "shared with tests/it")]
mod tenant;
mod told;
mod view;
mod weather;
mod wish;

use std::{
    path::PathBuf,
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use clap::Parser;

use ending::Ending;
use figures::Figures;
use life::Climate;

/// How many rounds one tenant lives.
const LIFE: u32 = 4;

#[derive(Parser)]
struct Arguments {
    /// How many rounds.
    #[arg(long, default_value_t = 2)]
    rounds: u32,
    /// What all that is random follows, but for the order in which processes run.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Of a hundred requests so many meet a fault.
    #[arg(long, default_value_t = 5.0)]
    faults: f64,
    /// How runs end: any, or one of these.
    #[arg(long, default_value = "any")]
    end: String,
    /// How long Entra takes at most until a write is seen.
    #[arg(long, default_value_t = 1)]
    replication: u64,
    /// How many devices the first configuration has.
    #[arg(long, default_value_t = 24)]
    devices: u32,
    /// How many lives at once.
    #[arg(long, default_value_t = 1)]
    jobs: u32,
    /// A folder for the configuration, state and output of each run.
    #[arg(long)]
    trace: Option<PathBuf>,
    /// What `cargo test` hands to every test.
    #[command(flatten)]
    of_cargo: OfCargo,
}

#[derive(clap::Args)]
struct OfCargo {
    #[arg(hide = true)]
    filter: Vec<String>,
    #[arg(long, short, hide = true)]
    quiet: bool,
    #[arg(long, hide = true)]
    nocapture: bool,
    #[arg(long, hide = true)]
    list: bool,
    #[arg(long, hide = true)]
    exact: bool,
    #[arg(long, hide = true)]
    skip: Vec<String>,
    #[arg(long, hide = true)]
    test_threads: Option<u32>,
}

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let of_cargo = &arguments.of_cargo;
    let is_other =
        !of_cargo.filter.is_empty() && !of_cargo.filter.iter().any(|filter| "chaos".contains(filter.as_str()));
    if is_other || of_cargo.list || of_cargo.skip.iter().any(|skip| "chaos".contains(skip.as_str())) {
        return ExitCode::SUCCESS;
    }
    say(&format!("seed {}", arguments.seed));
    let figures = run_all(&arguments);
    say(&format!("\nseed {}\n{figures}", arguments.seed));
    if figures.are_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}

fn run_all(arguments: &Arguments) -> Figures {
    let ending = (arguments.end != "any").then(|| {
        <Ending as clap::ValueEnum>::from_str(&arguments.end, true).unwrap_or_else(|why| panic!("--end: {why}"))
    });
    let climate = |rounds| Climate {
        rounds,
        devices: arguments.devices,
        faults: arguments.faults,
        ending,
        replication: arguments.replication,
        trace: arguments.trace.clone(),
    };
    let lives = arguments.rounds.div_ceil(LIFE);
    let next = AtomicU32::new(0);
    let all = Mutex::new(Figures::default());
    thread::scope(|scope| {
        for _ in 0..arguments.jobs {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= lives {
                        break;
                    }
                    let rounds = (arguments.rounds - number * LIFE).min(LIFE);
                    let figures = life::live(arguments.seed + u64::from(number), &climate(rounds));
                    all.lock().expect("no life has panicked").add(figures);
                }
            });
        }
    });
    all.into_inner().expect("no life has panicked")
}

/// Says it to whoever looks on.
#[expect(clippy::print_stdout, reason = "its output is what it is run for")]
fn say(what: &str) {
    println!("{what}");
}
