//! Templates.

use domain::id::TemplateId;
use domain::template::Template;

use crate::docent::Docent;
use crate::error::Error;
use crate::wire::NewTemplate;

impl Docent {
    /// Makes a template. Mistakes in its schema come back by their paths, see [`crate::Refusal::errors`].
    pub async fn create_template(&self, template: &NewTemplate) -> Result<Template, Error> {
        self.post("extractions/templates", template).await
    }

    /// A template with its newest schema.
    pub async fn template(&self, id: TemplateId) -> Result<Template, Error> {
        self.get(&format!("extractions/templates/{id}")).await
    }
}
