//! What is answered where no route fits: 405 where the path takes other methods, else 404.

use actix_router::ResourceDef;
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::error::ApiError;
use crate::openapi::Document;

/// The paths that there are, each with its methods. Made from the OpenAPI document, so that it knows them all.
#[derive(Debug, Clone, Default)]
pub struct KnownPaths(Vec<(ResourceDef, Vec<Method>)>);

impl KnownPaths {
    /// The paths of a document.
    pub fn of(document: &utoipa::openapi::OpenApi) -> Self {
        let paths = document.paths.paths.iter();
        Self(
            paths
                .map(|(path, item)| (ResourceDef::new(path.as_str()), methods_of(item)))
                .collect(),
        )
    }

    /// The methods that a path takes; none for an unknown path.
    fn methods(&self, path: &str) -> Vec<&str> {
        let fitting = self.0.iter().filter(|(pattern, _)| pattern.is_match(path));
        fitting
            .flat_map(|(_, methods)| methods)
            .map(Method::as_str)
            .collect()
    }
}

fn methods_of(item: &utoipa::openapi::PathItem) -> Vec<Method> {
    let named = [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::DELETE, &item.delete),
        (Method::PATCH, &item.patch),
    ];
    named
        .into_iter()
        .filter(|(_, operation)| operation.is_some())
        .map(|(method, _)| method)
        .collect()
}

/// The default service.
pub async fn answer_unknown(
    request: HttpRequest,
    document: web::Data<Document>,
) -> Result<HttpResponse, ApiError> {
    let methods = document.paths.methods(request.path());
    if methods.is_empty() {
        return Err(ApiError::RouteUnknown);
    }
    let allowed = methods.join(", ");
    Err(ApiError::MethodNotAllowed { allowed })
}
