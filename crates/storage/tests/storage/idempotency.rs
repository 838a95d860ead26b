//! A key stands for one request: one holds it, its answer is kept, and in the end it is forgotten.

use domain::hash::ContentHash;
use domain::id::{KeyHolder, TokenId};
use domain::name::Name;
use domain::token::TokenHash;
use storage::idempotency::{self, Claim, KeptAnswer, Reservation, Slot};
use storage::tokens::{self, NewToken};
use testkit::databases::{TestDb, at};

use crate::scene::{Tenant, read, tenant, write};

testkit::both![
    of_two_requests_with_a_key_one_is_done,
    a_key_belongs_to_its_token_and_address,
    the_answer_is_kept_for_the_same_request_only,
    what_is_not_known_yet_is_compared_once_it_is,
    a_key_that_was_released_is_free,
    an_abandoned_key_is_taken_over_and_its_former_holder_goes_unheard,
    whoever_may_see_less_finds_no_answers,
    old_keys_are_forgotten,
];

fn token(db: &TestDb, tenant: &Tenant, number: u8) -> TokenId {
    let new = NewToken {
        user_id: tenant.user.id,
        name: Name::lossy("test", "test"),
        hash: TokenHash::from_bytes([number; 32]),
        abilities: "*".parse().unwrap(),
        workspace_id: None,
        expires_at: None,
    };
    write(db, |c| tokens::insert(c, new, at(0))).id
}

fn slot(token: TokenId) -> Slot {
    Slot {
        token,
        route: "POST /workspaces/create".to_owned(),
        key: "k1".to_owned(),
    }
}

fn sent(body: &str) -> ContentHash {
    ContentHash::of(body.as_bytes())
}

/// Held for a minute, kept for a day.
fn claim(fingerprint: impl Into<Option<ContentHash>>, now: u64) -> Claim {
    Claim {
        holder: KeyHolder::generate(),
        fingerprint: fingerprint.into(),
        in_flight_until: at(now + 60),
        expires_at: at(now + 86_400),
    }
}

fn reserve(db: &TestDb, slot: &Slot, claim: &Claim, now: u64) -> Reservation {
    write(db, |c| idempotency::reserve(c, slot, claim, at(now)))
}

fn answer(body: &str) -> KeptAnswer {
    KeptAnswer {
        fingerprint: ContentHash::of(body.as_bytes()),
        status: 201,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: b"{\"id\":1}\0".to_vec(),
    }
}

fn complete(db: &TestDb, slot: &Slot, holder: KeyHolder, body: &str) -> bool {
    write(db, |c| idempotency::complete(c, slot, holder, answer(body)))
}

fn of_two_requests_with_a_key_one_is_done(db: &TestDb) {
    let slot = slot(token(db, &tenant(db, "ada"), 1));
    assert_eq!(reserve(db, &slot, &claim(sent("a"), 1), 1), Reservation::Held);
    assert_eq!(reserve(db, &slot, &claim(sent("a"), 2), 2), Reservation::InFlight);
    assert_eq!(reserve(db, &slot, &claim(sent("b"), 2), 2), Reservation::Reused);
    assert_eq!(
        reserve(db, &slot, &claim(None::<ContentHash>, 2), 2),
        Reservation::InFlight
    );
}

fn a_key_belongs_to_its_token_and_address(db: &TestDb) {
    let ada = tenant(db, "ada");
    let first = slot(token(db, &ada, 1));
    let others = [
        slot(token(db, &ada, 2)),
        Slot {
            route: "POST /extractions/sessions".to_owned(),
            ..first.clone()
        },
        Slot {
            key: "K1".to_owned(),
            ..first.clone()
        },
    ];
    assert_eq!(reserve(db, &first, &claim(sent("a"), 1), 1), Reservation::Held);
    for other in others {
        assert_eq!(reserve(db, &other, &claim(sent("b"), 1), 1), Reservation::Held);
    }
}

fn the_answer_is_kept_for_the_same_request_only(db: &TestDb) {
    let slot = slot(token(db, &tenant(db, "ada"), 1));
    let first = claim(sent("a"), 1);
    reserve(db, &slot, &first, 1);
    assert!(!complete(db, &slot, KeyHolder::generate(), "a"));
    assert!(complete(db, &slot, first.holder, "a"));
    let kept = Reservation::Answered(answer("a"));
    assert_eq!(reserve(db, &slot, &claim(sent("a"), 2), 2), kept);
    // Long after it would have been given up as abandoned.
    assert_eq!(reserve(db, &slot, &claim(sent("a"), 9_000), 9_000), kept);
    assert_eq!(reserve(db, &slot, &claim(sent("b"), 2), 2), Reservation::Reused);
    assert!(!write(db, |c| idempotency::release(c, &slot, first.holder)));
}

fn what_is_not_known_yet_is_compared_once_it_is(db: &TestDb) {
    let slot = slot(token(db, &tenant(db, "ada"), 1));
    let first = claim(None::<ContentHash>, 1);
    assert_eq!(reserve(db, &slot, &first, 1), Reservation::Held);
    assert_eq!(reserve(db, &slot, &claim(sent("a"), 2), 2), Reservation::InFlight);
    assert!(complete(db, &slot, first.holder, "a"));
    assert_eq!(reserve(db, &slot, &claim(sent("b"), 3), 3), Reservation::Reused);
    let kept = Reservation::Answered(answer("a"));
    assert_eq!(reserve(db, &slot, &claim(None::<ContentHash>, 3), 3), kept);
}

fn a_key_that_was_released_is_free(db: &TestDb) {
    let slot = slot(token(db, &tenant(db, "ada"), 1));
    let first = claim(sent("a"), 1);
    reserve(db, &slot, &first, 1);
    assert!(!write(db, |c| idempotency::release(
        c,
        &slot,
        KeyHolder::generate()
    )));
    assert!(write(db, |c| idempotency::release(c, &slot, first.holder)));
    assert_eq!(reserve(db, &slot, &claim(sent("b"), 2), 2), Reservation::Held);
}

fn an_abandoned_key_is_taken_over_and_its_former_holder_goes_unheard(db: &TestDb) {
    let slot = slot(token(db, &tenant(db, "ada"), 1));
    let (first, second) = (claim(sent("a"), 1), claim(sent("a"), 61));
    reserve(db, &slot, &first, 1);
    assert_eq!(reserve(db, &slot, &second, 60), Reservation::InFlight);
    assert_eq!(reserve(db, &slot, &claim(sent("b"), 61), 61), Reservation::Reused);
    assert_eq!(reserve(db, &slot, &second, 61), Reservation::Held);
    assert_eq!(
        reserve(db, &slot, &claim(sent("a"), 62), 62),
        Reservation::InFlight
    );
    assert!(!complete(db, &slot, first.holder, "a"));
    assert!(!write(db, |c| idempotency::release(c, &slot, first.holder)));
    assert!(complete(db, &slot, second.holder, "a"));
}

fn whoever_may_see_less_finds_no_answers(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let (hers, his) = (slot(token(db, &ada, 1)), slot(token(db, &bob, 2)));
    for slot in [&hers, &his] {
        let first = claim(sent("a"), 1);
        reserve(db, slot, &first, 1);
        assert!(complete(db, slot, first.holder, "a"));
    }
    // Nor are those kept that are on their way: they are made with what was seen before.
    let begun = Slot {
        key: "k2".to_owned(),
        ..hers.clone()
    };
    let under_way = claim(sent("a"), 1);
    reserve(db, &begun, &under_way, 1);
    let forgotten = write(db, |c| idempotency::forget_of_user(c, ada.user.id));
    assert_eq!(forgotten, 2);
    assert!(!complete(db, &begun, under_way.holder, "a"));
    assert_eq!(reserve(db, &hers, &claim(sent("a"), 2), 2), Reservation::Held);
    let kept = Reservation::Answered(answer("a"));
    assert_eq!(reserve(db, &his, &claim(sent("a"), 2), 2), kept);
}

fn old_keys_are_forgotten(db: &TestDb) {
    let token = token(db, &tenant(db, "ada"), 1);
    let numbered = |number: u64| Slot {
        key: number.to_string(),
        ..slot(token)
    };
    for number in 1..=4 {
        reserve(db, &numbered(number), &claim(sent("a"), number), number);
    }
    let now = 86_400 + 3;
    let any = |now| read(db, |c| idempotency::any_expired_of_all_tokens(c, at(now)));
    assert!(!any(86_400) && any(now));
    let forget = |limit| {
        write(db, |c| {
            idempotency::delete_expired_of_all_tokens(c, at(now), limit)
        })
    };
    assert_eq!((forget(2), forget(2), forget(2)), (2, 1, 0));
    assert_eq!(
        reserve(db, &numbered(1), &claim(sent("b"), now), now),
        Reservation::Held
    );
    // One that nobody swept away yet is no obstacle either.
    let late = now + 9;
    assert_eq!(
        reserve(db, &numbered(4), &claim(sent("b"), late), late),
        Reservation::Held
    );
}
