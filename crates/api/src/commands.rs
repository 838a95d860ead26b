//! What the program does: one module a command.

mod config;
mod database;
mod demo;
mod eval;
mod extract;
mod fit;
mod migrate;
mod node;
mod ocr_child;
mod openapi;
mod parse;
mod parse_child;
mod serve;
mod token;
mod user;
mod worker;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;

use crate::cli::{Cli, Command};
use crate::config::Settings;
use crate::telemetry;

/// How long threads that cannot be stopped are waited for at the end of the process.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// Does what the command line says. Errors are for the person at the terminal.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let command = match cli.command {
        // Children get no environment and read no configuration.
        Command::ParseChild { memory } => return parse_child::run(memory),
        Command::OcrChild {
            memory,
            models,
            tesseract,
        } => return ocr_child::run(memory, models, tesseract),
        command => command,
    };
    let settings = Settings::load(cli.options, cli.config.as_deref())?;
    match command {
        Command::ParseChild { memory } => parse_child::run(memory),
        Command::OcrChild {
            memory,
            models,
            tesseract,
        } => ocr_child::run(memory, models, tesseract),
        Command::Openapi => openapi::run(),
        Command::Config => config::run(&settings),
        Command::Extract(arguments) => extract::run(&arguments, &settings),
        Command::Parse(arguments) => parse::run(&arguments, &settings),
        Command::Eval(arguments) => eval::run(&arguments, &settings),
        Command::Fit(arguments) => fit::run(&arguments, &settings),
        Command::Serve => with_log(&settings, serve::run(settings.clone())),
        Command::Worker => with_log(&settings, worker::run(settings.clone())),
        Command::Migrate => migrate::run(&settings),
        Command::Demo(arguments) => block_on(demo::run(&arguments, settings)),
        Command::User(command) => block_on(user::run(command, &settings)),
        Command::Token(command) => block_on(token::run(command, &settings)),
    }
}

fn with_log(
    settings: &Settings,
    command: impl Future<Output = anyhow::Result<ExitCode>>,
) -> anyhow::Result<ExitCode> {
    telemetry::init(&settings.log, settings.log_format)?;
    block_on(command)
}

fn block_on(command: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("cannot start the runtime")?;
    let done = runtime.block_on(command);
    // A document that is still being parsed or extracted was given its grace; its job is handed back.
    runtime.shutdown_timeout(LAST_WAIT);
    done
}
