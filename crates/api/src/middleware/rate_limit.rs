//! So many requests a minute for each client address.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use domain::time::Timestamp;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::client_ip::{client_ip, limited_as};
use crate::error::ApiError;
use crate::state::AppState;

/// Counts requests by client address. The quota refills evenly: a client that has been quiet may send a minute's worth
/// at once, and then one each time a request's share of the minute is over.
pub struct Limiter {
    requests: RateLimiter<IpAddr, DefaultKeyedStateStore<IpAddr>, DefaultClock, StateInformationMiddleware>,
    clock: DefaultClock,
    per_minute: NonZeroU32,
}

/// Where a client stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Requests a minute.
    limit: u32,
    /// Requests that may follow at once.
    remaining: u32,
    /// Until the full quota is there again; when refused, until the next request is allowed.
    reset: Duration,
    /// Whether this request is allowed.
    allowed: bool,
}

impl Limiter {
    /// A limiter; none for 0 requests a minute, which means no limit.
    pub fn new(per_minute: u32) -> Option<Self> {
        let per_minute = NonZeroU32::new(per_minute)?;
        let clock = DefaultClock::default();
        let store = DefaultKeyedStateStore::default();
        let requests = RateLimiter::new(Quota::per_minute(per_minute), store, clock.clone());
        Some(Self {
            requests,
            clock,
            per_minute,
        })
    }

    /// Counts a request.
    fn check(&self, client: IpAddr) -> Standing {
        let limit = self.per_minute.get();
        match self.requests.check_key(&client) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let share = Duration::from_mins(1) / limit;
                Standing {
                    limit,
                    remaining,
                    reset: share.saturating_mul(limit.saturating_sub(remaining)),
                    allowed: true,
                }
            }
            Err(refusal) => Standing {
                limit,
                remaining: 0,
                reset: refusal.wait_time_from(self.clock.now()),
                allowed: false,
            },
        }
    }

    /// Forgets clients whose quota is full again. To be called now and then.
    pub fn forget_idle(&self) {
        self.requests.retain_recent();
        self.requests.shrink_to_fit();
    }
}

/// Refuses clients that send too much; says to all where they stand.
pub async fn rate_limit<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let Some(standing) = count(&request) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let now = now(&request);
    let mut response = if standing.allowed {
        next.call(request).await?.map_into_left_body()
    } else {
        let retry_after = Duration::from_secs(whole_seconds(standing.reset));
        request
            .error_response(ApiError::RateLimited { retry_after })
            .map_into_right_body()
    };
    add_headers(response.headers_mut(), standing, now);
    Ok(response)
}

fn count(request: &ServiceRequest) -> Option<Standing> {
    let state = request.app_data::<web::Data<AppState>>()?;
    let limiter = state.limiter.as_ref()?;
    let peer = request.peer_addr()?.ip().to_canonical();
    let forwarded_for = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok());
    let client = client_ip(peer, forwarded_for, &state.settings.trusted_proxies);
    Some(limiter.check(limited_as(client)))
}

fn now(request: &ServiceRequest) -> Option<Timestamp> {
    request
        .app_data::<web::Data<AppState>>()
        .map(|state| state.clock.now())
}

/// Both styles: the customary one, and the draft of the IETF (`draft-ietf-httpapi-ratelimit-headers`).
fn add_headers(headers: &mut HeaderMap, standing: Standing, now: Option<Timestamp>) {
    let seconds = whole_seconds(standing.reset);
    let Standing { limit, remaining, .. } = standing;
    put(headers, "x-ratelimit-limit", &limit.to_string());
    put(headers, "x-ratelimit-remaining", &remaining.to_string());
    if let Some(now) = now {
        let reset_at = now.plus(Duration::from_secs(seconds)).unix_seconds();
        put(headers, "x-ratelimit-reset", &reset_at.to_string());
    }
    put(
        headers,
        "ratelimit-policy",
        &format!("\"default\";q={limit};w=60"),
    );
    put(
        headers,
        "ratelimit",
        &format!("\"default\";r={remaining};t={seconds}"),
    );
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// Rounded up: who waits so long is not refused again.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn a_client_is_refused_after_its_quota_and_others_are_not() {
        let limiter = Limiter::new(2).unwrap();
        let (one, other) = (
            Ipv4Addr::new(192, 0, 2, 1).into(),
            Ipv4Addr::new(192, 0, 2, 2).into(),
        );
        assert_eq!(limiter.check(one).remaining, 1);
        assert_eq!(limiter.check(one).remaining, 0);
        let refused = limiter.check(one);
        assert!(
            !refused.allowed && refused.reset > Duration::from_secs(25),
            "{refused:?}"
        );
        assert!(limiter.check(other).allowed);
    }

    #[test]
    fn zero_means_no_limit() {
        assert!(Limiter::new(0).is_none());
    }
}
