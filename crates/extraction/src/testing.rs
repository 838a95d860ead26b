//! Pages built by hand for tests.
