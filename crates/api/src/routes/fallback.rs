//! What is answered where no route fits: what a path takes to those who ask for it (OPTIONS), 405 to other methods, and
//! 404 where there is no such path. A path with a slash at its end is another path.

use actix_router::ResourceDef;
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::error::ApiError;
use crate::openapi::Document;

/// Paths that there are beside those of the document: pages that describe it.
const PAGES: [&str; 4] = ["/", "/openapi.json", "/docs", "/docs/{file:.*}"];

/// The paths that there are, each with its methods. Made from the OpenAPI document, so that it knows them all.
#[derive(Debug, Clone, Default)]
pub struct KnownPaths(Vec<(ResourceDef, Vec<Method>)>);

impl KnownPaths {
    /// The paths of a document.
    pub fn of(document: &utoipa::openapi::OpenApi) -> Self {
        let paths = document.paths.paths.iter();
        let paths = paths.map(|(path, item)| (ResourceDef::new(path.as_str()), methods_of(item)));
        let pages = PAGES
            .iter()
            .map(|path| (ResourceDef::new(*path), vec![Method::GET]));
        Self(paths.chain(pages).collect())
    }

    /// The methods that a path takes; none for an unknown path. Where several patterns fit it, those say it that leave
    /// the least open: `/workspaces/create` is no workspace.
    fn methods(&self, path: &str) -> Vec<Method> {
        let fitting = || self.0.iter().filter(|(pattern, _)| pattern.is_match(path));
        let least_open = fitting().map(|(pattern, _)| parameters(pattern)).min();
        let closest = fitting().filter(|(pattern, _)| Some(parameters(pattern)) == least_open);
        let mut methods: Vec<Method> = Vec::new();
        for method in closest.flat_map(|(_, methods)| methods) {
            if !methods.contains(method) {
                methods.push(method.clone());
            }
        }
        methods
    }
}

/// How many segments of a path a pattern leaves open.
fn parameters(pattern: &ResourceDef) -> usize {
    pattern.pattern().map_or(0, |text| text.matches('{').count())
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
    // A path that takes the method has a route: that nothing answered there means that there is nothing.
    if methods.is_empty() || methods.contains(request.method()) {
        return Err(ApiError::RouteUnknown);
    }
    let allowed = allowed(&methods);
    if request.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().insert_header((ALLOW, allowed)).finish());
    }
    Err(ApiError::MethodNotAllowed { allowed })
}

/// With those that every path takes: HEAD wherever there is GET, and OPTIONS.
fn allowed(methods: &[Method]) -> String {
    let with_head = methods.iter().flat_map(|method| match *method {
        Method::GET => vec!["GET", "HEAD"],
        ref other => vec![other.as_str()],
    });
    let all: Vec<&str> = with_head.chain(["OPTIONS"]).collect();
    all.join(", ")
}
