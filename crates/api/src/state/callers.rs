//! Callers who were found good a moment ago.
//!
//! A client sends many requests with one token; the database is asked once a second. What changes tokens or members on
//! this node calls [`Callers::forget_all`], so that it counts from the next request on; what happens elsewhere counts
//! within [`GOOD_FOR`].

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::access::Principal;
use domain::time::Timestamp;
use domain::token::TokenHash;

/// How long a caller is believed.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// More callers than this within a second are looked up each time.
const MOST: usize = 10_000;

/// Callers by their tokens.
#[derive(Debug, Default)]
pub struct Callers {
    known: RwLock<HashMap<TokenHash, Known>>,
    /// Counts changes. What was looked up before a change is no longer believed, even if it comes in after it.
    changes: AtomicU64,
}

#[derive(Debug, Clone)]
struct Known {
    principal: Arc<Principal>,
    until: Timestamp,
    changes: u64,
}

/// The state of the changes when a look-up began.
#[derive(Debug, Clone, Copy)]
pub struct Epoch(u64);

impl Callers {
    /// To be taken before a look-up begins.
    pub fn epoch(&self) -> Epoch {
        Epoch(self.changes.load(Ordering::Acquire))
    }

    /// The caller, if found good less than a second ago.
    pub fn find(&self, token: &TokenHash, now: Timestamp) -> Option<Arc<Principal>> {
        let Epoch(changes) = self.epoch();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let entry = known.get(token)?;
        let is_good = entry.changes == changes && now < entry.until;
        is_good.then(|| Arc::clone(&entry.principal))
    }

    /// Remembers a caller who was found good by a look-up that began in that epoch.
    pub fn remember(&self, token: TokenHash, principal: Arc<Principal>, epoch: Epoch, now: Timestamp) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        let entry = Known {
            principal,
            until: now.plus(GOOD_FOR),
            changes: epoch.0,
        };
        known.insert(token, entry);
    }

    /// To be called after tokens or members were changed.
    pub fn forget_all(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use domain::ability::AbilitySet;
    use domain::access::Scope;
    use domain::id::{TokenId, UserId};
    use domain::token::PlainToken;

    use super::*;

    fn principal() -> Arc<Principal> {
        Arc::new(Principal {
            user: UserId(1),
            token: TokenId::generate(),
            abilities: AbilitySet::all(),
            token_workspace: None,
            scope: Scope::default(),
        })
    }

    #[test]
    fn a_caller_is_believed_for_a_second_and_until_something_changes() {
        let callers = Callers::default();
        let token = PlainToken::mint([1; 32]).hash();
        let now: Timestamp = "2026-03-04T12:00:00Z".parse().unwrap();
        assert!(callers.find(&token, now).is_none());
        callers.remember(token, principal(), callers.epoch(), now);
        assert!(
            callers
                .find(&token, now.plus(Duration::from_millis(999)))
                .is_some()
        );
        assert!(callers.find(&token, now.plus(Duration::from_secs(1))).is_none());
        callers.forget_all();
        assert!(callers.find(&token, now).is_none());
    }

    #[test]
    fn what_was_looked_up_before_a_change_is_not_believed_after_it() {
        let callers = Callers::default();
        let token = PlainToken::mint([1; 32]).hash();
        let now: Timestamp = "2026-03-04T12:00:00Z".parse().unwrap();
        let epoch = callers.epoch();
        callers.forget_all();
        callers.remember(token, principal(), epoch, now);
        assert!(callers.find(&token, now).is_none());
    }
}
