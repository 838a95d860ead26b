//! The ledger: no job is lost, none is done by two.

use std::collections::HashSet;
use std::thread;
use std::time::Duration;

use domain::id::{InviteId, JobId, ParsingId, ResultId};
use domain::job::{LeasedJob, Task};
use domain::time::Timestamp;
use storage::jobs::{Claim, Counts, Failure, Kind, MAX_ATTEMPTS, MAX_LOST_LEASES};
use storage::{AnyConnection, Error, jobs, users};
use testkit::databases::{TestDb, at};

use crate::scene::{Tenant, read, tenant, write};

testkit::both![
    a_job_is_claimed_when_its_time_has_come,
    concurrent_claims_hand_out_each_job_once,
    kinds_are_taken_in_the_order_of_preference,
    a_job_that_is_done_is_gone,
    a_crashed_workers_job_is_taken_up_again,
    a_renewed_lease_is_kept,
    whoever_lost_the_lease_writes_nothing,
    a_failed_job_is_retried_later_and_later_until_it_is_dead,
    a_job_that_takes_its_worker_down_each_time_is_dead_at_last,
    a_job_outlasts_a_long_failure_of_the_machinery,
    a_job_handed_back_is_claimed_anew_and_nothing_is_counted,
    a_job_that_can_never_be_done_is_dead_at_once,
    jobs_for_mail_are_left_to_those_who_send_mail,
    an_idle_worker_learns_when_the_next_job_is_due,
];

const LEASE: Duration = Duration::from_secs(30);

fn parse() -> Task {
    Task::Parse {
        parsing_id: ParsingId::generate(),
    }
}

fn extract() -> Task {
    Task::Extract {
        result_id: ResultId::generate(),
    }
}

fn enqueue(db: &TestDb, tenant: &Tenant, task: Task, run_at: u64) -> JobId {
    write(db, |c| {
        jobs::enqueue(c, tenant.workspace.id, task, at(run_at), at(0))
    })
}

fn claim_at(db: &TestDb, now: Timestamp, limit: usize) -> Claim {
    write(db, |c| jobs::claim(c, "worker", &Kind::ALL, limit, LEASE, now))
}

fn claim_one(db: &TestDb, now: Timestamp) -> LeasedJob {
    let mut claim = claim_at(db, now, 1);
    assert_eq!((claim.jobs.len(), claim.dead.len()), (1, 0));
    claim.jobs.remove(0)
}

fn claims_nothing(db: &TestDb, now: Timestamp) {
    assert_eq!(claim_at(db, now, 9), Claim::default());
}

fn counts(db: &TestDb) -> Counts {
    read(db, jobs::count_of_all_tenants)
}

fn a_job_is_claimed_when_its_time_has_come(db: &TestDb) {
    let ada = tenant(db, "ada");
    let task = parse();
    let id = enqueue(db, &ada, task, 10);
    claims_nothing(db, at(9));
    let job = claim_one(db, at(10));
    assert_eq!((job.id, job.task, job.attempt), (id, task, 1));
    assert_eq!(job.workspace_id, ada.workspace.id);
    assert_eq!(job.lease_expires_at, at(40));
    claims_nothing(db, at(39));
}

fn concurrent_claims_hand_out_each_job_once(db: &TestDb) {
    let ada = tenant(db, "ada");
    for _ in 0..60 {
        enqueue(db, &ada, parse(), 1);
    }
    let claim_until_none = || {
        let mut claimed = Vec::new();
        loop {
            // On PostgreSQL a claim may come back empty because others hold what is left: look again.
            let batch = claim_at(db, at(2), 3);
            if batch.jobs.is_empty() && counts(db).waiting == 0 {
                return claimed;
            }
            claimed.extend(batch.jobs.into_iter().map(|job| job.id));
        }
    };
    let claimed: Vec<JobId> = thread::scope(|scope| {
        let workers: Vec<_> = (0..6).map(|_| scope.spawn(claim_until_none)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    assert_eq!(claimed.len(), 60);
    assert_eq!(claimed.into_iter().collect::<HashSet<_>>().len(), 60);
}

fn kinds_are_taken_in_the_order_of_preference(db: &TestDb) {
    let ada = tenant(db, "ada");
    let early = enqueue(db, &ada, parse(), 1);
    let late = enqueue(db, &ada, extract(), 2);
    let claim = |kinds: &[Kind], limit| {
        let claim = write(db, |c| jobs::claim(c, "worker", kinds, limit, LEASE, at(3)));
        claim.jobs.into_iter().map(|job| job.id).collect::<Vec<_>>()
    };
    assert_eq!(claim(&[Kind::Ingest], 9), []);
    assert_eq!(claim(&[Kind::Extract, Kind::Parse], 1), [late]);
    assert_eq!(claim(&[Kind::Extract, Kind::Parse], 9), [early]);
}

fn a_job_that_is_done_is_gone(db: &TestDb) {
    let ada = tenant(db, "ada");
    enqueue(db, &ada, parse(), 1);
    let job = claim_one(db, at(1));
    assert_eq!(counts(db).running, 1);
    write(db, |c| jobs::finish(c, &job));
    assert_eq!(counts(db), Counts::default());
    let again = db.db.write_blocking(|c| jobs::finish(c, &job));
    assert!(matches!(again, Err(Error::LeaseLost)), "{again:?}");
}

fn a_crashed_workers_job_is_taken_up_again(db: &TestDb) {
    let ada = tenant(db, "ada");
    enqueue(db, &ada, parse(), 1);
    let crashed = claim_one(db, at(1));
    claims_nothing(db, at(30));
    let again = claim_one(db, at(31));
    assert_eq!((again.id, again.task), (crashed.id, crashed.task));
    assert_eq!(again.attempt, 1, "a lost lease is no failed attempt");
    assert_ne!(again.lease, crashed.lease);
}

fn a_renewed_lease_is_kept(db: &TestDb) {
    let ada = tenant(db, "ada");
    enqueue(db, &ada, parse(), 1);
    let job = claim_one(db, at(1));
    assert_eq!(write(db, |c| jobs::renew(c, &job, LEASE, at(25))), at(55));
    claims_nothing(db, at(54));
    claim_one(db, at(55));
    let renewed = db.db.write_blocking(|c| jobs::renew(c, &job, LEASE, at(56)));
    assert!(matches!(renewed, Err(Error::LeaseLost)), "{renewed:?}");
}

fn whoever_lost_the_lease_writes_nothing(db: &TestDb) {
    let ada = tenant(db, "ada");
    enqueue(db, &ada, parse(), 1);
    let slow = claim_one(db, at(1));
    let quick = claim_one(db, at(31));
    let email = "found@example.org".parse().unwrap();
    let work = |c: &mut AnyConnection, job: &LeasedJob| {
        users::insert(c, &email, &"Found".parse().unwrap(), at(32))?;
        jobs::finish(c, job)
    };
    let lost = db.db.write_blocking(|c| work(c, &slow));
    assert!(matches!(lost, Err(Error::LeaseLost)), "{lost:?}");
    assert_eq!(read(db, |c| users::find_by_email(c, &email)), None);
    for end in [
        |c: &mut AnyConnection, job: &LeasedJob| jobs::fail(c, job, "late", at(33)).map(drop),
        |c: &mut AnyConnection, job: &LeasedJob| jobs::release(c, job, at(33)),
    ] {
        let lost = db.db.write_blocking(|c| end(c, &slow));
        assert!(matches!(lost, Err(Error::LeaseLost)), "{lost:?}");
    }
    write(db, |c| work(c, &quick));
    assert!(read(db, |c| users::find_by_email(c, &email)).is_some());
}

fn a_failed_job_is_retried_later_and_later_until_it_is_dead(db: &TestDb) {
    let ada = tenant(db, "ada");
    enqueue(db, &ada, parse(), 0);
    let mut now = at(0);
    let mut last_delay = between(at(0), at(0));
    for attempt in 1..MAX_ATTEMPTS {
        let job = claim_one(db, now);
        assert_eq!(job.attempt, attempt);
        let failure = write(db, |c| jobs::fail(c, &job, "no\0memory", now));
        let Failure::RetryAt(next) = failure else {
            panic!("dead after {attempt} attempts");
        };
        let delay = between(now, next);
        assert!(delay > last_delay, "{delay:?} after {last_delay:?}");
        claims_nothing(db, next.minus(Duration::from_micros(1)));
        (now, last_delay) = (next, delay);
    }
    let job = claim_one(db, now);
    assert_eq!(
        write(db, |c| jobs::fail(c, &job, "no memory", now)),
        Failure::Dead
    );
    assert_eq!(
        counts(db),
        Counts {
            dead: 1,
            ..Counts::default()
        }
    );
    claims_nothing(db, at(1_000_000));
}

/// The time between two instants.
fn between(from: Timestamp, to: Timestamp) -> Duration {
    (to.as_datetime() - from.as_datetime()).to_std().unwrap()
}

fn a_job_that_takes_its_worker_down_each_time_is_dead_at_last(db: &TestDb) {
    let ada = tenant(db, "ada");
    let task = parse();
    let id = enqueue(db, &ada, task, 0);
    let mut now = at(0);
    for _ in 0..=MAX_LOST_LEASES {
        claim_one(db, now);
        now = now.plus(LEASE);
    }
    let claim = claim_at(db, now, 1);
    assert_eq!(claim.jobs, []);
    let [dead] = claim.dead.as_slice() else {
        panic!("{claim:?}");
    };
    assert_eq!(
        (dead.id, dead.task, dead.workspace_id),
        (id, task, ada.workspace.id)
    );
    assert_eq!(counts(db).dead, 1);
    claims_nothing(db, now.plus(LEASE));
}

fn a_job_handed_back_is_claimed_anew_and_nothing_is_counted(db: &TestDb) {
    let ada = tenant(db, "ada");
    enqueue(db, &ada, parse(), 0);
    for round in 0..=u64::from(MAX_LOST_LEASES) {
        let job = claim_one(db, at(round));
        assert_eq!(job.attempt, 1);
        write(db, |c| jobs::release(c, &job, at(round)));
    }
}

fn a_job_outlasts_a_long_failure_of_the_machinery(db: &TestDb) {
    let ada = tenant(db, "ada");
    enqueue(db, &ada, parse(), 0);
    let mut now = at(0);
    for _ in 0..MAX_LOST_LEASES {
        let job = claim_one(db, now);
        assert_eq!(job.attempt, 1, "nothing that the job is to blame for");
        let failure = write(db, |c| jobs::hand_back(c, &job, "no store", now));
        let Failure::RetryAt(next) = failure else {
            panic!("dead at {now}");
        };
        claims_nothing(db, next.minus(Duration::from_micros(1)));
        now = next;
    }
    assert!(between(at(0), now) > Duration::from_mins(30));
    let job = claim_one(db, now);
    let failure = write(db, |c| jobs::hand_back(c, &job, "no store", now));
    assert_eq!(failure, Failure::Dead);
    let refused = db
        .db
        .write_blocking(|c| jobs::hand_back(c, &job, "no store", now));
    assert!(matches!(refused, Err(Error::LeaseLost)), "{refused:?}");
}

fn a_job_that_can_never_be_done_is_dead_at_once(db: &TestDb) {
    let ada = tenant(db, "ada");
    enqueue(db, &ada, parse(), 0);
    let job = claim_one(db, at(0));
    let failure = write(db, |c| jobs::abandon(c, &job, "nobody lives there", at(1)));
    assert_eq!((failure, counts(db).dead), (Failure::Dead, 1));
    claims_nothing(db, at(1_000_000));
    let refused = db
        .db
        .write_blocking(|c| jobs::abandon(c, &job, "nobody lives there", at(2)));
    assert!(matches!(refused, Err(Error::LeaseLost)), "{refused:?}");
}

fn jobs_for_mail_are_left_to_those_who_send_mail(db: &TestDb) {
    let ada = tenant(db, "ada");
    let mail = Task::Mail {
        invite_id: InviteId(7),
        generation: 2,
    };
    enqueue(db, &ada, mail, 0);
    let claim = |kinds: &[Kind]| write(db, |c| jobs::claim(c, "worker", kinds, 9, LEASE, at(1))).jobs;
    assert_eq!(claim(&Kind::WITHOUT_MAIL), []);
    assert_eq!(claim(&Kind::ALL)[0].task, mail);
}

fn an_idle_worker_learns_when_the_next_job_is_due(db: &TestDb) {
    let ada = tenant(db, "ada");
    let next = |kinds: &[Kind]| read(db, |c| jobs::next_due_of_all_tenants(c, kinds));
    assert_eq!(next(&Kind::ALL), None);
    enqueue(db, &ada, parse(), 20);
    enqueue(db, &ada, extract(), 10);
    assert_eq!(next(&Kind::ALL), Some(at(10)));
    assert_eq!(next(&[Kind::Parse]), Some(at(20)));
    claim_one(db, at(10));
    assert_eq!(next(&[Kind::Extract]), Some(at(40)), "the end of the lease");
}
