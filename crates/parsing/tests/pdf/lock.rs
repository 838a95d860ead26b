//! Encryption of PDF 1.4 with a key of 40 bits: no one should use it, every reader knows it.

use md5::{Digest, Md5};

const PADDING: [u8; 32] = [
    0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08, 0x2e,
    0x2e, 0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
];

/// Stands for the owner's password, which nobody knows.
const OWNER: [u8; 32] = [0x5a; 32];

const PERMISSIONS: i32 = -4;

const FILE_ID: [u8; 4] = [0, 0x11, 0x22, 0x33];

pub(crate) struct Lock {
    key: Vec<u8>,
}

impl Lock {
    pub(crate) fn new(password: &str) -> Self {
        let padded: Vec<u8> = password.bytes().chain(PADDING).take(32).collect();
        let key = Md5::new()
            .chain_update(padded)
            .chain_update(OWNER)
            .chain_update(PERMISSIONS.to_le_bytes())
            .chain_update(FILE_ID)
            .finalize();
        Self {
            key: key[..5].to_vec(),
        }
    }

    /// The object with its stream encrypted. Strings stay as they are: the documents of these tests have none that
    /// are read.
    pub(crate) fn encrypted(&self, number: u32, object: Vec<u8>) -> Vec<u8> {
        let (begin, end) = (b"\nstream\n", b"\nendstream");
        let place = |of: &[u8]| object.windows(of.len()).position(|part| part == of);
        let (Some(start), Some(stop)) = (place(begin), place(end)) else {
            return object;
        };
        let start = start + begin.len();
        let key = Md5::new()
            .chain_update(&self.key)
            .chain_update(&number.to_le_bytes()[..3])
            .chain_update([0, 0])
            .finalize();
        let content = rc4(&key[..10], &object[start..stop]);
        [&object[..start], &content, &object[stop..]].concat()
    }

    pub(crate) fn trailer(&self) -> String {
        format!(
            "/Encrypt << /Filter /Standard /V 1 /R 2 /P {PERMISSIONS} /O <{}> /U <{}> >> /ID [<{id}> <{id}>]",
            hex(&OWNER),
            hex(&rc4(&self.key, &PADDING)),
            id = hex(&FILE_ID),
        )
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn rc4(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut state: Vec<u8> = (0..=255).collect();
    let mut j = 0_u8;
    for i in 0..256 {
        j = j.wrapping_add(state[i]).wrapping_add(key[i % key.len()]);
        state.swap(i, usize::from(j));
    }
    let (mut i, mut j) = (0_u8, 0_u8);
    data.iter()
        .map(|byte| {
            i = i.wrapping_add(1);
            j = j.wrapping_add(state[usize::from(i)]);
            state.swap(usize::from(i), usize::from(j));
            byte ^ state[usize::from(state[usize::from(i)].wrapping_add(state[usize::from(j)]))]
        })
        .collect()
}
