//! Writes the invoice that `docent demo` extracts, to stdout.
//!
//! ```text
//! cargo run -p testkit --example sample_invoice > crates/api/assets/sample-invoice.pdf
//! ```

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(&testkit::documents::Invoice::default().to_pdf())
}
