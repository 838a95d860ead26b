//! Extracts a file by a template and prints each value with its proof.
//!
//! ```text
//! DOCENT_URL=http://127.0.0.1:8080 DOCENT_TOKEN=dct_... \
//!     cargo run -p client --example extract -- invoice.pdf TEMPLATE_ID
//! ```

use anyhow::Context;
use client::Docent;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the output of the example")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().context("which file?")?;
    let template = arguments.next().context("by which template?")?.parse()?;
    let docent = Docent::new(&variable("DOCENT_URL")?, &variable("DOCENT_TOKEN")?)?;

    let result = docent.extract(file, template).await?;
    let Some(audit) = &result.audit_data else {
        anyhow::bail!("the result has no values");
    };
    audit.for_each_leaf(&mut |path, evidence| {
        let pointer = format!("/{}", path.replace('.', "/"));
        let value = result.value(&pointer).cloned().unwrap_or_default();
        let page = evidence.sources.first().map(|source| source.page);
        println!(
            "{path} = {value}  {:?}, {:.2}, page {page:?}",
            evidence.verdict, evidence.confidence
        );
    });
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the configuration of the example")]
fn variable(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set"))
}
