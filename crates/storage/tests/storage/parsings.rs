//! A document is parsed once under one configuration, and its status keeps step.

use std::thread;

use domain::document::DocumentStatus;
use domain::id::{ChunkId, ParsingId};
use domain::job::Task;
use domain::parsing::{OcrMode, ParseConfig, ParsingStatus};
use storage::{Error, chunks, documents, jobs, parsings};
use testkit::databases::{TestDb, at};

use crate::scene::{PARSER, Tenant, chunk, chunks_of, page, read, tenant, write};

testkit::both![
    a_parsing_is_made_once_with_its_job,
    parsings_that_race_are_one_with_one_job,
    another_configuration_or_parser_is_another_parsing,
    a_failed_parsing_is_tried_again,
    the_document_keeps_step_with_its_parsing,
    a_document_that_was_read_stays_read_whatever_other_configurations_bring,
    a_document_that_cannot_be_read_says_why,
    pages_and_chunks_are_kept_in_order,
    chunks_come_from_the_latest_parsing_that_succeeded,
    a_part_of_the_chunks_is_read_from_where_it_begins,
    a_document_without_text_has_a_list_of_no_chunks,
    a_second_try_replaces_what_the_first_left,
    an_ended_parsing_does_not_change,
    a_foreign_document_is_not_parsed,
    text_with_nul_is_kept,
];

fn ensure(
    db: &TestDb,
    tenant: &Tenant,
    document: domain::id::DocumentId,
    config: &ParseConfig,
) -> (domain::parsing::Parsing, bool) {
    write(db, |c| {
        parsings::ensure(c, tenant.workspace.id, document, config, PARSER, at(3))
    })
}

fn status(
    db: &TestDb,
    tenant: &Tenant,
    document: domain::id::DocumentId,
) -> (DocumentStatus, Option<u32>, Option<String>) {
    let document = read(db, |c| documents::find(c, &tenant.scope, document)).unwrap();
    (document.status, document.page_count, document.error)
}

fn waiting(db: &TestDb) -> u64 {
    read(db, jobs::count_of_all_tenants).waiting
}

fn without_ocr() -> ParseConfig {
    ParseConfig {
        ocr: OcrMode::Off,
        ..ParseConfig::default()
    }
}

fn a_parsing_is_made_once_with_its_job(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let (parsing, queued) = ensure(db, &ada, document.id, &ParseConfig::default());
    assert!(queued);
    assert_eq!(parsing.status, ParsingStatus::Queued);
    assert_eq!(parsing.config_hash, ParseConfig::default().hash(PARSER));
    assert_eq!(
        ensure(db, &ada, document.id, &ParseConfig::default()),
        (parsing.clone(), false)
    );
    assert_eq!(waiting(db), 1);
    let claim = write(db, |c| {
        jobs::claim(
            c,
            "worker",
            &jobs::Kind::ALL,
            9,
            std::time::Duration::from_secs(9),
            at(3),
        )
    });
    assert_eq!(
        claim.jobs[0].task,
        Task::Parse {
            parsing_id: parsing.id
        }
    );
    let work = read(db, |c| parsings::find(c, &ada.scope, parsing.id)).unwrap();
    assert_eq!((work.parsing, work.config), (parsing, ParseConfig::default()));
    assert_eq!(work.document.id, document.id);
}

fn parsings_that_race_are_one_with_one_job(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| ensure(db, &ada, document.id, &ParseConfig::default()));
        }
    });
    let all = read(db, |c| {
        parsings::list_for_documents(c, &ada.scope, &[document.id])
    });
    assert_eq!((all.len(), waiting(db)), (1, 1));
}

fn another_configuration_or_parser_is_another_parsing(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let first = ada.parsing(db, &document);
    let (second, queued) = ensure(db, &ada, document.id, &without_ocr());
    assert!(queued && second.id != first.id);
    let (third, queued) = write(db, |c| {
        let config = ParseConfig::default();
        parsings::ensure(c, ada.workspace.id, document.id, &config, "parser 2", at(9))
    });
    assert!(queued && third.id != first.id);
    let all = read(db, |c| {
        parsings::list_for_documents(c, &ada.scope, &[document.id])
    });
    assert_eq!(all.len(), 3);
    assert_eq!(all[2], third);
}

fn a_failed_parsing_is_tried_again(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let parsing = ada.parsing(db, &document);
    ada.failed(db, &parsing);
    let (again, queued) = ensure(db, &ada, document.id, &ParseConfig::default());
    assert!(queued);
    assert_eq!(
        (again.id, again.status, again.error),
        (parsing.id, ParsingStatus::Queued, None)
    );
    let found = read(db, |c| parsings::find(c, &ada.scope, parsing.id))
        .unwrap()
        .parsing;
    assert_eq!((found.status, found.error), (ParsingStatus::Queued, None));
    assert_eq!(
        status(db, &ada, document.id),
        (DocumentStatus::Queued, None, None)
    );
}

fn the_document_keeps_step_with_its_parsing(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let parsing = ada.parsing(db, &document);
    assert_eq!(status(db, &ada, document.id).0, DocumentStatus::Queued);
    let begin = || {
        write(db, |c| {
            parsings::mark_parsing(c, ada.workspace.id, parsing.id, at(4))
        })
    };
    assert!(begin());
    assert_eq!(status(db, &ada, document.id).0, DocumentStatus::Parsing);
    assert!(begin(), "a second worker begins after the first crashed");
    ada.parsed(db, &parsing);
    assert_eq!(
        status(db, &ada, document.id),
        (DocumentStatus::Parsed, Some(1), None)
    );
}

fn a_document_that_was_read_stays_read_whatever_other_configurations_bring(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let parsing = ada.parsing(db, &document);
    let (other, _) = ensure(db, &ada, document.id, &without_ocr());
    ada.failed(db, &other);
    assert_eq!(
        status(db, &ada, document.id),
        (DocumentStatus::Queued, None, None)
    );
    ada.parsed(db, &parsing);
    let read = (DocumentStatus::Parsed, Some(1), None);
    assert_eq!(status(db, &ada, document.id), read);
    ensure(db, &ada, document.id, &without_ocr());
    assert_eq!(status(db, &ada, document.id), read, "the other is queued again");
    ada.failed(db, &other);
    assert_eq!(status(db, &ada, document.id), read, "and fails again");
}

fn a_document_that_cannot_be_read_says_why(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let parsing = ada.parsing(db, &document);
    ada.failed(db, &parsing);
    let reason = Some("the file is damaged".to_owned());
    assert_eq!(
        status(db, &ada, document.id),
        (DocumentStatus::Failed, None, reason)
    );
}

fn pages_and_chunks_are_kept_in_order(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let parsing = ada.parsing(db, &document);
    // More than one statement takes.
    let pages: Vec<_> = (1..=1200).map(page).collect();
    let pieces: Vec<_> = (0..1200)
        .map(|index| chunk(index, &format!("piece {index}")))
        .collect();
    let done = write(db, |c| {
        parsings::complete(c, ada.workspace.id, parsing.id, &pages, &pieces, at(5))
    });
    assert!(done);
    assert_eq!(read(db, |c| parsings::pages_of(c, &ada.scope, parsing.id)), pages);
    let stored = read(db, |c| chunks_of(c, &ada.scope, document.id));
    let expected_id = ChunkId::derive(document.id, &parsing.config_hash, 0);
    assert_eq!((stored[0].id, stored[0].document_id), (expected_id, document.id));
    let stored: Vec<_> = stored.into_iter().map(|stored| stored.chunk).collect();
    assert_eq!(stored, pieces);
}

fn chunks_come_from_the_latest_parsing_that_succeeded(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let listed = || {
        let stored = read(db, |c| chunks_of(c, &ada.scope, document.id));
        stored
            .into_iter()
            .map(|stored| stored.chunk.text())
            .collect::<Vec<_>>()
    };
    let first = ada.parsing(db, &document);
    assert_eq!(listed(), [""; 0]);
    let complete = |id, text: &str, seconds| {
        write(db, |c| {
            parsings::complete(
                c,
                ada.workspace.id,
                id,
                &[page(1)],
                &[chunk(0, text)],
                at(seconds),
            )
        })
    };
    assert!(complete(first.id, "first", 5));
    let (second, _) = ensure(db, &ada, document.id, &without_ocr());
    assert_eq!(listed(), ["first"]);
    assert!(complete(second.id, "second", 6));
    assert_eq!(listed(), ["second"]);
}

fn a_part_of_the_chunks_is_read_from_where_it_begins(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let find = || read(db, |c| chunks::find_list(c, &ada.scope, document.id));
    let parsing = ada.parsing(db, &document);
    assert_eq!(find(), None);
    let pieces: Vec<_> = (0..5).map(|index| chunk(index, "piece")).collect();
    write(db, |c| {
        parsings::complete(c, ada.workspace.id, parsing.id, &[page(1)], &pieces, at(5))
    });
    let list = find().unwrap();
    assert_eq!(list.length, 5);
    let part = |index, limit| {
        let part = read(db, |c| chunks::list(c, &ada.scope, &list, index, limit));
        part.into_iter()
            .map(|stored| stored.chunk.index)
            .collect::<Vec<_>>()
    };
    assert_eq!(part(0, 2), [0, 1]);
    assert_eq!(part(2, 2), [2, 3]);
    assert_eq!(part(4, 2), [4]);
    assert_eq!(part(5, 2), [0; 0]);
    let stranger = tenant(db, "bob");
    assert_eq!(
        read(db, |c| chunks::find_list(c, &stranger.scope, document.id)),
        None
    );
    assert_eq!(
        read(db, |c| chunks::list(c, &stranger.scope, &list, 0, 9)),
        Vec::new()
    );
}

fn a_document_without_text_has_a_list_of_no_chunks(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let parsing = ada.parsing(db, &document);
    write(db, |c| {
        parsings::complete(c, ada.workspace.id, parsing.id, &[page(1)], &[], at(5))
    });
    let list = read(db, |c| chunks::find_list(c, &ada.scope, document.id)).unwrap();
    assert_eq!(list.length, 0);
    assert_eq!(read(db, |c| chunks::list(c, &ada.scope, &list, 0, 9)), Vec::new());
}

fn a_second_try_replaces_what_the_first_left(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let parsing = ada.parsing(db, &document);
    ada.failed(db, &parsing);
    ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let stored = read(db, |c| chunks_of(c, &ada.scope, document.id));
    assert_eq!(stored.len(), 1);
}

fn an_ended_parsing_does_not_change(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let before = read(db, |c| parsings::find(c, &ada.scope, parsing.id))
        .unwrap()
        .parsing;
    write(db, |c| {
        assert!(!parsings::mark_parsing(c, ada.workspace.id, parsing.id, at(9))?);
        assert!(!parsings::fail(c, ada.workspace.id, parsing.id, "late", at(9))?);
        assert!(!parsings::complete(
            c,
            ada.workspace.id,
            parsing.id,
            &[],
            &[],
            at(9)
        )?);
        assert!(!parsings::fail(
            c,
            ada.workspace.id,
            ParsingId::generate(),
            "nowhere",
            at(9)
        )?);
        Ok(())
    });
    let after = read(db, |c| parsings::find(c, &ada.scope, parsing.id))
        .unwrap()
        .parsing;
    assert_eq!(after, before);
    assert_eq!(status(db, &ada, document.id).0, DocumentStatus::Parsed);
}

fn a_foreign_document_is_not_parsed(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let foreign = bob.document(db, b"1");
    let refused = db.db.write_blocking(|c| {
        parsings::ensure(
            c,
            ada.workspace.id,
            foreign.id,
            &ParseConfig::default(),
            PARSER,
            at(3),
        )
    });
    assert!(matches!(refused, Err(Error::MissingReference)), "{refused:?}");
}

fn text_with_nul_is_kept(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let parsing = ada.parsing(db, &document);
    let odd = chunk(0, "a\u{0}b");
    write(db, |c| {
        parsings::complete(
            c,
            ada.workspace.id,
            parsing.id,
            &[page(1)],
            std::slice::from_ref(&odd),
            at(5),
        )
    });
    let stored = read(db, |c| chunks_of(c, &ada.scope, document.id));
    assert_eq!(stored[0].chunk, odd);
    let document = ada.document(db, b"2");
    let other = ada.parsing(db, &document);
    write(db, |c| {
        parsings::fail(c, ada.workspace.id, other.id, "bad\u{0}byte", at(6))
    });
    assert_eq!(
        status(db, &ada, document.id).2.as_deref(),
        Some("bad\u{fffd}byte")
    );
}
