//! Good files, damaged as disks, networks and people with bad intentions do: always the same ones.

use std::io::{Cursor, Read, Write};

use fastrand::Rng;
use testkit::documents::Sample;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Damaged files without end: of each kind in turn.
pub(super) struct Mutants<'a> {
    samples: &'a [Sample],
    made: usize,
    random: Rng,
}

impl<'a> Mutants<'a> {
    pub(super) fn of(samples: &'a [Sample]) -> Self {
        Self {
            samples,
            made: 0,
            random: Rng::with_seed(4711),
        }
    }
}

impl Iterator for Mutants<'_> {
    type Item = (String, Vec<u8>);

    fn next(&mut self) -> Option<Self::Item> {
        let Sample { extension, bytes } = self.samples.get(self.made % self.samples.len())?;
        self.made += 1;
        let random = &mut self.random;
        // What is packed is damaged before it is packed, too: else the checksum of the archive is all that is tried.
        let damaged = match within_archive(bytes, random) {
            Some(damaged) if random.bool() => damaged,
            _ => damaged(bytes.clone(), random),
        };
        Some((format!("{}.{extension}", self.made), damaged))
    }
}

/// An archive with one of its members damaged.
fn within_archive(bytes: &[u8], random: &mut Rng) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let victim = random.usize(..archive.len());
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        member.read_to_end(&mut content).unwrap();
        if index == victim {
            content = damaged(content, random);
        }
        writer
            .start_file(member.name().unwrap(), SimpleFileOptions::default())
            .unwrap();
        writer.write_all(&content).unwrap();
    }
    Some(writer.finish().unwrap().into_inner())
}

fn damaged(mut bytes: Vec<u8>, random: &mut Rng) -> Vec<u8> {
    for _ in 0..random.usize(1..=3) {
        if bytes.is_empty() {
            return bytes;
        }
        let (from, to) = range(&bytes, random);
        match random.u8(0..8) {
            0 => bytes.truncate(from),
            1 => drop(bytes.drain(from..to)),
            2 => {
                let copy = bytes[from..to].to_vec();
                let at = random.usize(..bytes.len());
                bytes.splice(at..at, copy);
            }
            3 => bytes[from..to].fill(0),
            4 => bytes[from..to].fill(0xff),
            5 => random.fill(&mut bytes[from..to]),
            6 => numbers_grow(&mut bytes, random),
            _ => {
                for _ in 0..random.usize(1..20) {
                    let at = random.usize(..bytes.len());
                    bytes[at] ^= 1 << random.u8(..8);
                }
            }
        }
    }
    bytes
}

/// Mostly short, sometimes half the file.
fn range(bytes: &[u8], random: &mut Rng) -> (usize, usize) {
    let from = random.usize(..bytes.len());
    let most = if random.u8(..4) == 0 { bytes.len() / 2 } else { 64 };
    let to = (from + random.usize(..=most)).min(bytes.len());
    (from, to)
}

/// Lengths and offsets that stand in the file as text.
fn numbers_grow(bytes: &mut [u8], random: &mut Rng) {
    let digits: Vec<usize> = (0..bytes.len())
        .filter(|at| bytes[*at].is_ascii_digit())
        .collect();
    for _ in 0..random.usize(1..10) {
        if let Some(at) = random.choice(&digits) {
            bytes[*at] = b'9';
        }
    }
}
