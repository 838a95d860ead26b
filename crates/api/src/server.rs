//! Starting and stopping.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Condition, from_fn};
use actix_web::{App, Error, HttpServer, web};
use tokio::task::JoinHandle;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::scope::scope;

use crate::extract::State;
use crate::middleware::authenticate::authenticate;
use crate::middleware::compress::compress;
use crate::middleware::context::context;
use crate::middleware::cors::cors;
use crate::middleware::head::head;
use crate::middleware::idempotency::idempotency;
use crate::middleware::rate_limit::rate_limit;
use crate::openapi::Document;
use crate::routes;
use crate::state::AppState;

/// How often clients that went quiet are forgotten.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// A server that takes requests.
pub struct Server {
    address: SocketAddr,
    handle: ServerHandle,
    serving: JoinHandle<io::Result<()>>,
    sweeping: JoinHandle<()>,
}

impl Server {
    /// Begins to take requests on the listener. Signals are left to the caller. To be called within a Tokio runtime.
    pub fn start(listener: TcpListener, state: AppState) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let state = web::Data::new(state);
        let document = web::Data::new(Document::new());
        let grace = state.settings.shutdown_grace.as_secs();
        let (sweep_of, threads) = (state.clone(), state.settings.threads);
        let mut server = HttpServer::new(move || application(state.clone(), document.clone()))
            .disable_signals()
            .shutdown_timeout(grace)
            .listen(listener)?;
        if let Some(threads) = threads {
            server = server.workers(threads);
        }
        let server = server.run();
        let handle = server.handle();
        Ok(Self {
            address,
            handle,
            serving: tokio::spawn(server),
            sweeping: tokio::spawn(sweep(sweep_of)),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no new requests, and returns when those under way are answered or the grace is over.
    pub async fn stop(mut self) -> io::Result<()> {
        self.handle.stop(true).await;
        self.ended().await
    }

    /// Waits until the server has ended by itself, which it does only where something is badly wrong.
    pub async fn ended(&mut self) -> io::Result<()> {
        let outcome = (&mut self.serving).await;
        self.sweeping.abort();
        outcome.map_err(io::Error::other)?
    }
}

/// The routes with everything around them. What comes before the scope is outside of limiter and authentication.
fn application(
    state: State,
    document: web::Data<Document>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let with_bench = state.settings.bench_routes;
    let origins = state.settings.cors_origins.clone();
    App::new()
        .app_data(state)
        .app_data(document)
        .configure(routes::docs::routes)
        .configure(|config| {
            if with_bench {
                config.service(routes::bench::constant);
            }
        })
        .default_service(web::to(routes::fallback::answer_unknown))
        .into_utoipa_app()
        .configure(routes::open)
        .service(
            scope("")
                .wrap(from_fn(idempotency))
                .wrap(from_fn(authenticate))
                .wrap(from_fn(rate_limit))
                .configure(routes::api),
        )
        .into_app()
        .wrap(Condition::new(!origins.is_empty(), cors(&origins)))
        .wrap(from_fn(head))
        .wrap(from_fn(context))
        .wrap(from_fn(compress))
}

async fn sweep(state: State) {
    let Some(limiter) = &state.limiter else {
        return;
    };
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    loop {
        ticks.tick().await;
        limiter.forget_idle();
    }
}
