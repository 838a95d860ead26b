//! Parts for tests: temporary databases, a running server, sample documents.
