//! The whole flow in one call.

use std::path::Path;

use domain::id::TemplateId;

use crate::docent::Docent;
use crate::error::Error;
use crate::wire::RunResult;

impl Docent {
    /// Extracts one file by a template: uploads it, makes a session of it, runs, waits. The deadline is that of all
    /// of it together.
    ///
    /// ```no_run
    /// # async fn flow(docent: client::Docent, template: domain::id::TemplateId) -> Result<(), client::Error> {
    /// let result = docent.extract("invoice.pdf", template).await?;
    /// println!("{:?}", result.data);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn extract(&self, path: impl AsRef<Path>, template: TemplateId) -> Result<RunResult, Error> {
        let path = path.as_ref();
        self.in_time(async move {
            let key = self.upload(path).await?;
            let session = self.create_session(template).await?;
            self.add_uploads(session.id, &[key]).await?;
            let run = self.run(session.id).await?;
            self.wait(run.id).await
        })
        .await
    }
}
