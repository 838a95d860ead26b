//! The parts of an Office Open XML file, and how they refer to each other.

use crate::ParseError;
use crate::archive::Archive;
use crate::xml::{self, Node, Walk};

/// The parts of a file.
pub(super) struct Package<'a> {
    archive: Archive<'a>,
    media_type: &'static str,
}

/// That one part uses another.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Relation {
    pub(super) id: String,
    /// The end of its type: `footnotes`.
    pub(super) kind: String,
    /// Name of the other part in the archive.
    pub(super) target: String,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8], media_type: &'static str) -> Result<Self, ParseError> {
        let archive = Archive::open(bytes, media_type)?;
        Ok(Self { archive, media_type })
    }

    /// The part that the others belong to; where the file does not say, the one that programs write.
    pub(super) fn main(&mut self, usual: &str) -> Result<String, ParseError> {
        let relations = self.relations("")?;
        let main = relations
            .into_iter()
            .find(|relation| relation.kind == "officeDocument");
        Ok(main.map_or_else(|| usual.to_owned(), |relation| relation.target))
    }

    /// What a part uses within the file. A damaged list is none.
    pub(super) fn relations(&mut self, part: &str) -> Result<Vec<Relation>, ParseError> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let folder_of = |file: String| {
            if folder.is_empty() {
                file
            } else {
                format!("{folder}/{file}")
            }
        };
        let Some(text) = self.text(&folder_of(format!("_rels/{name}.rels")))? else {
            return Ok(Vec::new());
        };
        let mut walk = Walk::new(&text, self.media_type);
        let mut relations = Vec::new();
        while let Ok(Some(node)) = walk.next() {
            let Node::Open(tag) = node else { continue };
            let outside = tag.attribute("TargetMode").as_deref() == Some("External");
            let (Some(id), Some(kind), Some(target)) = (
                tag.attribute("Id"),
                tag.attribute("Type"),
                tag.attribute("Target"),
            ) else {
                continue;
            };
            if !tag.is("Relationship") || outside {
                continue;
            }
            relations.push(Relation {
                id,
                kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                target: resolved(folder, &target),
            });
        }
        Ok(relations)
    }

    /// The characters of a part, if there is one of that name.
    pub(super) fn text(&mut self, part: &str) -> Result<Option<String>, ParseError> {
        Ok(self.archive.read(part)?.map(|bytes| xml::decode(&bytes)))
    }

    /// The characters of a part without which the file is none.
    pub(super) fn need(&mut self, part: &str) -> Result<String, ParseError> {
        Ok(xml::decode(&self.archive.need(part)?))
    }
}

/// The name of a part that is named as seen from a folder.
fn resolved(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    let from = if target.starts_with('/') { "" } else { folder };
    for step in from.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::{Cursor, Write};

    use zip::write::SimpleFileOptions;

    use super::*;

    /// A file of these parts.
    pub(crate) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn parts_are_named_from_where_they_are_used() {
        assert_eq!(resolved("word", "footnotes.xml"), "word/footnotes.xml");
        assert_eq!(resolved("ppt/slides", "../notes/n1.xml"), "ppt/notes/n1.xml");
        assert_eq!(resolved("word", "/word/a.xml"), "word/a.xml");
        assert_eq!(resolved("", "../../a.xml"), "a.xml");
    }

    #[test]
    fn what_lies_outside_of_the_file_is_not_used() {
        let list = "<Relationships><Relationship Id='1' Type='x/officeDocument' Target='doc.xml'/>\
                    <Relationship Id='2' Type='x/image' Target='http://a.example' TargetMode='External'/></Relationships>";
        let bytes = package(&[("_rels/.rels", list)]);
        let mut package = Package::open(&bytes, "application/zip").unwrap();
        assert_eq!(package.relations("").unwrap().len(), 1);
        assert_eq!(package.main("word/document.xml").unwrap(), "doc.xml");
        assert_eq!(package.relations("word/document.xml").unwrap(), []);
    }
}
