//! `docent parse`: what is read out of a file, without a schema.

mod boxes;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use domain::parsed::{Page, ParsedDocument};
use parsing::child::ParseChild;
use parsing::{PictureForm, Scale, Source};

use super::extract::parse_child;
use crate::cli::{Parse, ParseOutput};
use crate::config::Settings;

/// Reads the file in a child process and prints what was found; with a folder for them, draws its pages.
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the output of the command, and what could not be read"
)]
pub(super) fn run(arguments: &Parse, settings: &Settings) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(&arguments.file)
        .with_context(|| format!("cannot read {}", arguments.file.display()))?;
    let source = Source {
        bytes: &bytes,
        config: &settings.parse,
        password: arguments.password.as_deref(),
    };
    let child = parse_child(settings)?;
    let document = child
        .parse(&source, settings.parse_timeout)
        .with_context(|| format!("cannot parse {}", arguments.file.display()))?;
    for warning in &document.warnings {
        eprintln!("{warning}");
    }
    match arguments.output {
        ParseOutput::Text => println!("{}", document.text()),
        ParseOutput::Json => println!("{}", serde_json::to_string_pretty(&document)?),
        ParseOutput::Markdown => print!("{}", document.to_markdown()),
    }
    if let Some(folder) = &arguments.page_images {
        let drawing = Drawing {
            child: &child,
            source: &source,
            settings,
            arguments,
        };
        drawing.draw_all(&document, folder)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The pages of one file as pictures.
struct Drawing<'a> {
    child: &'a ParseChild,
    source: &'a Source<'a>,
    settings: &'a Settings,
    arguments: &'a Parse,
}

impl Drawing<'_> {
    fn draw_all(&self, document: &ParsedDocument, folder: &Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        for page in &document.pages {
            let file = folder.join(format!("page-{:04}.png", page.number));
            let picture = self
                .draw(page)
                .with_context(|| format!("cannot draw page {}", page.number))?;
            std::fs::write(&file, picture).with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(())
    }

    fn draw(&self, page: &Page) -> anyhow::Result<Vec<u8>> {
        let scale = Scale::Width(self.arguments.width);
        let limit = self.settings.parse_timeout;
        let picture = self
            .child
            .draw(self.source, page.number, scale, PictureForm::Png, limit)?;
        if self.arguments.boxes {
            return boxes::over(&picture, page);
        }
        Ok(picture)
    }
}
