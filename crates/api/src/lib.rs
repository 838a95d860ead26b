//! The binary `docent` as a library: HTTP, OpenAPI, Swagger UI, command line, configuration.
//!
//! A request flows straight down: route, extractor (who, which ability), operation, storage, answer. Handlers hold no
//! rule and no query; rules are in `domain`, queries in `storage`. Nothing here blocks an async thread: the database
//! and the hashing of files run on blocking threads.
//!
//! | Concern | Modules |
//! |---|---|
//! | The endpoints, one file each | [`routes`] |
//! | What they do, step by step | [`ops`] |
//! | What they take | [`extract`] |
//! | What they answer | [`wire`], [`error`]; as files, [`export`] and [`attachment`] |
//! | What concerns every request | [`middleware`] |
//! | The document of the API | [`openapi`] |
//! | Addresses that carry their own permission | [`signing`], [`public_url`] |
//! | Starting and stopping | [`server`], [`state`] |
//! | The program around it | [`cli`], [`commands`], [`config`], [`telemetry`] |

pub mod attachment;
pub mod cli;
pub mod commands;
pub mod config;
pub mod error;
pub mod export;
pub mod extract;
pub mod middleware;
pub mod openapi;
pub mod ops;
pub mod public_url;
pub mod routes;
pub mod server;
pub mod signing;
pub mod state;
pub mod telemetry;
pub mod wire;
